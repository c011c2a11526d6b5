package kv.store;

/**
 * Finds room for entries in one shard, and wins back the space of dead ones by packing pages anew.
 *
 * <p>Guarded by the shard's lock, held for writing. Packing moves entries and corrects their index slots: whoever calls a method here must
 * read entry numbers from the index again. All live entries are in the index by then, and no dead one.
 */
final class Compactor {
    /*
     * A log of pages with cleaning (Rosenblum & Ousterhout, 1992), but in place: the page with most dead bytes is packed towards its
     * beginning, and its end becomes the room for new entries. That needs no page in reserve, and one allocation packs at most one page.
     *
     * Cost against space: at a live share u, the emptiest page of a shard under random overwriting has a live share E with
     * u = (E - 1) / ln E, and E / (1 - E) bytes are moved for each byte written. Packing only when less than 7/8 are live keeps dead space
     * under a seventh of the live, and moves about 3.3 bytes a byte written; at 5/6 it would be 2.3, and at 9/10 4.4. With 5/6 a process
     * after 20 rounds of overwriting came to 1.3 times its live bytes, index and JVM included, which was the aim's very edge.
     *
     * Space that is not asked for again is given back by merging two pages into one, as soon as less than half is live.
     * The two emptiest pages then always fit one, and deleting moves at most two bytes for each byte deleted.
     */
    private static final int PACK_NUMERATOR = 7;
    private static final int PACK_DENOMINATOR = 8;

    private final PagePool pool;
    private final DataPages pages;
    private final EntryMemory entries;
    private final HashIndex index;

    Compactor(PagePool pool, DataPages pages, EntryMemory entries, HashIndex index) {
        this.pool = pool;
        this.pages = pages;
        this.entries = entries;
        this.index = index;
    }

    /** Room for an entry, to be written at once, or {@link DataPages#NO_ENTRY} if there is no memory. */
    int allocate(int entryBytes) {
        int entry = pages.allocate(entryBytes);
        if (entry != DataPages.NO_ENTRY) {
            return entry;
        }
        boolean opened = pages.isSparserThan(PACK_NUMERATOR, PACK_DENOMINATOR) && openPacked(entryBytes)
                || pages.openFresh()
                || openPacked(entryBytes);
        return opened ? pages.allocate(entryBytes) : DataPages.NO_ENTRY;
    }

    /** A page from the pool, if need be one that this shard can do without; or {@link PagePool#NONE}. */
    int takePoolPage() {
        int taken = pool.take();
        return taken == PagePool.NONE && mergeEmptiest() ? pool.take() : taken;
    }

    /** To be called when entries of this page have died. */
    void reclaim(int page) {
        if (pages.liveBytes(page) == 0) {
            if (pages.isOpen(page)) {
                pages.rewritten(page, 0, 0, StoreClock.NEVER);
            } else {
                pages.release(page);
            }
        }
        if (pages.pageCount() > 2 && pages.isSparserThan(1, 2)) {
            mergeEmptiest();
        }
    }

    /** Merges the two emptiest pages if their live entries fit one, and gives the other back to the pool. */
    boolean mergeEmptiest() {
        int source = pages.emptiest(DataPages.NO_PAGE);
        int target = pages.emptiest(source);
        if (target == DataPages.NO_PAGE || pages.liveBytes(source) + pages.liveBytes(target) > PagePool.PAGE_BYTES) {
            return false;
        }
        if (pages.isOpen(source)) {
            int other = source;
            source = target;
            target = other;
        }
        if (pages.fillBytes(target) + pages.liveBytes(source) > PagePool.PAGE_BYTES) {
            pack(target, target);
        }
        pack(source, target);
        pages.release(source);
        return true;
    }

    private boolean openPacked(int entryBytes) {
        int page = pages.emptiest(DataPages.NO_PAGE);
        if (page == DataPages.NO_PAGE || PagePool.PAGE_BYTES - pages.liveBytes(page) < entryBytes) {
            return false;
        }
        pack(page, page);
        pages.open(page);
        return true;
    }

    /** Moves the live entries of a page behind those of another, or, if it is the same page, to its beginning. */
    private void pack(int source, int target) {
        boolean inPlace = source == target;
        int end = inPlace ? 0 : pages.fillBytes(target);
        long earliest = inPlace ? StoreClock.NEVER : pages.earliestDeadline(target);
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(source); position += entryBytes) {
            int from = DataPages.entryAt(source, position);
            long header = entries.header(from);
            entryBytes = EntryHeader.entryBytes(header);
            if (EntryHeader.isDead(header)) {
                continue;
            }
            earliest = Math.min(earliest, entries.deadlineMillis(from));
            int to = DataPages.entryAt(target, end);
            if (to != from) {
                long hash = entries.hash(from);
                entries.move(from, to, entryBytes);
                index.moved(hash, from, to);
            }
            end += entryBytes;
        }
        int live = inPlace ? pages.liveBytes(target) : pages.liveBytes(target) + pages.liveBytes(source);
        pages.rewritten(target, end, live, earliest);
    }
}
