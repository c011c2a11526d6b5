package kv.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A flat JSON object on one line: names with numbers or texts. All that results here need, written and read.
 *
 * <p>Owner: one thread.
 */
final class JsonLine {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    JsonLine put(String name, String text) {
        fields.put(name, text);
        return this;
    }

    /** A number with so many decimals. */
    JsonLine put(String name, double number, int decimals) {
        fields.put(name, Double.valueOf(String.format(Locale.ROOT, "%." + decimals + "f", number)));
        return this;
    }

    JsonLine put(String name, long number) {
        return put(name, number, 0);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** The text of that name, or "". A number as it would be written. */
    String text(String name) {
        Object value = fields.get(name);
        return value == null ? "" : value instanceof Double number ? plain(number) : value.toString();
    }

    /** The number of that name, or 0. */
    double number(String name) {
        return fields.get(name) instanceof Double number ? number : 0;
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder("{");
        fields.forEach((name, value) -> {
            if (line.length() > 1) {
                line.append(',');
            }
            line.append(quoted(name)).append(':').append(value instanceof Double number ? plain(number)
                    : quoted(value.toString()));
        });
        return line.append('}').toString();
    }

    /** @throws IllegalArgumentException if it is not such an object */
    static JsonLine parse(String text) {
        JsonLine line = new JsonLine();
        Cursor at = new Cursor(text);
        at.expect('{');
        if (at.takes('}')) {
            return line;
        }
        do {
            String name = at.string();
            at.expect(':');
            line.fields.put(name, at.peek() == '"' ? at.string() : (Object) at.number());
        } while (at.takes(','));
        at.expect('}');
        return line;
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : Double.toString(number);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(' ');
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** A place in the text being read. */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        char peek() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                throw wrong();
            }
            return text.charAt(at);
        }

        boolean takes(char c) {
            boolean isThere = peek() == c;
            if (isThere) {
                at++;
            }
            return isThere;
        }

        void expect(char c) {
            if (!takes(c)) {
                throw wrong();
            }
        }

        String string() {
            expect('"');
            StringBuilder string = new StringBuilder();
            for (; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                }
                if (at < text.length()) {
                    string.append(text.charAt(at));
                }
            }
            if (at >= text.length()) {
                throw wrong();
            }
            at++;
            return string.toString();
        }

        Double number() {
            peek();
            int start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            if (at == start) {
                throw wrong();
            }
            return Double.valueOf(text.substring(start, at));
        }

        private IllegalArgumentException wrong() {
            return new IllegalArgumentException("no flat JSON object, at " + at + ": " + text);
        }
    }
}
