package kv.store;

/**
 * What one shard has of one database: the index of its keys, and their figures.
 *
 * <p>Guarded by the shard's lock. Made at the database's first key in the shard; until then an absent one stands in its place,
 * in which nothing is found.
 */
final class Database {
    /** What its entries have in their headers. */
    final int tag;
    final HashIndex index;
    /** Those in the index: keys, and what is staged. */
    private long entryCount;
    private long keys;
    private long valueBytes;
    private long expiringKeys;

    Database(int tag, HashIndex index) {
        this.tag = tag;
        this.index = index;
    }

    boolean isAbsent() {
        return tag < 0;
    }

    void insert(long hash, int entry) {
        index.insert(hash, entry);
        entryCount++;
    }

    void remove(long hash, int slot) {
        index.remove(hash, slot);
        entryCount--;
    }

    /** There is one key more, or less, and so many bytes of values, and so many keys that expire. */
    void count(int moreKeys, long moreValueBytes) {
        keys += moreKeys;
        valueBytes += moreValueBytes;
    }

    /** As {@link Expiry#changed}. */
    void deadlineChanged(long from, long to) {
        expiringKeys += (to == Deadline.NONE ? 0 : 1) - (from == Deadline.NONE ? 0 : 1);
    }

    /** All its entries are gone. */
    void clear() {
        index.releaseAll();
        entryCount = 0;
        keys = 0;
        valueBytes = 0;
        expiringKeys = 0;
    }

    /** Gives the index's memory back if nothing is in it. */
    void releaseIfEmpty() {
        if (entryCount == 0) {
            index.releaseAll();
        }
    }

    long keys() {
        return keys;
    }

    long valueBytes() {
        return valueBytes;
    }

    long expiringKeys() {
        return expiringKeys;
    }

    DatabaseStats stats() {
        return keys == 0 ? DatabaseStats.NONE : new DatabaseStats(keys, expiringKeys);
    }
}
