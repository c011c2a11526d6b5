package kv.tests;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One RESP reply, of version 2 or 3, with all that belongs to it. Immutable; bytes are characters of ISO 8859-1.
 *
 * @param type its first byte on the wire
 * @param text what a line or bulk string holds; of an aggregate or a null its length as it stands on the wire
 * @param parts of an aggregate, flat: a map's keys and values in turn
 */
record Reply(char type, String text, List<Reply> parts) {
    private static final int LENGTH_MAX = 512 << 20;

    /** @throws EOFException if the server has closed before the reply's end, with what had come of it */
    static Reply read(DataInputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            throw new IOException("an empty line where a reply was due");
        }
        char type = line.charAt(0);
        String text = line.substring(1);
        switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> {
                return new Reply(type, text, List.of());
            }
            case '$', '=', '!' -> {
                int length = length(line);
                if (length < 0) {
                    return new Reply(type, text, null);
                }
                byte[] bytes = new byte[length + 2];
                in.readFully(bytes);
                if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
                    throw new IOException("no line end after " + line);
                }
                return new Reply(type, new String(bytes, 0, length, StandardCharsets.ISO_8859_1), List.of());
            }
            case '*', '~', '%', '>', '|' -> {
                int length = length(line) * (type == '%' || type == '|' ? 2 : 1);
                if (length < 0) {
                    return new Reply(type, text, null);
                }
                List<Reply> parts = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    parts.add(read(in));
                }
                return new Reply(type, text, parts);
            }
            default -> throw new IOException("no reply begins so: " + line);
        }
    }

    private static int length(String line) throws IOException {
        long length = Long.parseLong(line.substring(1));
        if (length < -1 || length > LENGTH_MAX) {
            throw new IOException("a reply of this length: " + line);
        }
        return (int) length;
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            if (next == '\r') {
                break;
            }
            line.append((char) next);
        }
        if (in.read() != '\n') {
            throw new IOException("a CR without its LF after '" + line + "'");
        }
        return line.toString();
    }

    boolean isError() {
        return type == '-' || type == '!';
    }

    boolean isNull() {
        return type == '_' || parts == null;
    }

    /** For people: one line, the bytes that do not print escaped, shortened. */
    @Override
    public String toString() {
        if (isNull()) {
            return "null" + type;
        }
        if (parts.isEmpty() && "*~%>".indexOf(type) < 0) {
            return type + Escaped.of(text);
        }
        return type + parts.toString();
    }
}
