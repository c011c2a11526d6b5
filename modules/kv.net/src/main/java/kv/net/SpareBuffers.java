package kv.net;

/**
 * When an event loop looks whether there are large buffers that nobody needs any more: a second after there are some, and each
 * second from then on. Without any it never wakes the loop.
 *
 * <p>Owner: the event loop. Units: nanoseconds of System.nanoTime.
 */
final class SpareBuffers {
    private static final long NEVER = Long.MAX_VALUE;

    private final BufferPool pool;
    private long dueNanos = NEVER;

    SpareBuffers(BufferPool pool) {
        this.pool = pool;
    }

    /** When {@link #check} has something to do. */
    long dueNanos() {
        if (dueNanos == NEVER && pool.hasSpare()) {
            dueNanos = System.nanoTime() + BufferPool.UNUSED_NANOS;
        }
        return dueNanos;
    }

    void check(long nowNanos) {
        if (dueNanos != NEVER && nowNanos - dueNanos >= 0) {
            pool.giveBackUnused(nowNanos);
            dueNanos = NEVER;
        }
    }
}
