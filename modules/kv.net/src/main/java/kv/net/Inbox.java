package kv.net;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Batches on their way to one worker: a ring with one writer, the event loop, and one reader, the worker.
 *
 * <p>Bound: {@value #LENGTH} batches; the loop never has more under way.
 */
final class Inbox {
    /*
     * The worker says that it is about to sleep, looks once more, and sleeps; the loop publishes a batch, then looks whether it
     * sleeps. Both orders are volatile, so one of them always sees the other. InboxVisibility (kv.tests) is the jcstress test.
     */
    static final int LENGTH = 64;

    private final AtomicReferenceArray<Batch> ring = new AtomicReferenceArray<>(LENGTH);
    private int put; // event loop
    private int taken; // worker
    private volatile boolean sleeping;

    /** Event loop. @return whether the worker sleeps, and must be woken */
    boolean put(Batch batch) {
        ring.set(put++ & (LENGTH - 1), batch); // not released only: this store must not pass the load of sleeping
        return sleeping;
    }

    /** Worker: the next batch, or null. */
    Batch poll() {
        int slot = taken & (LENGTH - 1);
        Batch batch = ring.getAcquire(slot);
        if (batch != null) {
            ring.setRelease(slot, null);
            taken++;
        }
        return batch;
    }

    /** Worker: it will sleep if this is true; afterwards, in any case, it is {@link #awake}. */
    boolean maySleep() {
        sleeping = true;
        return ring.get(taken & (LENGTH - 1)) == null;
    }

    void awake() {
        sleeping = false;
    }
}
