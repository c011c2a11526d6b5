package kv.tests;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** When two servers' replies to one command say the same: byte for byte, but for what two right servers may tell differently. */
final class ReplyComparison {
    /** What the times of two servers may differ by that got the same command at a different moment. */
    private static final long SLACK_MILLIS = 10_000;

    /** That all right sums have in common. */
    private static final int DIGITS = 16;

    private ReplyComparison() {
    }

    static boolean areAlike(String[] command, Reply ours, Reply theirs) {
        if (ours.equals(theirs)) {
            return true;
        }
        if (ours.type() != theirs.type() || ours.isError() || ours.isNull() || theirs.isNull()) {
            return false;
        }
        String name = command[0].toLowerCase(Locale.ROOT);
        String second = command.length > 1 ? command[1].toLowerCase(Locale.ROOT) : "";
        return switch (name) {
            case "ttl", "expiretime" -> areNear(ours, theirs, SLACK_MILLIS / 1000);
            case "pttl", "pexpiretime" -> areNear(ours, theirs, SLACK_MILLIS);
            // The same life given twice ends later by what has passed between, on one server perhaps nothing.
            case "expire", "pexpire" -> Arrays.stream(command).anyMatch(word -> word.equalsIgnoreCase("GT")
                    || word.equalsIgnoreCase("LT"));
            case "keys" -> sorted(ours).equals(sorted(theirs));
            case "scan" -> areSameScan(ours, theirs);
            case "hello" -> withoutId(ours).equals(withoutId(theirs));
            case "time" -> ours.parts().size() == theirs.parts().size();
            case "info", "randomkey", "command", "memory", "latency" -> !second.equals("help") || areSameHelp(ours, theirs);
            // Redis counts ended keys until it meets them.
            case "dbsize" -> Long.parseLong(ours.text()) <= Long.parseLong(theirs.text());
            case "client" -> second.equals("help") ? areSameHelp(ours, theirs) : List.of("id", "list", "info").contains(second);
            case "object" -> second.equals("help") && areSameHelp(ours, theirs);
            case "config" -> second.equals("help") ? areSameHelp(ours, theirs) : sortedPairs(ours).equals(sortedPairs(theirs));
            default -> false;
        };
    }

    private static boolean areNear(Reply ours, Reply theirs, long slack) {
        long first = Long.parseLong(ours.text());
        long second = Long.parseLong(theirs.text());
        return first >= 0 && second >= 0 && Math.abs(first - second) <= slack;
    }

    private static List<Reply> sorted(Reply reply) {
        List<Reply> parts = new ArrayList<>(reply.parts());
        parts.sort(Comparator.comparing(Reply::text));
        return parts;
    }

    /** Where one server wants to be asked again, what it has told so far is its own affair. */
    private static boolean areSameScan(Reply ours, Reply theirs) {
        boolean whole = ours.parts().get(0).text().equals("0") && theirs.parts().get(0).text().equals("0");
        return !whole || sorted(ours.parts().get(1)).equals(sorted(theirs.parts().get(1)));
    }

    private static List<String> withoutId(Reply hello) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < hello.parts().size(); i++) {
            boolean isId = i > 0 && hello.parts().get(i - 1).text().equals("id");
            texts.add(isId ? "a number" : hello.parts().get(i).toString());
        }
        return texts;
    }

    /** A help of fewer subcommands, that begins and ends alike. */
    private static boolean areSameHelp(Reply ours, Reply theirs) {
        List<Reply> lines = ours.parts();
        List<Reply> theirLines = theirs.parts();
        return lines.size() > 1 && lines.get(0).equals(theirLines.get(0))
                && lines.get(lines.size() - 1).equals(theirLines.get(theirLines.size() - 1));
    }

    private static List<String> sortedPairs(Reply map) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < map.parts().size(); i += 2) {
            pairs.add(map.parts().get(i).text() + "=" + map.parts().get(i + 1).text());
        }
        pairs.sort(Comparator.naturalOrder());
        return pairs;
    }

    /** A sum of decimal numbers beside one of binary numbers of 64 bits: what is stored differs in the last digits. */
    static boolean areAlikeButRounded(String[] command, Reply ours, Reply theirs) {
        if (!command[0].equalsIgnoreCase("incrbyfloat") || ours.type() != '$' || theirs.type() != '$') {
            return false;
        }
        try {
            BigDecimal first = new BigDecimal(ours.text());
            BigDecimal second = new BigDecimal(theirs.text());
            BigDecimal bound = first.abs().movePointLeft(DIGITS).max(BigDecimal.ONE.movePointLeft(DIGITS));
            return first.subtract(second).abs().compareTo(bound) <= 0;
        } catch (NumberFormatException noNumber) {
            return false;
        }
    }
}
