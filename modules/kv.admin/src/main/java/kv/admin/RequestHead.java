package kv.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of an HTTP/1 request, as far as it matters here. What is not plainly right is refused: nobody but programs asks, and
 * what two programs understand differently is how requests are smuggled.
 *
 * @param path without a query; null if the head cannot be understood
 * @param host the Host header; null for none
 * @param authorization the Authorization header; null for none
 * @param keepsAlive whether the connection is to be kept
 */
record RequestHead(String method, String path, String host, String authorization, boolean keepsAlive) {
    static final RequestHead BROKEN = new RequestHead("", null, null, null, false);

    /** The end of the head that begins at 0, behind its empty line; -1 while it is not all there. */
    static int end(byte[] bytes, int from, int length) {
        for (int i = Math.max(0, from - 3); i + 3 < length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** @param end as from {@link #end} */
    static RequestHead parse(byte[] bytes, int end) {
        List<String> lines = lines(new String(bytes, 0, end - 4, StandardCharsets.ISO_8859_1));
        String[] start = lines.get(0).split(" ", -1);
        if (start.length != 3 || !isToken(start[0]) || !start[1].startsWith("/") || !isPrintable(start[1])
                || !start[2].equals("HTTP/1.1") && !start[2].equals("HTTP/1.0")) {
            return BROKEN;
        }
        boolean keepsAlive = start[2].equals("HTTP/1.1");
        String host = null;
        String authorization = null;
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 0 || !isToken(line.substring(0, colon))) {
                return BROKEN;
            }
            String value = line.substring(colon + 1).strip();
            if (!isFieldValue(value)) {
                return BROKEN;
            }
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "host" -> {
                    if (host != null) {
                        return BROKEN;
                    }
                    host = value;
                }
                case "authorization" -> {
                    if (authorization != null) {
                        return BROKEN;
                    }
                    authorization = value;
                }
                case "connection" -> {
                    keepsAlive = !value.equalsIgnoreCase("close") && (keepsAlive || value.equalsIgnoreCase("keep-alive"));
                }
                case "content-length" -> {
                    if (!value.equals("0")) {
                        return BROKEN; // nothing here takes a body
                    }
                }
                case "transfer-encoding" -> {
                    return BROKEN;
                }
                default -> { }
            }
        }
        if (host == null && start[2].equals("HTTP/1.1")) {
            return BROKEN;
        }
        int query = start[1].indexOf('?');
        return new RequestHead(start[0], query < 0 ? start[1] : start[1].substring(0, query), host, authorization, keepsAlive);
    }

    private static List<String> lines(String head) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = head.indexOf("\r\n"); end >= 0; end = head.indexOf("\r\n", start)) {
            lines.add(head.substring(start, end));
            start = end + 2;
        }
        lines.add(head.substring(start));
        return lines;
    }

    boolean isBroken() {
        return path == null;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            boolean isLetterOrDigit = next >= '0' && next <= '9' || next >= 'A' && next <= 'Z' || next >= 'a' && next <= 'z';
            if (!isLetterOrDigit && "!#$%&'*+-.^_`|~".indexOf(next) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' && text.charAt(i) != '\t' || text.charAt(i) == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
