package kv.store;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it; its wall clock goes along, unless a test sets it. */
final class HandClock {
    /** Any origin must do, also one from which the count overflows soon. */
    private static final long ORIGIN_NANOS = Long.MAX_VALUE - 5_000_000_000L;
    private static final long WALL_NANOS = 1_700_000_000_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(ORIGIN_NANOS);
    private final AtomicLong wallNanos = new AtomicLong(WALL_NANOS);
    private final AtomicLong steppedMillis = new AtomicLong();
    private final StoreClock clock = new StoreClock(nanos::get, wallNanos::get, steppedMillis::addAndGet);

    StoreClock clock() {
        return clock;
    }

    void advanceMillis(long millis) {
        advanceNanos(millis * 1_000_000);
    }

    void advanceNanos(long count) {
        nanos.addAndGet(count);
        wallNanos.addAndGet(count);
    }

    void setWallForwardMillis(long millis) {
        wallNanos.addAndGet(millis * 1_000_000);
    }

    /** The sum of all steps that were reported. */
    long steppedMillis() {
        return steppedMillis.get();
    }
}
