package kv.store;

import java.util.Arrays;

/**
 * The hash index of one shard: finds the entry of a key.
 *
 * <p>Guarded by the shard's lock. A hash is read from the top: shard, directory, home slot; its lowest 8 bits are the tag.
 * <p>Invariant: walking directory and home slots in order is walking in the order of the hashes. {@link Shard#collect} stands on that.
 */
final class HashIndex {
    /*
     * Extendible hashing (Fagin et al., 1979). The directory, indexed by the hash bits after the shard's, names an index page for each prefix;
     * several of its places may share a page. A page that gets too full is split in two by its next bit, alone; only when the page
     * is as deep as the directory does that double, which copies references. So the most that any operation waits for growth is one page's
     * split (6553 keys hashed again, 0.3 to 0.5 ms when their entries are not in the cache), whatever the size of the shard.
     * Pages shrink the same way: two sparse buddies become one.
     *
     * Load stays between 0.4 and 0.8, which makes 5 to 10 bytes of index an entry. At 0.8 a key that is there takes 3 probes on the average, all in one
     * cache line as a rule, and one entry in 256 probed for nothing is read in vain.
     */
    static final int DEPTH_MAX = 16;
    private static final int SPLIT_COUNT = IndexPage.SLOTS * 8 / 10;
    /** Full for good: reached only when there is no memory for a split, or no hash bit left to split by. */
    private static final int COUNT_MAX = IndexPage.SLOTS * 15 / 16;
    private static final int MERGE_COUNT = IndexPage.SLOTS / 4;

    /** Slots; a divisor of their number. */
    private static final int TOUCHED_AT_ONCE = 256;

    private final PagePool pool;
    private final EntryMemory entries;
    private final int shardBits;
    private volatile IndexPage[] directory;
    private int directoryBits;
    private int touched;

    HashIndex(PagePool pool, EntryMemory entries, int shardBits) {
        this.pool = pool;
        this.entries = entries;
        this.shardBits = shardBits;
        this.directory = new IndexPage[] {IndexPage.empty(shardBits)};
    }

    /** The page in which a key with this hash is, or would be. Valid until the next {@link #makeRoom} or {@link #remove}. */
    IndexPage page(long hash) {
        return directory[place(hash)];
    }

    /** As {@link #page}, for a thread without the lock: perhaps a page of a moment ago, which may serve other purposes by now. */
    IndexPage pageUnlocked(long hash) {
        IndexPage[] places = directory;
        int bits = Integer.numberOfTrailingZeros(places.length);
        return places[(int) (hash << shardBits >>> 1 >>> Long.SIZE - 1 - bits)];
    }

    /** Makes sure that one key with this hash can be inserted; false if there is no memory for that. */
    boolean makeRoom(long hash) {
        IndexPage page = page(hash);
        if (page.isPlaceholder()) {
            IndexPage first = take(shardBits);
            if (first != null) {
                directory[0] = first;
            }
            return first != null;
        }
        return page.count() < SPLIT_COUNT || split(page, hash) || page.count() < COUNT_MAX;
    }

    void insert(long hash, int entry) {
        page(hash).insert(hash, entry);
    }

    void remove(long hash, int slot) {
        IndexPage page = page(hash);
        page.remove(slot, entries);
        if (page.count() < MERGE_COUNT / 2 && page.prefixBits > shardBits) {
            mergeWithBuddy(page, hash);
        }
    }

    void moved(long hash, int from, int to) {
        IndexPage page = page(hash);
        page.setEntry(page.slotOf(hash, from), to);
    }

    void releaseAll() {
        for (int place = 0; place < directory.length; place = placeAfter(place)) {
            if (!directory[place].isPlaceholder()) {
                pool.give(directory[place].poolPage);
            }
        }
        directory = new IndexPage[] {IndexPage.empty(shardBits)};
        directoryBits = 0;
    }

    int directoryLength() {
        return directory.length;
    }

    IndexPage pageAt(int place) {
        return directory[place];
    }

    /** The first place that has another page than {@code place}, which is the first of its own. */
    int placeAfter(int place) {
        return place + (1 << directoryBits - depth(directory[place]));
    }

    private int place(long hash) {
        // Two steps, because a shift by 64 would be one by 0.
        return (int) (hash << shardBits >>> 1 >>> Long.SIZE - 1 - directoryBits);
    }

    private int depth(IndexPage page) {
        return page.prefixBits - shardBits;
    }

    private IndexPage take(int prefixBits) {
        int taken = pool.take();
        return taken == PagePool.NONE ? null : IndexPage.cleared(pool, taken, prefixBits);
    }

    private boolean split(IndexPage full, long hash) {
        if (depth(full) == DEPTH_MAX) {
            return false;
        }
        IndexPage low = take(full.prefixBits + 1);
        if (low == null) {
            return false;
        }
        IndexPage high = take(full.prefixBits + 1);
        if (high == null) {
            pool.give(low.poolPage);
            return false;
        }
        if (depth(full) == directoryBits) {
            doubleDirectory();
        }
        rehash(full, low, high);
        int first = firstPlace(full, hash);
        int half = 1 << directoryBits - depth(low);
        Arrays.fill(directory, first, first + half, low);
        Arrays.fill(directory, first + half, first + 2 * half, high);
        return page(hash).count() < COUNT_MAX;
    }

    private void mergeWithBuddy(IndexPage page, long hash) {
        int places = 1 << directoryBits - depth(page);
        int first = firstPlace(page, hash) & -2 * places;
        IndexPage low = directory[first];
        IndexPage high = directory[first + places];
        if (low.prefixBits != high.prefixBits || low.count() + high.count() > MERGE_COUNT) {
            return;
        }
        IndexPage merged = take(page.prefixBits - 1);
        if (merged != null) {
            rehash(low, merged, merged);
            rehash(high, merged, merged);
            Arrays.fill(directory, first, first + 2 * places, merged);
        }
    }

    /** Moves all keys of a page to the one of two pages that the bit after its own prefix says, and gives the page back. */
    private void rehash(IndexPage from, IndexPage low, IndexPage high) {
        for (int slot = 0; slot < IndexPage.SLOTS; slot++) {
            if (slot % TOUCHED_AT_ONCE == 0) {
                touched = entries.touch(from, slot, slot + TOUCHED_AT_ONCE);
            }
            int content = from.content(slot);
            if (content != 0) {
                int entry = IndexPage.entry(content);
                long hash = entries.hash(entry);
                (hash << from.prefixBits < 0 ? high : low).insert(hash, entry);
            }
        }
        pool.give(from.poolPage);
    }

    private int firstPlace(IndexPage page, long hash) {
        int places = 1 << directoryBits - depth(page);
        return place(hash) & -places;
    }

    private void doubleDirectory() {
        IndexPage[] doubled = new IndexPage[2 * directory.length];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i >>> 1];
        }
        directory = doubled;
        directoryBits++;
    }
}
