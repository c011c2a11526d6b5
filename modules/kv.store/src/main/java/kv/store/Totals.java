package kv.store;

/** The figures of all shards, summed one after another. Confined to one thread. */
final class Totals {
    private long keys;
    private long valueBytes;
    private long expiringKeys;
    private long expiredTotal;
    private long evictedTotal;

    private long shardKeys;
    private long shardValueBytes;
    private long shardExpiringKeys;
    private long shardExpiredTotal;
    private long shardEvictedTotal;

    /** Takes down the figures of a shard, which may turn out not to be of one moment. */
    void read(Database[] databases, long ofEvictedTotal, Expiry expiry) {
        shardKeys = 0;
        shardValueBytes = 0;
        for (Database database : databases) {
            shardKeys += database.keys();
            shardValueBytes += database.valueBytes();
        }
        shardExpiringKeys = expiry.keys();
        shardExpiredTotal = expiry.expiredTotal();
        shardEvictedTotal = ofEvictedTotal;
    }

    /** What was taken down last counts. */
    void add() {
        keys += shardKeys;
        valueBytes += shardValueBytes;
        expiringKeys += shardExpiringKeys;
        expiredTotal += shardExpiredTotal;
        evictedTotal += shardEvictedTotal;
    }

    StoreStats with(Lookups lookups, PagePool pool) {
        return new StoreStats(keys, valueBytes, expiringKeys, lookups.hits(), lookups.misses(), expiredTotal, evictedTotal,
                pool.usedBytes(), pool.reservedBytes(), pool.limitBytes(), pool.refusals());
    }
}
