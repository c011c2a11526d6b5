package kv.store;

import java.nio.ByteBuffer;

/** Compares and copies byte ranges of buffers, at absolute positions. */
final class Bytes {
    private Bytes() { }

    /** For buffers of one byte order. Word by word, the last word overlapping the one before. */
    static boolean equal(ByteBuffer a, int aStart, ByteBuffer b, int bStart, int length) {
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES) {
                if (a.getLong(aStart + i) != b.getLong(bStart + i)) {
                    return false;
                }
            }
            return a.getLong(aStart + last) == b.getLong(bStart + last);
        }
        for (int i = 0; i < length; i++) {
            if (a.get(aStart + i) != b.get(bStart + i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies into as many buffers as the sink gives; {@code remaining} is what the sink is told: these bytes and what follows
     * them.
     */
    static void copy(ByteBuffer from, int fromStart, int length, ValueSink sink, int remaining) {
        int done = 0;
        while (done < length) {
            ByteBuffer space = sink.space(remaining - done);
            int position = space.position();
            int count = Math.min(length - done, space.remaining());
            if (count == 0) {
                throw new IllegalStateException("the sink gave a full buffer for " + (remaining - done) + " bytes");
            }
            space.put(position, from, fromStart + done, count);
            space.position(position + count);
            done += count;
        }
    }
}
