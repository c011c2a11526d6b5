package kv.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The text protocol: a line of words out, a line in. */
final class TextProtocol implements Protocol {
    private static final byte[] ERROR = "ERROR ".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void write(List<byte[]> words, OutputStream out) throws IOException, UsageException {
        for (byte[] word : words) {
            check(word);
        }
        for (int i = 0; i < words.size(); i++) {
            if (i > 0) {
                out.write(' ');
            }
            out.write(words.get(i));
        }
        out.write('\n');
    }

    private static void check(byte[] word) throws UsageException {
        for (byte next : word) {
            if (next == ' ' || next == '\t' || next == '\n' || next == '\r') {
                throw cannotSay(word);
            }
        }
        if (word.length == 0) {
            throw cannotSay(word);
        }
    }

    private static UsageException cannotSay(byte[] word) {
        return new UsageException("the text protocol cannot carry " + Quoting.quote(word) + ", RESP can");
    }

    @Override
    public Reply read(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        if (length >= ERROR.length && Arrays.equals(bytes, 0, ERROR.length, ERROR, 0, ERROR.length)) {
            return new Reply.Failure(new String(bytes, 0, length, StandardCharsets.UTF_8));
        }
        return new Reply.Raw(Arrays.copyOf(bytes, length));
    }
}
