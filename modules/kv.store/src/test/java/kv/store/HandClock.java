package kv.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until a test moves it. */
final class HandClock implements LongSupplier {
    /** Any origin must do, also one from which the count overflows soon. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    void advanceMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    void advanceNanos(long count) {
        nanos.addAndGet(count);
    }
}
