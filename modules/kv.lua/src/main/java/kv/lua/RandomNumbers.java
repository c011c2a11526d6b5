package kv.lua;

/** Redis's {@code math.random}: the generator of C's {@code lrand48}. */
final class RandomNumbers {

    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long MASK = (1L << 48) - 1;

    private long state;

    /** @param start 48 bits */
    void start(long start) {
        state = start & MASK;
    }

    void seed(int seed) {
        state = (long) seed << 16 & MASK | 0x330E;
    }

    /** In [0, 1). */
    double next() {
        state = state * MULTIPLIER + 0xB & MASK;
        return (double) ((state >>> 17) % Integer.MAX_VALUE) / Integer.MAX_VALUE;
    }
}
