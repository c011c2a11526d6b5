package kv.server;

import java.util.function.LongSupplier;

/**
 * Turns times of the wall clock into times of the store's monotonic clock and back, both in milliseconds.
 *
 * <p>The difference of the two is kept, not taken anew each time, so that a key told to end at a moment also reports just
 * that moment. It follows when the wall clock was set: by more than {@value #JUMP_MILLIS} ms. Any thread.
 */
final class WallClock {
    private static final long JUMP_MILLIS = 200;

    private final LongSupplier monotonicMillis;
    private volatile long offsetMillis;

    WallClock(LongSupplier monotonicMillis) {
        this.monotonicMillis = monotonicMillis;
        this.offsetMillis = largestDifference();
    }

    /**
     * Both clocks are rounded down, so their difference takes two values. With the larger one our wall clock is never behind the
     * real one, and a key told to end in 10,000 ms never shows 10,001 left. Two ticks see both values.
     */
    private long largestDifference() {
        long largest = Long.MIN_VALUE;
        long end = monotonicMillis.getAsLong() + 2;
        long now;
        do {
            long wall = System.currentTimeMillis(); // first: a pause between the two must not enlarge the difference
            now = monotonicMillis.getAsLong();
            largest = Math.max(largest, wall - now);
        } while (now < end);
        return largest;
    }

    /** Milliseconds since 1970. */
    long nowMillis() {
        return monotonicMillis.getAsLong() + offset();
    }

    /** The moment of the monotonic clock that is this moment of the wall clock. */
    long toMonotonic(long wallMillis) {
        return wallMillis - offset();
    }

    /** The moment of the wall clock that is this moment of the monotonic clock. */
    long toWall(long monotonic) {
        return monotonic + offset();
    }

    private long offset() {
        long known = offsetMillis;
        long actual = System.currentTimeMillis() - monotonicMillis.getAsLong();
        if (Math.abs(actual - known) <= JUMP_MILLIS) return known;
        offsetMillis = actual + 1;
        return actual + 1;
    }
}
