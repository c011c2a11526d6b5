package kv.store;

/**
 * Takes expired keys away when nobody asks for them.
 *
 * <p>Threads: any; the {@link Housekeeper} is one.
 * <p>Locks: its own monitor, around all others; a shard's lock for the time that one data page takes, never two. A held shard is
 * left alone: its section's time stands still, and what is expired for us may not be so for the section.
 */
final class Sweeper {
    private final Shards shards;
    private final StoreClock clock;
    private final StoreFailure failure;
    /** The moment of the last whole sweep. */
    private volatile long sweptMillis = Long.MIN_VALUE;
    private volatile boolean paused;

    Sweeper(Shards shards, StoreClock clock, StoreFailure failure) {
        this.shards = shards;
        this.clock = clock;
        this.failure = failure;
    }

    /** Whether {@link #sweep} does nothing. */
    void pause(boolean pauses) {
        paused = pauses;
        sweptMillis = Long.MIN_VALUE; // what has come meanwhile is not swept, though the clock may stand where it stood
    }

    boolean isPaused() {
        return paused;
    }

    /**
     * Takes away all keys whose deadline has come when it is called. Once a millisecond, whoever asks how often: the others have
     * the result of the first, for which they wait. Costs a look at each shard where nothing has come due.
     */
    void sweep() {
        if (paused || sweptMillis == clock.nowMillis()) {
            return;
        }
        try {
            sweepOnce();
        } catch (Throwable thrown) {
            failure.report(thrown);
            throw thrown;
        }
    }

    private synchronized void sweepOnce() {
        long now = clock.nowMillis();
        if (sweptMillis == now) {
            return;
        }
        boolean whole = true;
        for (int i = 0; i < shards.count(); i++) {
            whole &= sweepAll(shards.get(i), now);
        }
        if (whole) {
            sweptMillis = now;
        }
    }

    /** False if somebody holds the shard. */
    private static boolean sweepAll(Shard shard, long now) {
        // Again, because a merge of pages may move expired entries to where the sweep has been.
        while (Deadline.isPast(shard.expiry().nextDeadlineMillis(), now)) {
            if (!sweep(shard, now)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sweep(Shard shard, long now) {
        int page = 1;
        while (page != 0) {
            long stamp = shard.lock.writeLock();
            try {
                if (shard.holder != null) {
                    return false;
                }
                page = sweepNextPage(shard, page, now);
            } catch (Throwable failure) {
                shard.holder = Holder.BROKEN;
                throw failure;
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
        return true;
    }

    /**
     * Sweeps the first page from {@code first} on that has, or may have, expired entries; returns the page after it, or 0 if
     * there was none.
     */
    private static int sweepNextPage(Shard shard, int first, long now) {
        DataPages pages = shard.pages();
        for (int page = first; page < pages.pageNumberEnd(); page++) {
            if (pages.exists(page) && Deadline.isPast(pages.earliestDeadline(page), now)) {
                ShardRemoval.sweep(shard, page, now);
                return page + 1;
            }
        }
        shard.expiry().swept(pages.earliestDeadline());
        return 0;
    }

    /** How far behind it is: too much, perhaps, where the key that was due first has been deleted, and never too little. */
    long lagMillis() {
        long now = clock.nowMillis();
        long earliest = now;
        for (int i = 0; i < shards.count(); i++) {
            long next = shards.get(i).expiry().nextDeadlineMillis();
            earliest = Deadline.isPast(next, now) ? Math.min(earliest, next) : earliest;
        }
        return now - earliest;
    }

    boolean nothingExpires() {
        for (int i = 0; i < shards.count(); i++) {
            if (shards.get(i).expiry().nextDeadlineMillis() != Deadline.NONE) {
                return false;
            }
        }
        return true;
    }
}
