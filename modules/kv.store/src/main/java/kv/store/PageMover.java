package kv.store;

/**
 * Moves what lies in the pool's upper segments to free pages below, so that those segments run empty: index pages, data pages,
 * and the pages of chains.
 *
 * <p>Threads: confined to one at a time, the {@link Trimmer}'s. Takes a shard's lock for as long as copying 256 KiB takes, never
 * two. A held shard is left alone, as are chains that belong to no entry: they come to their end soon.
 */
final class PageMover {
    /*
     * Nobody knows which shard a page of the pool belongs to: that would be another word to write whenever a page is taken. So
     * all shards are asked for what they have there. That reads each entry's header, an estimated 5 ns an entry, for a pass that
     * empties all the segments which can be emptied.
     */
    private static final int MOVED_MAX = (256 << 10) / PagePool.PAGE_BYTES;
    private static final int VISITED_MAX = 2 * MOVED_MAX;

    private final PagePool pool;
    private final RetiredChains retired;
    private final OverflowChain chain;
    /** Pages from this number on are to be emptied. */
    private int end;
    /** Where the visit of the shard has come: a place in the directory of a database's index, and then a data page. */
    private int database;
    private int place;
    private int page;
    /** Of this hold of the lock. */
    private int moved;
    /** Whether there is no room any more. */
    private boolean stuck;

    PageMover(PagePool pool, RetiredChains retired) {
        this.pool = pool;
        this.retired = retired;
        this.chain = new OverflowChain(pool);
    }

    /** Moves pages with numbers from {@code first} on below it, as long as there is room. */
    void emptyFrom(int first, Shards shards) {
        end = first;
        stuck = false;
        for (int i = 0; i < shards.count() && !stuck; i++) {
            database = 0;
            place = 0;
            page = 1;
            while (visit(shards.get(i))) {
                retired.giveBack();
            }
            retired.giveBack();
        }
    }

    /** False when the shard has nothing left to be moved, or is held, or there is no room. */
    private boolean visit(Shard shard) {
        long stamp = shard.lock.writeLock();
        try {
            return shard.holder == null && moveSome(shard);
        } catch (Throwable failure) {
            shard.holder = Holder.BROKEN;
            throw failure;
        } finally {
            shard.lock.unlockWrite(stamp);
        }
    }

    private boolean moveSome(Shard shard) {
        moved = 0;
        while (database < DatabaseNumbers.COUNT && moved < MOVED_MAX) {
            HashIndex index = shard.databases()[database].index;
            if (place < index.directoryLength()) {
                int more = index.moveBelow(end, place++);
                stuck |= more == PagePool.NONE;
                moved += Math.max(0, more);
            } else {
                database++;
                place = 0;
            }
        }
        DataPages pages = shard.pages();
        for (int visited = 0; visited < VISITED_MAX && !stuck; visited++) {
            if (page >= pages.pageNumberEnd()) {
                return false;
            }
            if (pages.exists(page)) {
                moveDataPage(pages);
                moveChains(shard);
            }
            if (moved >= MOVED_MAX) {
                return !stuck; // there may be more in this page's chains
            }
            page++;
        }
        return !stuck;
    }

    private void moveDataPage(DataPages pages) {
        if (pages.poolPage(page) >= end) {
            int target = pool.takeBelow(end);
            if (target == PagePool.NONE) {
                stuck = true;
            } else {
                pages.moveTo(target, page);
                moved++;
            }
        }
    }

    private void moveChains(Shard shard) {
        DataPages pages = shard.pages();
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(page) && moved < MOVED_MAX && !stuck; position += entryBytes) {
            int entry = DataPages.entryAt(page, position);
            long header = shard.entries().header(entry);
            entryBytes = EntryHeader.entryBytes(header);
            if (EntryHeader.isLong(header) && !EntryHeader.isDead(header)) {
                moveChain(shard.payload(), entry, EntryHeader.chainPages(header));
            }
        }
    }

    /** Others may be reading the chain without the lock: what is taken out of it waits until they are done. */
    private void moveChain(Payload payload, int entry, int pages) {
        int before = PagePool.NONE;
        int link = payload.firstPage(entry);
        for (int i = 0; i < pages && moved < MOVED_MAX; i++) {
            int next = chain.next(link);
            if (link >= end) {
                int copy = pool.takeBelow(end);
                if (copy == PagePool.NONE) {
                    stuck = true;
                    return;
                }
                chain.replace(before, link, copy);
                if (before == PagePool.NONE) {
                    payload.setFirstPage(entry, copy);
                }
                retired.add(link, 1);
                link = copy;
                moved++;
            }
            before = link;
            link = next;
        }
    }
}
