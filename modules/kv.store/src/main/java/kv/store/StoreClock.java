package kv.store;

import java.util.function.LongSupplier;

/** Milliseconds since the store was opened, and deadlines in that measure. Immutable; any thread. */
final class StoreClock {
    /** The deadline of what does not expire. */
    static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanoClock;
    private final long openedNanos;

    StoreClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.openedNanos = nanoClock.getAsLong();
    }

    long nowMillis() {
        return (nanoClock.getAsLong() - openedNanos) / NANOS_PER_MILLI;
    }

    /** The last millisecond in which an entry set now is still seen; saturates just below {@link #NEVER}. */
    long deadlineMillis(long ttlMillis) {
        long now = nowMillis();
        return ttlMillis < NEVER - 1 - now ? now + ttlMillis : NEVER - 1;
    }

    /** Strictly later: both ends are rounded down, so an entry never ends early. */
    boolean isPast(long deadlineMillis) {
        return nowMillis() > deadlineMillis;
    }
}
