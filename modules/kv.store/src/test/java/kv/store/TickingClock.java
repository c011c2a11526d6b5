package kv.store;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves at every reading, so that whoever reads it twice where once is meant gets two times. */
final class TickingClock {
    private static final long WALL_NANOS = 1_700_000_000_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final long tickNanos;
    private final StoreClock clock;

    TickingClock(long tickNanos) {
        this.tickNanos = tickNanos;
        this.clock = new StoreClock(this::tick, () -> WALL_NANOS + nanos.get(), stepped -> { });
    }

    StoreClock clock() {
        return clock;
    }

    private long tick() {
        return nanos.addAndGet(tickNanos);
    }
}
