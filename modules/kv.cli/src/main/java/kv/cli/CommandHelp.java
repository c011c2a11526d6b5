package kv.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is known of commands without asking a server: their arguments, and a line of help. Immutable. */
final class CommandHelp {

    /** @param name one word or two, in upper case */
    record Entry(String name, String arguments, String group, String summary) {
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** @param text whether of the text protocol */
    CommandHelp(boolean text) {
        String file = text ? "text-commands.txt" : "commands.txt";
        try (InputStream in = CommandHelp.class.getResourceAsStream(file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    add(line);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(file, broken);
        }
    }

    private void add(String line) {
        String[] cells = line.split("(?<!\\\\)\\|", -1); // \| is one in the arguments
        if (cells.length != 4) {
            throw new IllegalStateException("not four cells: " + line);
        }
        Entry entry = new Entry(cells[0].strip(), cells[1].strip().replace("\\|", "|"), cells[2].strip(), cells[3].strip());
        entries.put(entry.name(), entry);
    }

    /** All names, those of two words among them. */
    Set<String> names() {
        return entries.keySet();
    }

    /** The first words, each once. */
    Set<String> firstWords() {
        Set<String> words = new LinkedHashSet<>();
        for (String name : entries.keySet()) {
            words.add(name.split(" ")[0]);
        }
        return words;
    }

    /** The second words of a command that has such, such as GET and SET of CONFIG. */
    List<String> secondWords(String first) {
        List<String> words = new ArrayList<>();
        String prefix = first.toUpperCase(Locale.ROOT) + " ";
        for (String name : entries.keySet()) {
            if (name.startsWith(prefix)) {
                words.add(name.substring(prefix.length()));
            }
        }
        return words;
    }

    /** The entry that these words begin with, of two words rather than of one; null where there is none. */
    Entry find(List<String> words) {
        Entry longer = words.size() < 2 ? null : entries.get((words.get(0) + " " + words.get(1)).toUpperCase(Locale.ROOT));
        if (longer != null || words.isEmpty()) {
            return longer;
        }
        return entries.get(words.get(0).toUpperCase(Locale.ROOT));
    }

    /**
     * What {@code help WORD…} shows: one command, all of one first word, or with {@code @} all of a group; empty if unknown.
     */
    String describe(List<String> words) {
        StringBuilder text = new StringBuilder();
        String wanted = String.join(" ", words).toUpperCase(Locale.ROOT);
        for (Entry entry : entries.values()) {
            boolean isAsked = wanted.startsWith("@") ? wanted.substring(1).equalsIgnoreCase(entry.group())
                    : entry.name().equals(wanted) || entry.name().startsWith(wanted + " ");
            if (isAsked) {
                text.append(("\n  " + entry.name() + " " + entry.arguments()).stripTrailing()).append("\n  summary: ")
                        .append(entry.summary()).append("\n  group: ").append(entry.group()).append('\n');
            }
        }
        return text.toString();
    }
}
