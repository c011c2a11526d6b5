package kv.commands;

import java.util.concurrent.atomic.AtomicLong;
import kv.store.StoreClock;

/**
 * A clock that moves on by a fixed time whenever the test's own thread reads it, so that what reads it twice sees two moments.
 * The store's thread sees it stand still.
 */
final class TickingClock {
    private static final long START_NANOS = 1_700_000_000_000_000_000L;

    private final long tickNanos;
    private final Thread test = Thread.currentThread();
    private final AtomicLong nanos = new AtomicLong(START_NANOS);
    private long readings;

    TickingClock(long tickNanos) {
        this.tickNanos = tickNanos;
    }

    /** The clock whose wall time goes along. */
    StoreClock clock() {
        return new StoreClock(this::read, nanos::get, step -> { });
    }

    private long read() {
        if (Thread.currentThread() != test) {
            return nanos.get();
        }
        readings++;
        return nanos.addAndGet(tickNanos);
    }

    void advanceMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    long nowMillis() {
        return nanos.get() / 1_000_000;
    }

    /** How often it was read, and has moved on. */
    long readings() {
        return readings;
    }
}
