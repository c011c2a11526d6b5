package kv.store;

/**
 * Copies the keys of a part of a shard, in the order of the hashes.
 *
 * <p>Stateless. The caller holds the shard's lock, for reading at least.
 */
final class ShardScan {
    /*
     * A key's position is its hash's beginning, which never changes. So a walk over all positions meets each key that is there
     * all the time exactly once, however pages split, merge and move meanwhile.
     */
    /** Positions in the order of hashes: a hash's highest 47 bits, which reach beyond the home slot at every depth. */
    static final int POSITION_BITS = 47;

    /** More than the most was found: of less home slots it may be less. */
    static final long TOO_MUCH = -1;
    /** What may be copied under one lock, plus a key. */
    static final int BYTES_MAX = 256 << 10;

    private ShardScan() { }

    /**
     * Copies the live keys of a database that lie from a position on, in about so many home slots.
     *
     * @return the position after what was visited; or {@link #TOO_MUCH} as soon as {@link #BYTES_MAX} have been copied,
     *         unless it is one home slot only
     */
    static long collect(Shard shard, int database, long position, int homeSlots, long nowMillis, KeyBatch batch) {
        long hash = position << Long.SIZE - POSITION_BITS;
        IndexPage page = shard.database(database).index.page(hash);
        int belowPrefix = POSITION_BITS - page.prefixBits;
        long pageStart = position >>> belowPrefix << belowPrefix;
        if (page.count() == 0 && page.next() == null) {
            return pageStart + (1L << belowPrefix);
        }
        int first = page.home(hash);
        int end = Math.min(IndexPage.SLOTS, first + homeSlots);
        long positionEnd = pageStart + ((long) end << belowPrefix - IndexPage.SLOT_BITS);
        batch.touched = shard.entries().touch(page, first, end);
        for (IndexPage link = page; link != null; link = link.next()) {
            if (!collect(shard, link, first, end, position, positionEnd, nowMillis, batch)) {
                return TOO_MUCH;
            }
        }
        return positionEnd;
    }

    /** False if it is too much. */
    private static boolean collect(Shard shard, IndexPage page, int first, int end, long position, long positionEnd,
            long nowMillis, KeyBatch batch) {
        int slot = first;
        // Keys of the last home slots may lie beyond them, up to the next free slot.
        for (int i = first; i < first + IndexPage.SLOTS; i++, slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content != 0) {
                collect(shard, IndexPage.entry(content), position, positionEnd, nowMillis, batch);
                if (batch.sizeBytes() > BYTES_MAX && end - first > 1) {
                    return false;
                }
            } else if (i >= end) {
                break;
            }
        }
        return true;
    }

    private static void collect(Shard shard, int entry, long from, long end, long nowMillis, KeyBatch batch) {
        long position = shard.entries().hash(entry) >>> Long.SIZE - POSITION_BITS;
        if (position >= from && position < end && !shard.isExpired(entry, nowMillis)) {
            batch.add(shard.entries(), entry);
        }
    }
}
