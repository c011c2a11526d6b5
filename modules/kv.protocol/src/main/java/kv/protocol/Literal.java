package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A constant of 1 .. 16 bytes that is written with two stores. Immutable; any thread. */
final class Literal {

    // A bulk put of a byte array is a call with checks that is not worth it for a few bytes: a reply to a GET, with its two
    // literals, took 16 ns instead of 8 (x86-64, JDK 17, direct buffer).

    /** What must remain in a buffer that one is written to, however short it is. */
    static final int ROOM_BYTES = 16;

    private final long low;
    private final long high;
    private final int length;

    Literal(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > ROOM_BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes: " + ascii);
        }
        ByteBuffer padded = ByteBuffer.allocate(ROOM_BYTES).order(ByteOrder.LITTLE_ENDIAN).put(bytes);
        low = padded.getLong(0);
        high = padded.getLong(Long.BYTES);
        length = bytes.length;
    }

    /** Writes it at {@code out}'s position, and rubbish behind it. REQUIRES: ROOM_BYTES remaining. */
    void putTo(ByteBuffer out) {
        boolean littleEndian = out.order() == ByteOrder.LITTLE_ENDIAN;
        int at = out.position();
        out.putLong(at, littleEndian ? low : Long.reverseBytes(low));
        if (length > Long.BYTES) {
            out.putLong(at + Long.BYTES, littleEndian ? high : Long.reverseBytes(high));
        }
        out.position(at + length);
    }
}
