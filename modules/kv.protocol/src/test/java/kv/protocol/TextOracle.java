package kv.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text protocol read the plain way, from its description: what the fast parser is compared with. */
final class TextOracle {

    private TextOracle() {
    }

    /** The outcome of one line (Latin-1, without its newline), as {@link Feed} writes it. */
    static String outcome(String line, ProtocolLimits limits) {
        String content = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (content.length() > limits.lineBytesMax()) {
            return "ERROR line too long";
        }
        List<String> fields = new ArrayList<>();
        for (String field : content.split("[ \t]+")) {
            if (!field.isEmpty()) {
                fields.add(field);
            }
        }
        String error = error(fields, limits);
        if (error != null) {
            return "ERROR " + error;
        }
        fields.set(0, lower(fields.get(0)));
        return String.join("|", fields);
    }

    private static String error(List<String> fields, ProtocolLimits limits) {
        if (fields.isEmpty()) {
            return "empty command";
        }
        int count = fields.size();
        switch (lower(fields.get(0))) {
            case "get", "del" -> {
                if (count != 2) {
                    return count < 2 ? "missing arguments" : "too many arguments";
                }
            }
            case "mget" -> {
                if (count < 2) {
                    return "missing arguments";
                }
                return fields.stream().skip(1).anyMatch(field -> field.length() > limits.keyBytesMax()) ? "key too long" : null;
            }
            case "keys" -> {
                if (count != 2) {
                    return count < 2 ? "missing arguments" : "too many arguments";
                }
                return fields.get(1).length() > limits.valueBytesMax() ? "value too long" : null;
            }
            case "ping" -> {
                return count > 1 ? "too many arguments" : null;
            }
            case "info" -> {
                return count > 2 ? "too many arguments" : null;
            }
            case "stats" -> {
                return count == 1 || (count == 2 && lower(fields.get(1)).equals("latency")) ? null : "too many arguments";
            }
            case "set" -> {
                String error = setError(fields, count);
                if (error != null) {
                    return error;
                }
            }
            default -> {
                return "unknown command";
            }
        }
        if (fields.get(1).length() > limits.keyBytesMax()) {
            return "key too long";
        }
        return count > 2 && fields.get(2).length() > limits.valueBytesMax() ? "value too long" : null;
    }

    private static String setError(List<String> fields, int count) {
        if (count < 3) {
            return "missing arguments";
        }
        if (count == 3) {
            return null;
        }
        if (!lower(fields.get(3)).equals("ex") || count > 5) {
            return "too many arguments";
        }
        if (count == 4) {
            return "missing arguments";
        }
        return fields.get(4).matches("[1-9][0-9]{0,8}") && Long.parseLong(fields.get(4)) <= 315_360_000
                ? null : "invalid expire time";
    }

    /** Lower case of ASCII letters only. */
    private static String lower(String word) {
        return word.chars().allMatch(c -> c < 128) ? word.toLowerCase(Locale.ROOT) : word;
    }
}
