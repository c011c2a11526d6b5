package kv.store;

import java.util.Arrays;
import java.util.Random;

/**
 * The hash index of one shard: finds the entry of a key.
 *
 * <p>Guarded by the shard's lock. A hash is read from the top: shard, directory, home slot.
 * <p>Invariant: walking directory and home slots in order is walking in the order of the hashes. {@link ShardScan} stands on
 * that.
 */
final class HashIndex {
    /*
     * Extendible hashing (Fagin et al., 1979). The directory, indexed by the hash bits after the shard's, names an index page for
     * each prefix; several of its places may share a page. A page that gets too full is split in two by its next bit, alone; only
     * when the page is as deep as the directory does that double, which copies references. So the most that any operation waits
     * for growth is one page's split (6553 keys hashed again, 0.3 to 0.5 ms when their entries are not in the cache), whatever
     * the size of the shard. Pages shrink the same way: two sparse buddies become one.
     *
     * Load stays between 0.4 and 0.8, which makes 5 to 10 bytes of index an entry. At 0.8 a key that is there takes 3 probes on
     * the average, all in one cache line as a rule, and one entry in 256 probed for nothing is read in vain.
     *
     * A page is also split when a new key would come to lie too far from its home. Among random keys that is rare, but the order
     * of the hashes can be seen (SCAN), and so keys can be chosen whose hashes are neighbours: 5,000 out of 10 million lie in
     * 1024 home slots of one page, some 2,000 probes each. A split spreads neighbours over twice as many slots. How far is too
     * far depends on the load: the longest distance among n random keys at load a is about ln n / (a - 1 - ln a), which is 43
     * slots at 0.5, 107 at 0.65 and 390 at 0.8.
     *
     * A page is given back only after the directory names another in its place, so that no reader without the lock comes upon it
     * later: its memory may be gone then.
     *
     * Where no bit is left to split by, which no chooser of keys will live to see, further pages are appended behind the full
     * one.
     */
    static final int DEPTH_MAX = 16;
    private static final int SPLIT_COUNT = IndexPage.SLOTS * 8 / 10;
    private static final int MERGE_COUNT = IndexPage.SLOTS / 4;
    /** Up to half of a page's load; also so few keys that they cannot crowd each other. */
    private static final int DISTANCE_MAX = 64;

    /** Pages of a directory with more places count as equally full; of others they are asked how many keys they have. */
    private static final int COUNTED_PLACES_MAX = 64;

    /** Slots; a divisor of their number. */
    static final int TOUCHED_AT_ONCE = 256;

    private final PagePool pool;
    private final EntryMemory entries;
    private final int shardBits;
    private final int depthMax;
    private volatile IndexPage[] directory;
    private int directoryBits;
    /** Of the pool. */
    private int pageCount;
    private int touched;

    HashIndex(PagePool pool, EntryMemory entries, int shardBits, int depthMax) {
        this.pool = pool;
        this.entries = entries;
        this.shardBits = shardBits;
        this.depthMax = depthMax;
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
            return replacePlaceholder(page, hash);
        }
        if (page.distanceToFree(hash) > distanceMax(page.count())) {
            page.setCrowded();
        } else if (page.count() < SPLIT_COUNT) {
            return true;
        }
        if (depth(page) < depthMax && split(page, hash)) {
            page = page(hash);
            if (page.isPlaceholder()) {
                return replacePlaceholder(page, hash);
            }
        }
        while (page.count() >= IndexPage.COUNT_MAX && page.next() != null) {
            page = page.next();
        }
        return page.count() < IndexPage.COUNT_MAX || appendTo(page);
    }

    private static int distanceMax(int count) {
        return count < IndexPage.SLOTS / 2 ? DISTANCE_MAX : count < IndexPage.SLOTS * 13 / 20 ? 128 : 512;
    }

    private boolean replacePlaceholder(IndexPage placeholder, long hash) {
        IndexPage first = take(placeholder.prefixBits);
        if (first == null) {
            return false;
        }
        int place = firstPlace(placeholder, hash);
        Arrays.fill(directory, place, place + placesOf(placeholder), first);
        return true;
    }

    private boolean appendTo(IndexPage full) {
        IndexPage page = take(full.prefixBits);
        full.append(page);
        return page != null;
    }

    /** An entry, each as likely, or about so in a large index; {@link DataPages#NO_ENTRY} if none was found. */
    int anyEntry(Random random) {
        int from = directory.length > COUNTED_PLACES_MAX ? random.nextInt(directory.length) : 0;
        int to = directory.length > COUNTED_PLACES_MAX ? from + 1 : directory.length;
        int total = 0;
        for (int place = from; place < to; place = placeAfter(place)) {
            for (IndexPage page = directory[place]; page != null; page = page.next()) {
                total += page.count();
            }
        }
        int before = total == 0 ? 0 : random.nextInt(total);
        for (int place = from; place < to; place = placeAfter(place)) {
            for (IndexPage page = directory[place]; page != null; page = page.next()) {
                if (before < page.count()) {
                    return page.anyEntry(random);
                }
                before -= page.count();
            }
        }
        return DataPages.NO_ENTRY;
    }

    void insert(long hash, int entry) {
        page(hash).insert(hash, entry);
    }

    /** Reads where a key with this hash is looked for: of several, their cache misses are under way at once. */
    int touch(long hash) {
        IndexPage page = page(hash);
        return page.content(page.home(hash));
    }

    void remove(long hash, int slot) {
        IndexPage page = page(hash);
        pageCount -= page.remove(slot, entries, pool);
        if (page.count() < MERGE_COUNT / 2 && page.next() == null && page.prefixBits > shardBits) {
            mergeWithBuddy(page, hash);
        }
    }

    void moved(long hash, int from, int to) {
        IndexPage page = page(hash);
        page.setEntry(page.slotOf(hash, from), to);
    }

    void releaseAll() {
        if (directory.length == 1 && directory[0].isPlaceholder()) {
            return;
        }
        IndexPage[] released = directory;
        int bits = directoryBits;
        directory = new IndexPage[] {IndexPage.empty(shardBits)};
        directoryBits = 0;
        for (int place = 0; place < released.length; place += 1 << bits - depth(released[place])) {
            for (IndexPage page = released[place]; page != null; page = page.next()) {
                giveUnlessPlaceholder(page);
            }
        }
    }

    /**
     * Moves the page at a place of the directory, and those behind it, to pages of the pool below a number.
     *
     * @return how many were moved, or {@link PagePool#NONE} if there was no room for one
     */
    int moveBelow(int end, int place) {
        int moved = 0;
        IndexPage before = null;
        for (IndexPage page = directory[place]; page != null; page = page.next()) {
            if (page.poolPage >= end) {
                int taken = pool.takeBelow(end);
                if (taken == PagePool.NONE) {
                    return PagePool.NONE;
                }
                IndexPage copy = page.copyTo(taken, pool);
                if (before == null) {
                    int first = place & -placesOf(page);
                    Arrays.fill(directory, first, first + placesOf(page), copy);
                } else {
                    before.append(copy);
                }
                pool.give(page.poolPage);
                page = copy;
                moved++;
            }
            before = page;
        }
        return moved;
    }

    int directoryLength() {
        return directory.length;
    }

    IndexPage pageAt(int place) {
        return directory[place];
    }

    /** The first place that has another page than {@code place}, which is the first of its own. */
    int placeAfter(int place) {
        return place + placesOf(directory[place]);
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
        if (taken == PagePool.NONE) {
            return null;
        }
        pageCount++;
        return IndexPage.cleared(pool, taken, prefixBits);
    }

    /** Half of the keys, about, or all or none, go to either of two new pages; one without keys is but a placeholder. */
    private boolean split(IndexPage full, long hash) {
        IndexPage low = take(full.prefixBits + 1);
        IndexPage high = low == null ? null : take(full.prefixBits + 1);
        if (high == null) {
            if (low != null) {
                giveUnlessPlaceholder(low);
            }
            return false;
        }
        if (depth(full) == directoryBits) {
            doubleDirectory();
        }
        if (full.isCrowded()) {
            low.setCrowded();
            high.setCrowded();
        }
        rehash(full, low, high);
        int first = firstPlace(full, hash);
        int half = placesOf(full) / 2;
        Arrays.fill(directory, first, first + half, giveIfEmpty(low));
        Arrays.fill(directory, first + half, first + 2 * half, giveIfEmpty(high));
        giveUnlessPlaceholder(full);
        return true;
    }

    private IndexPage giveIfEmpty(IndexPage page) {
        if (page.count() > 0) {
            return page;
        }
        giveUnlessPlaceholder(page);
        return IndexPage.empty(page.prefixBits);
    }

    private void mergeWithBuddy(IndexPage page, long hash) {
        int places = placesOf(page);
        int first = firstPlace(page, hash) & -2 * places;
        IndexPage low = directory[first];
        IndexPage high = directory[first + places];
        int countMax = low.isCrowded() || high.isCrowded() ? DISTANCE_MAX : MERGE_COUNT;
        if (low.prefixBits != high.prefixBits || low.count() + high.count() > countMax || low.next() != null
                || high.next() != null) {
            return;
        }
        IndexPage merged = take(page.prefixBits - 1);
        if (merged != null) {
            rehash(low, merged, merged);
            rehash(high, merged, merged);
            Arrays.fill(directory, first, first + 2 * places, merged);
            giveUnlessPlaceholder(low);
            giveUnlessPlaceholder(high);
        }
    }

    /** Moves all keys of a page to the one of two pages that the bit after its own prefix says. */
    private void rehash(IndexPage from, IndexPage low, IndexPage high) {
        for (int slot = 0; from.count() > 0 && slot < IndexPage.SLOTS; slot++) {
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
    }

    private void giveUnlessPlaceholder(IndexPage page) {
        if (!page.isPlaceholder()) {
            pool.give(page.poolPage);
            pageCount--;
        }
    }

    /** How many pages of the pool it has; a hint when read without the lock. */
    int pageCount() {
        return pageCount;
    }

    /** How many places of the directory a page has. */
    private int placesOf(IndexPage page) {
        return 1 << directoryBits - depth(page);
    }

    private int firstPlace(IndexPage page, long hash) {
        return place(hash) & -placesOf(page);
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
