package kv.store;

import java.util.concurrent.locks.StampedLock;

/**
 * Takes expired keys away when nobody asks for them.
 *
 * <p>Threads: any; the {@link Housekeeper} is one.
 * <p>Locks: a shard's lock for the time that one data page takes, never two.
 */
final class Sweeper {
    private final Shard[] shards;
    private final StoreClock clock;

    Sweeper(Shard[] shards, StoreClock clock) {
        this.shards = shards;
        this.clock = clock;
    }

    /** Takes away all keys whose deadline has passed when it is called. */
    void sweep() {
        long now = clock.nowMillis();
        for (Shard shard : shards) {
            // Again, because a merge of pages may move expired entries to where the sweep has been.
            while (shard.expiry().nextDeadlineMillis() < now) {
                sweep(shard, now);
            }
        }
    }

    private static void sweep(Shard shard, long now) {
        StampedLock lock = shard.lock;
        int page = 1;
        while (page != 0) {
            long stamp = lock.writeLock();
            try {
                page = shard.sweepNextPage(page, now);
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    boolean nothingExpires() {
        for (Shard shard : shards) {
            if (shard.expiry().nextDeadlineMillis() != StoreClock.NEVER) {
                return false;
            }
        }
        return true;
    }
}
