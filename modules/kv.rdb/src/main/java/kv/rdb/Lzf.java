package kv.rdb;

import java.nio.ByteBuffer;

/** The compression of strings in RDB files and dumped values. Stateless; any thread. */
public final class Lzf {
    private static final int LITERALS_MAX = 32;
    private static final int LONG_COPY = 7;

    private Lzf() {
    }

    /**
     * Fills what remains in the target from what remains in the source.
     *
     * @return whether the one came out exactly as long as the other
     */
    public static boolean decompress(ByteBuffer source, ByteBuffer target) {
        int begin = target.position();
        while (source.hasRemaining()) {
            int control = Byte.toUnsignedInt(source.get());
            if (control < LITERALS_MAX) {
                int length = control + 1;
                if (length > source.remaining() || length > target.remaining()) {
                    return false;
                }
                target.put(target.position(), source, source.position(), length).position(target.position() + length);
                source.position(source.position() + length);
                continue;
            }
            int length = control >>> 5;
            if (source.remaining() < (length == LONG_COPY ? 2 : 1)) {
                return false;
            }
            length += (length == LONG_COPY ? Byte.toUnsignedInt(source.get()) : 0) + 2;
            int from = target.position() - ((control & 0x1F) << 8) - Byte.toUnsignedInt(source.get()) - 1;
            if (from < begin || length > target.remaining()) {
                return false;
            }
            // Byte by byte: it may copy what it has just copied.
            for (int i = 0; i < length; i++) {
                target.put(target.get(from + i));
            }
        }
        return !target.hasRemaining();
    }
}
