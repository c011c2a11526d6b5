package kv.store;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the changes in one shard for those who watch keys of it, a count for each bucket of hashes: whether a key has changed
 * is whether its bucket's count has.
 *
 * <p>Locks: changes are counted under the shard's lock held for writing; watchers come under it in either mode, and go without.
 */
final class Stamps {
    /*
     * Kept only while somebody watches, so that a change costs one look at a field otherwise. A million buckets in all shards
     * together: at 500,000 changes a second a watch of ten milliseconds is broken by a neighbour in one case of 200; a count for
     * each shard would break half of those of one millisecond. An entry's own field would be exact, and cost all entries.
     */
    private static final int BUCKETS_MIN = 1 << 12;
    private static final int BUCKETS_OF_ALL = 1 << 20;
    /** The hash's lowest bits, which serve as well as any; its highest are the shard's. */
    private final int mask;
    private final AtomicInteger watchers = new AtomicInteger();
    /** Null while nobody watches, and a little longer. */
    private int[] counts;

    Stamps(int shardBits) {
        mask = Math.max(BUCKETS_MIN, BUCKETS_OF_ALL >>> shardBits) - 1;
    }

    /** A key with this hash changes, in the database of a tag. */
    void changed(int tag, long hash) {
        if (counts != null) {
            count(tag, hash);
        }
    }

    private void count(int tag, long hash) {
        if (watchers.get() == 0) {
            counts = null;
        } else {
            counts[bucket(tag, hash)]++;
        }
    }

    /** One key of several databases has a bucket in each. */
    private int bucket(int tag, long hash) {
        return (int) hash + tag & mask;
    }

    /** One more key is watched: its stamp stays the same until it changes. */
    synchronized void watch() {
        watchers.incrementAndGet();
        if (counts == null) {
            counts = new int[mask + 1];
        }
    }

    /** That of a key, while it is watched. */
    int stamp(int tag, long hash) {
        return counts[bucket(tag, hash)];
    }

    /** The same of the keys with this name in all databases together. */
    int stampOfAll(long hash) {
        int sum = 0;
        for (int tag = 0; tag < DatabaseNumbers.COUNT; tag++) {
            sum += stamp(tag, hash);
        }
        return sum;
    }

    /** One less. Any thread. */
    void unwatch() {
        watchers.decrementAndGet();
    }
}
