package kv.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keys of 16 bytes and values of 32, made from numbers, in buffers that a store session reads directly.
 *
 * <p>Owner: one benchmark thread. A key is made anew for each call: that costs two multiplications, where reading it from a table
 * of millions would cost the cache miss that is to be measured.
 */
final class Keys {
    static final int KEY_BYTES = 16;
    static final int VALUE_BYTES = 32;

    final ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES).order(ByteOrder.nativeOrder());
    final ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES).order(ByteOrder.nativeOrder());
    private final long count;
    private long random;

    Keys(long count) {
        this(count, 1);
    }

    /** @param seed another one for each thread, lest all choose the same keys at the same time */
    Keys(long count, long seed) {
        this.count = count;
        this.random = Wire.mix(seed);
    }

    /** Makes {@link #key} that of a random number below the count. */
    void chooseAny() {
        random += 0x9e3779b97f4a7c15L;
        choose((Wire.mix(random) >>> 33) * count >>> 31);
    }

    /** Makes {@link #key} one that no number of {@link #choose} gives. */
    void chooseNone() {
        chooseAny();
        key.putLong(Long.BYTES, -1);
    }

    /** Makes {@link #key} that of this number. */
    void choose(long number) {
        key.putLong(0, Wire.mix(number));
        key.putLong(Long.BYTES, number);
    }
}
