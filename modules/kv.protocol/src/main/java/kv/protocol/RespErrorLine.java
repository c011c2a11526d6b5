package kv.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An error reply that quotes what a client has sent, byte for byte but never with a line end in it.
 *
 * <p>Lives for one reply; a client that sends nonsense pays with a little garbage.
 */
final class RespErrorLine {

    /** How much of a request is given back at most, in each of the two places of a reply. */
    static final int QUOTED_BYTES_MAX = 128;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    /** A line that starts with {@code text}, its code included. */
    RespErrorLine(String text) {
        append("-" + text);
    }

    int length() {
        return bytes.size();
    }

    void append(String ascii) {
        bytes.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Up to {@code bytesMax} bytes of an argument; as Redis, which prints a C string, up to the first NUL. */
    void quote(Request request, int arg, int bytesMax) {
        ByteBuffer in = request.bytes();
        int start = request.start(arg);
        int end = start + Math.min(request.length(arg), bytesMax);
        for (int i = start; i < end && in.get(i) != 0; i++) {
            quote(in.get(i));
        }
    }

    void quote(byte b) {
        bytes.write(b == '\r' || b == '\n' ? ' ' : b);
    }

    byte[] end() {
        append("\r\n");
        return bytes.toByteArray();
    }
}
