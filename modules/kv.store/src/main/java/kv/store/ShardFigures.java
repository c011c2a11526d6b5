package kv.store;

/** Figures of a shard, each of one moment. Stateless. The caller holds no lock. */
final class ShardFigures {
    private ShardFigures() { }

    /**
     * Adds a shard's figures, of one moment, to others'. Takes the lock for itself, but only if somebody is changing the
     * shard.
     */
    static void addTo(Shard shard, Totals totals) {
        long stamp = shard.lock.tryOptimisticRead();
        Holder found = shard.holder;
        totals.read(shard.databases(), shard.evictedTotal, shard.expiry());
        if (stamp == 0 || !shard.lock.validate(stamp)) {
            stamp = shard.lock.readLock();
            found = shard.holder;
            totals.read(shard.databases(), shard.evictedTotal, shard.expiry());
            shard.lock.unlockRead(stamp);
        }
        if (found != null) {
            found.requireSection();
        }
        totals.add();
    }

    /** Of one database; takes the lock for itself. */
    static DatabaseStats stats(Shard shard, int database) {
        long stamp = shard.lock.readLock();
        try {
            requireReadable(shard);
            return shard.database(database).stats();
        } finally {
            shard.lock.unlockRead(stamp);
        }
    }

    /** As {@link #stats}, of all of them by their numbers. */
    static void addTo(Shard shard, DatabaseStats[] sums) {
        long stamp = shard.lock.readLock();
        try {
            requireReadable(shard);
            for (int database = 0; database < sums.length; database++) {
                sums[database] = sums[database].plus(shard.database(database).stats());
            }
        } finally {
            shard.lock.unlockRead(stamp);
        }
    }

    private static void requireReadable(Shard shard) {
        if (shard.holder != null) {
            shard.holder.requireSection();
        }
    }
}
