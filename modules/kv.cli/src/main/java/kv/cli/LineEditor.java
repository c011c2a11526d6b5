package kv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultHighlighter;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;

/** The line that is typed: history, completion, and hints behind the cursor. */
final class LineEditor {
    private static final List<String> OWN_WORDS = List.of("clear", "connect", "exit", "help");
    // Lines with a password in them are not kept.
    private static final Pattern SECRET = Pattern.compile("(?is)\\s*(\\d+\\s+)?(AUTH\\s|HELLO\\s.*\\bAUTH\\s|ACL\\s+SETUSER\\s"
            + "|CONFIG\\s+SET\\s.*(pass|auth)).*");

    private final CommandHelp help;
    private final Map<String, String> environment;
    private final Hints hints;
    private boolean showsHints = true;

    LineEditor(CommandHelp help, Map<String, String> environment) {
        this.help = help;
        this.environment = environment;
        hints = new Hints(help);
    }

    void showHints(boolean wanted) {
        showsHints = wanted;
    }

    LineReader open(Terminal terminal) {
        LineReaderBuilder builder = LineReaderBuilder.builder().terminal(terminal).appName("kv-cli")
                .parser(new DefaultParser().escapeChars(new char[0]))
                .completer((reader, line, candidates) -> complete(line, candidates))
                .highlighter(new HintingHighlighter())
                .history(new DiscreetHistory())
                // An exclamation mark in a value is one.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true);
        Path history = historyFile();
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        LineReader reader = builder.build();
        reader.setAutosuggestion(LineReader.SuggestionType.TAIL_TIP);
        return reader;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        boolean isHelp = line.wordIndex() > 0 && line.words().get(0).equalsIgnoreCase("help");
        int index = line.wordIndex() - (isHelp ? 1 : 0);
        if (index == 0) {
            for (String word : help.firstWords()) {
                candidates.add(new Candidate(word));
            }
            for (String word : isHelp ? List.<String>of() : OWN_WORDS) {
                candidates.add(new Candidate(word));
            }
        } else if (index == 1) {
            for (String word : help.secondWords(line.words().get(line.wordIndex() - 1))) {
                candidates.add(new Candidate(word));
            }
        }
    }

    /** Values may be secrets: the file is for its owner only. Null where there is no home, or no such file can be. */
    private Path historyFile() {
        String home = environment.getOrDefault("HOME", "");
        String name = environment.getOrDefault("KV_CLI_HISTORY", home.isEmpty() ? "" : home + "/.kv_cli_history");
        if (name.isEmpty()) {
            return null;
        }
        try {
            Path file = Path.of(name);
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return file;
        } catch (IOException | UnsupportedOperationException | InvalidPathException notPossible) {
            return null;
        }
    }

    /** The editor has no call of its own for "the line has changed"; it asks for colours each time it draws the line. */
    private final class HintingHighlighter extends DefaultHighlighter {
        @Override
        public AttributedString highlight(LineReader reader, String buffer) {
            reader.setTailTip(showsHints ? hints.after(buffer) : "");
            return new AttributedString(buffer);
        }
    }

    private static final class DiscreetHistory extends DefaultHistory {
        @Override
        public void add(Instant time, String line) {
            if (!isSecret(line)) {
                super.add(time, line);
            }
        }
    }

    static boolean isSecret(String line) {
        return SECRET.matcher(line).matches();
    }
}
