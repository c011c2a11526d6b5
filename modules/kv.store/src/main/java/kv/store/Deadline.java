package kv.store;

import java.time.Duration;

/**
 * The moment from which on a key is no more: milliseconds since 1970 of the {@link StoreClock}, or one of the words below.
 *
 * <p>A key is expired when its deadline has come, {@link #isPast}: the same in the store, in commands, in the log and on the
 * wire.
 */
public final class Deadline {
    /** The key does not expire. Later than every moment, so that it needs no case of its own where deadlines are compared. */
    public static final long NONE = Long.MAX_VALUE;
    /** In place of a key's deadline: there is no such key. */
    public static final long ABSENT = -2;
    /** In place of a new deadline: the old one stays, if the key is there; else there is none. */
    public static final long KEEP = -3;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Deadline() { }

    /** Whether what has this deadline is expired. */
    public static boolean isPast(long deadlineMillis, long nowMillis) {
        return deadlineMillis <= nowMillis;
    }

    /**
     * The deadline of what shall live so long from now on; a time too long for the clock ends at the last moment before {@link
     * #NONE}.
     */
    public static long after(long nowMillis, long lifeMillis) {
        return lifeMillis < NONE - 1 - nowMillis ? nowMillis + lifeMillis : NONE - 1;
    }

    /** A life in milliseconds, rounded up; it must be positive. */
    static long millis(Duration timeToLive) {
        if (timeToLive.isNegative() || timeToLive.isZero()) {
            throw new IllegalArgumentException("time to live: " + timeToLive + " is not positive");
        }
        long seconds = timeToLive.getSeconds();
        if (seconds >= Long.MAX_VALUE / 1000) {
            return Long.MAX_VALUE;
        }
        return seconds * 1000 + (timeToLive.getNano() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /** A deadline to be stored: a moment, or {@link #NONE}. */
    static void require(long deadlineMillis) {
        if (deadlineMillis < 0) {
            throw new IllegalArgumentException("deadlineMillis: " + deadlineMillis + " is negative");
        }
    }
}
