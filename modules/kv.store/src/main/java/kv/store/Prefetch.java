package kv.store;

/**
 * Reads ahead where the entries of keys to come lie: first all their index slots, then all their entries, so that the cache misses
 * of each kind are under way at once.
 *
 * <p>Threads: confined to one; takes no lock. What it reads may be stale or wrong, and is used for nothing.
 */
final class Prefetch {
    private static final int KEYS_MAX = 32;

    private final KeyValueStore store;
    private final long[] hashes = new long[KEYS_MAX];
    private int count;
    /** Takes what is read, lest the compiler sees that nobody wants it. */
    private long touched;

    Prefetch(KeyValueStore store) {
        this.store = store;
    }

    /** False if there is no room. */
    boolean add(long hash) {
        if (isFull()) {
            return false;
        }
        hashes[count++] = hash;
        return true;
    }

    boolean isFull() {
        return count == KEYS_MAX;
    }

    /** For the keys added since the last time. */
    void run() {
        long seen = 0;
        for (int i = 0; i < count; i++) {
            seen += store.shardOf(hashes[i]).touchIndex(hashes[i]);
        }
        for (int i = 0; i < count; i++) {
            seen += store.shardOf(hashes[i]).touchEntry(hashes[i]);
        }
        count = 0;
        touched = seen;
    }
}
