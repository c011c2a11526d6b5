package kv.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RESP: requests as arrays of byte strings; replies of RESP2 and, after HELLO 3, of RESP3. */
final class RespProtocol implements Protocol {
    private static final int NESTING_MAX = 32;
    private static final int LINE_BYTES_MAX = 1 << 20;
    private static final long BYTES_MAX = 512L << 20;
    private static final int ITEMS_INITIAL_MAX = 1024;

    @Override
    public void write(List<byte[]> words, OutputStream out) throws IOException {
        header('*', words.size(), out);
        for (byte[] word : words) {
            header('$', word.length, out);
            out.write(word);
            out.write('\r');
            out.write('\n');
        }
    }

    private static void header(char type, int count, OutputStream out) throws IOException {
        out.write((type + Integer.toString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Reply read(InputStream in) throws IOException {
        return read(in, NESTING_MAX);
    }

    private Reply read(InputStream in, int nestingLeft) throws IOException {
        if (nestingLeft == 0) {
            throw new IOException("a reply is nested more than " + NESTING_MAX + " deep");
        }
        int type = in.read();
        if (type < 0) {
            throw new EOFException("the server closed the connection");
        }
        String line = line(in);
        return switch (type) {
            case '+' -> new Reply.Line(line);
            case '-' -> new Reply.Failure(line);
            case ':' -> new Reply.Scalar(Reply.INTEGER, line);
            case '(' -> new Reply.Scalar("big number", line);
            case ',' -> new Reply.Scalar("double", line);
            case '#' -> new Reply.Scalar(Reply.BOOLEAN, line.equals("t") ? "true" : "false");
            case '_' -> new Reply.Nil();
            case '$' -> line.equals("-1") ? new Reply.Nil() : new Reply.Bytes(bytes(in, count(line, BYTES_MAX)));
            case '!' -> new Reply.Failure(new String(bytes(in, count(line, BYTES_MAX)), StandardCharsets.UTF_8));
            case '=' -> verbatim(bytes(in, count(line, BYTES_MAX)));
            case '>' -> new Reply.Push(items(in, count(line, Integer.MAX_VALUE), nestingLeft));
            case '*', '~' -> line.equals("-1") ? new Reply.Nil()
                    : new Reply.Items(items(in, count(line, Integer.MAX_VALUE), nestingLeft));
            case '%' -> new Reply.Pairs(items(in, 2 * count(line, Integer.MAX_VALUE / 2), nestingLeft));
            case '|' -> { // attributes of the reply that follows; nobody has asked for them
                items(in, 2 * count(line, Integer.MAX_VALUE / 2), nestingLeft);
                yield read(in, nestingLeft - 1);
            }
            default -> throw new IOException("this is not RESP: a reply that begins with "
                    + Quoting.quote(new byte[] {(byte) type}) + "; is it a kv-server?");
        };
    }

    private List<Reply> items(InputStream in, int count, int nestingLeft) throws IOException {
        List<Reply> items = new ArrayList<>(Math.min(count, ITEMS_INITIAL_MAX));
        for (int i = 0; i < count; i++) {
            items.add(read(in, nestingLeft - 1));
        }
        return items;
    }

    /** Three letters of format and a colon come before the text. */
    private static Reply verbatim(byte[] bytes) {
        int start = Math.min(4, bytes.length);
        return new Reply.Line(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count || in.read() != '\r' || in.read() != '\n') {
            throw brokenOff();
        }
        return bytes;
    }

    private static int count(String line, long max) throws IOException {
        try {
            long count = Long.parseLong(line);
            if (count >= 0 && count <= max) {
                return (int) count;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new IOException("this is not RESP: a length of '" + line + "'");
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(32);
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0 || line.size() == LINE_BYTES_MAX) {
                throw brokenOff();
            }
            line.write(next);
        }
        if (in.read() != '\n') {
            throw brokenOff();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static IOException brokenOff() {
        return new IOException("a reply was broken off");
    }
}
