package kv.commands;

import java.nio.charset.StandardCharsets;
import kv.protocol.Request;

/** What a client has sent, as it may stand in a line of a log: in quotes, printable, cut short. */
final class Quoted {
    private static final int BYTES_MAX = 64;

    private Quoted() {
    }

    static String arg(Request request, int arg) {
        byte[] bytes = new byte[Math.min(request.length(arg), BYTES_MAX + 1)];
        request.bytes().get(request.start(arg), bytes);
        return text(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** The beginning of an argument, a char a byte. */
    static String cut(Request request, int arg) {
        byte[] bytes = new byte[Math.min(request.length(arg), 2 * BYTES_MAX)];
        request.bytes().get(request.start(arg), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** @param latin1 a char a byte */
    static String text(String latin1) {
        StringBuilder quoted = new StringBuilder("\"");
        int shown = Math.min(latin1.length(), BYTES_MAX);
        for (int i = 0; i < shown; i++) {
            char c = latin1.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append(shown < latin1.length() ? "...\"" : "\"").toString();
    }
}
