package kv.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;

/**
 * Commands from a person at a terminal: a line at a time, with editing, history, completion and hints.
 *
 * <p>Failure: a server that does not answer is told and the shell goes on; the next command tries again.
 */
final class Shell {
    private static final String HELP = """
            A command and its arguments, such as: SET greeting "hello world"
              help COMMAND, help @GROUP   what a command does, or all of a group; Tab completes words
              3 COMMAND                   does it three times
              connect HOST PORT           talks to another server
              :set nohints, :set hints    without, with what is still to be typed
              clear                       clears the screen
            Arrows go back to earlier lines, Ctrl-R searches them; exit or Ctrl-D leaves.
            """;
    private static final int REPEATS_MAX = 1_000_000;

    private final Commands commands;
    private final Server server;
    private final Surroundings surroundings;
    private final CommandHelp help;
    private final LineEditor editor;
    private volatile boolean interrupted;

    Shell(Commands commands, Server server, boolean text, Surroundings surroundings) {
        this.commands = commands;
        this.server = server;
        this.surroundings = surroundings;
        help = new CommandHelp(text);
        editor = new LineEditor(help, surroundings.environment());
    }

    /** Until the user has enough: {@code exit}, {@code quit} or Ctrl-D. */
    int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().name("kv-cli").system(true).build()) {
            return run(terminal);
        }
    }

    int run(Terminal terminal) throws IOException {
        LineReader reader = editor.open(terminal);
        // While a command is under way, Ctrl-C ends the wait for its reply; while a line is edited, it is the editor's.
        terminal.handle(Terminal.Signal.INT, signal -> interrupt());
        connect(); // the reason before the first prompt, if there is one
        while (true) {
            if (interrupted) {
                interrupted = false;
                connect();
            }
            try {
                String line = reader.readLine(server.isConnected() ? server.place() + "> " : "not connected> ");
                if (!run(line.strip(), terminal)) {
                    return Cli.OK;
                }
            } catch (UserInterruptException lineGivenUp) {
                // Ctrl-C: on to a new line
            } catch (EndOfFileException end) {
                return Cli.OK;
            }
        }
    }

    /** False if the line says that it is enough. */
    private boolean run(String line, Terminal terminal) throws IOException {
        List<String> words = List.of(line.split("\\s+"));
        String first = words.get(0).toLowerCase(Locale.ROOT);
        if (words.size() == 1 && (first.equals("exit") || first.equals("quit"))) {
            return false;
        }
        switch (first) {
            case "help", "?" -> help(words.subList(1, words.size()));
            case "clear" -> {
                terminal.puts(InfoCmp.Capability.clear_screen);
                terminal.flush();
            }
            case ":set" -> set(words);
            case "connect" -> connect(words);
            default -> send(line);
        }
        return true;
    }

    private void help(List<String> words) throws IOException {
        if (words.isEmpty()) {
            say(HELP);
            return;
        }
        String found = help.describe(words);
        say(found.isEmpty() ? "kv-cli: no help for " + String.join(" ", words) + "\n" : found + "\n");
    }

    private void set(List<String> words) throws IOException {
        String what = words.size() == 2 ? words.get(1) : "";
        if (!what.equals("hints") && !what.equals("nohints")) {
            say("kv-cli: :set hints or :set nohints\n");
            return;
        }
        editor.showHints(what.equals("hints"));
    }

    private void connect(List<String> words) throws IOException {
        if (words.size() != 3 || !words.get(2).matches("\\d{1,5}") || Integer.parseInt(words.get(2)) > 65_535) {
            say("kv-cli: connect HOST PORT\n");
            return;
        }
        server.moveTo(words.get(1), Integer.parseInt(words.get(2)));
        connect();
    }

    private void connect() throws IOException {
        try {
            server.connect();
        } catch (UsageException | IOException wrong) {
            say("kv-cli: " + wrong.getMessage() + "\n");
        }
    }

    /** Called by the terminal's thread. */
    private void interrupt() {
        interrupted = true;
        server.close();
    }

    private void send(String line) throws IOException {
        try {
            List<byte[]> words = new ArrayList<>(Quoting.words(line.getBytes(StandardCharsets.UTF_8)));
            int times = words.size() < 2 ? 1 : times(words.get(0));
            if (times > 1) {
                words.remove(0);
            }
            for (int i = 0; i < times && !words.isEmpty(); i++) {
                commands.run(words);
            }
        } catch (UsageException | IOException wrong) {
            say(interrupted ? "\n" : "kv-cli: " + wrong.getMessage() + "\n");
        }
    }

    /** The number that stands before a command that is to be done so often; 1 where there is none. */
    private static int times(byte[] word) {
        String digits = new String(word, StandardCharsets.ISO_8859_1);
        return digits.matches("[1-9]\\d{0,6}") ? Math.min(REPEATS_MAX, Integer.parseInt(digits)) : 1;
    }

    private void say(String text) throws IOException {
        surroundings.out().write(text.getBytes(StandardCharsets.UTF_8));
        surroundings.out().flush();
    }
}
