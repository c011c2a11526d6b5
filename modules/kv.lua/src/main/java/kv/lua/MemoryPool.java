package kv.lua;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all scripts together may hold on the heap. Thread-safe.
 *
 * <p>Units: bytes. Scripts take them in pieces through {@link Quota} and give them back at their end.
 */
public final class MemoryPool {

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    public MemoryPool(long limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("limit " + limitBytes);
        }
        this.limitBytes = limitBytes;
    }

    /** @return false, and nothing taken, if so much is not free */
    public boolean tryTake(long bytes) {
        for (;;) {
            long used = usedBytes.get();
            if (bytes > limitBytes - used) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    public void giveBack(long bytes) {
        long left = usedBytes.addAndGet(-bytes);
        assert left >= 0 : left;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long limitBytes() {
        return limitBytes;
    }
}
