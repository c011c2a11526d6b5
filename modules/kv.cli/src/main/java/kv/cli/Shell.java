package kv.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Commands from a person at a terminal: a line at a time, with editing, history, and completion of command words.
 *
 * <p>Failure: a server that does not answer is told and the shell goes on; the next command tries again.
 */
final class Shell {
    /** Words of the text protocol, which has no command to ask for them. */
    private static final List<String> TEXT_WORDS = List.of("DEL", "GET", "KEYS", "PING", "SET", "STATS");
    private static final List<String> OWN_WORDS = List.of("exit", "help");

    private final Commands commands;
    private final Server server;
    private final boolean text;
    private List<String> words = List.of();

    Shell(Commands commands, Server server, boolean text) {
        this.commands = commands;
        this.server = server;
        this.text = text;
    }

    /** Until the user has enough: {@code exit}, {@code quit} or Ctrl-D. */
    int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().name("kv-cli").system(true).build()) {
            LineReader reader = reader(terminal);
            while (true) {
                try {
                    String line = reader.readLine(server.address() + "> ");
                    if (!run(line.strip())) return Cli.OK;
                } catch (UserInterruptException lineGivenUp) {
                    // Ctrl-C: on to a new line
                } catch (EndOfFileException end) {
                    return Cli.OK;
                }
            }
        }
    }

    /** False if the line says that it is enough. */
    private boolean run(String line) {
        if (line.equalsIgnoreCase("exit") || line.equalsIgnoreCase("quit")) return false;
        if (line.equalsIgnoreCase("help")) {
            System.out.println("A command and its arguments, such as: SET greeting \"hello world\"   Tab shows the commands there are;\n"
                    + "arrows go back to earlier lines, Ctrl-R searches them; exit or Ctrl-D leaves.");
            return true;
        }
        try {
            List<byte[]> command = Quoting.words(line.getBytes(StandardCharsets.UTF_8));
            if (!command.isEmpty()) commands.run(command);
        } catch (UsageException | IOException wrong) {
            System.out.println("kv-cli: " + wrong.getMessage());
        }
        return true;
    }

    private LineReader reader(Terminal terminal) throws IOException {
        LineReaderBuilder builder = LineReaderBuilder.builder().terminal(terminal).appName("kv-cli")
                .parser(new DefaultParser().escapeChars(new char[0]))
                .completer((reader, line, candidates) -> {
                    if (line.wordIndex() == 0) complete(candidates);
                })
                // An exclamation mark in a value is one.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true);
        Path history = historyFile();
        if (history != null) builder.variable(LineReader.HISTORY_FILE, history);
        return builder.build();
    }

    /** The server is asked once, when first needed; if it is not there, next time again. */
    private void complete(List<Candidate> candidates) {
        if (words.isEmpty()) words = text ? TEXT_WORDS : askForWords();
        for (String word : words) candidates.add(new Candidate(word));
        for (String word : OWN_WORDS) candidates.add(new Candidate(word));
    }

    private List<String> askForWords() {
        List<String> found = new ArrayList<>();
        try {
            if (server.ask("COMMAND", "LIST") instanceof Reply.Items names) {
                for (Reply name : names.items()) {
                    if (name instanceof Reply.Bytes word) found.add(word.text().toUpperCase(Locale.ROOT));
                }
            }
        } catch (IOException | UsageException notNow) {
            return List.of(); // the next command says what is wrong
        }
        return found;
    }

    /** Values may be secrets: the file is for its owner only. Null where there is no home, or no such file can be. */
    private static Path historyFile() {
        String name = System.getenv().getOrDefault("KV_CLI_HISTORY", System.getProperty("user.home") + "/.kv_cli_history");
        if (name.isEmpty()) return null;
        Path file = Path.of(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return file;
        } catch (IOException | UnsupportedOperationException notPossible) {
            return null;
        }
    }
}
