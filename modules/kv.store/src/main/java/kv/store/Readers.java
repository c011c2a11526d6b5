package kv.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who reads pages without a shard's lock at this moment: pages that such a reader may have met are not given another use, and no
 * memory is freed, before it is done.
 *
 * <p>Threads: any, without waiting, but for {@link #awaitNone}.
 */
final class Readers {
    /*
     * Epochs (Fraser, 2004), with a slot for each reader that is at work rather than for each that exists, so that sessions need
     * no end. A reader writes the epoch into a free slot before it looks at a page. Who takes a page out of use, so that nobody
     * can come upon it any more, begins a new epoch: the page is free when no slot has an older one. All of it is sequentially
     * consistent: either the reader's slot is seen, or the reader sees that the page is out of use.
     */
    static final int NONE = -1;
    private static final int SLOTS = 64;
    /** Slots lie two cache lines apart, lest they share one, or a pair that is fetched together. */
    private static final int SLOT_LONGS = 16;

    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final AtomicLong epoch = new AtomicLong(1);
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS * SLOT_LONGS);

    /**
     * Begins to read.
     *
     * @param hint any number, best the thread's own: where to look for a slot first
     * @return the slot, for {@link #end}; or {@link #NONE} if too many read: then the caller must not
     */
    int begin(int hint) {
        for (int i = 0; i < SLOTS; i++) {
            int slot = (hint + i & SLOTS - 1) * SLOT_LONGS;
            if (slots.get(slot) == 0 && slots.compareAndSet(slot, 0, epoch.get())) {
                return slot;
            }
        }
        return NONE;
    }

    void end(int slot) {
        slots.setRelease(slot, 0);
    }

    /** Something has gone out of use; returns when: what {@link #areDoneWith} is asked. */
    long retire() {
        return epoch.getAndIncrement();
    }

    /** Whether nobody reads any more that began when what was retired then could still be come upon. */
    boolean areDoneWith(long retired) {
        for (int i = 0; i < SLOTS; i++) {
            long began = slots.get(i * SLOT_LONGS);
            if (began != 0 && began <= retired) {
                return false;
            }
        }
        return true;
    }

    /** Whether nobody reads who began before. */
    boolean areNone() {
        return areDoneWith(retire());
    }

    /**
     * Waits until all are done that could have come upon what was retired before: they copy memory, which is a matter of
     * milliseconds. False if one of them has not ended within a second: it has forgotten to, or its thread has died.
     */
    boolean awaitNone() {
        long retired = retire();
        long begun = System.nanoTime();
        while (!areDoneWith(retired)) {
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }
}
