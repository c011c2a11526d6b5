package kv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is still to be typed on a line: the arguments of its command that are not there yet. */
final class Hints {
    private final CommandHelp help;

    Hints(CommandHelp help) {
        this.help = help;
    }

    /**
     * Behind the cursor at the end of {@code line}; begins with a blank where the line does not end with one. Empty for no
     * idea.
     */
    String after(String line) {
        List<String> words = List.of(line.strip().split("\\s+"));
        CommandHelp.Entry entry = help.find(words);
        if (entry == null || entry.arguments().isEmpty()) {
            return "";
        }
        boolean endsBlank = line.isEmpty() || Character.isWhitespace(line.charAt(line.length() - 1));
        int own = entry.name().split(" ").length;
        String left = String.join(" ", left(parts(entry.arguments()), words.subList(own, words.size())));
        return left.isEmpty() || endsBlank ? left : " " + left;
    }

    /** The arguments in their order, each with all that is within its brackets. */
    static List<String> parts(String arguments) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= arguments.length(); i++) {
            char next = i < arguments.length() ? arguments.charAt(i) : ' ';
            depth += next == '[' || next == '<' ? 1 : next == ']' || next == '>' ? -1 : 0;
            if (next == ' ' && depth == 0) {
                parts.add(arguments.substring(start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    /** A plain part is used up by a word; an option by its own word, and it takes the words that belong to it along. */
    private static List<String> left(List<String> parts, List<String> typed) {
        List<String> left = new ArrayList<>(parts);
        for (int i = 0; i < typed.size(); i++) {
            if (!left.isEmpty() && !left.get(0).startsWith("[")) {
                left.remove(0);
                continue;
            }
            int option = optionOf(left, typed.get(i));
            if (option >= 0) {
                i += argumentsOf(left.remove(option), typed.get(i));
            } else if (!left.isEmpty() && !left.get(0).endsWith("...]") && isValue(left.get(0))) {
                left.remove(0);
            }
        }
        return left;
    }

    private static int optionOf(List<String> parts, String word) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).startsWith("[") && argumentsOf(parts.get(i), word) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * How many words follow {@code word} in an option such as {@code [EX seconds | KEEPTTL]}; -1 if it is none of its words.
     */
    private static int argumentsOf(String option, String word) {
        for (String choice : option.substring(1, option.length() - 1).split("\\|")) {
            String[] words = choice.strip().split(" ");
            if (words[0].equals(word.toUpperCase(Locale.ROOT)) && words[0].equals(words[0].toUpperCase(Locale.ROOT))) {
                return words.length - 1;
            }
        }
        return -1;
    }

    private static boolean isValue(String option) {
        return Character.isLowerCase(option.charAt(1));
    }
}
