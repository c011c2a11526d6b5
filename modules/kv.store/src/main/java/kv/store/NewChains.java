package kv.store;

import java.nio.ByteBuffer;

/**
 * Writes chains of pages that belong to no entry yet, for a thread that keeps no shard's lock: under the lock they are only
 * linked.
 *
 * <p>Threads: any. What is written here is seen by others only after it has been linked. A store that is closed meanwhile keeps
 * its memory until the writer has ended ({@link Readers}).
 */
final class NewChains {
    private static final int TRIES_MAX = 8;

    private final PagePool pool;
    private final OverflowChain chain;
    private final Readers readers;

    NewChains(PagePool pool, Readers readers) {
        this.pool = pool;
        this.chain = new OverflowChain(pool);
        this.readers = readers;
    }

    /** How many whole pages a value of this length has with its key. */
    static int pages(Keys list, int key, int length) {
        return EntryHeader.chainPages(EntryHeader.of(0, list.length(key), length, false));
    }

    /**
     * Of a key and its value, as much as goes into whole pages.
     *
     * @return the first page; {@link PagePool#NONE} if it has none, or if there is no memory
     */
    int make(Keys list, int key, ByteBuffer value, int start, int length) {
        int pages = pages(list, key, length);
        int slot = begin(pages);
        if (slot == Readers.NONE) {
            return PagePool.NONE;
        }
        try {
            int first = take(pages);
            if (first != PagePool.NONE) {
                chain.write(first, pages, 0, list.source(key), list.start(key), list.length(key));
                chain.write(first, pages, list.length(key), value, start, length);
            }
            return first;
        } finally {
            readers.end(slot);
        }
    }

    /**
     * So many pages, in which some bytes lie from a position on, before or behind the first page's beginning; as many as there
     * is room for. Before them are zeros.
     *
     * @return as for the other
     */
    int make(int pages, int position, ByteBuffer bytes, int start, int length) {
        int slot = begin(pages);
        if (slot == Readers.NONE) {
            return PagePool.NONE;
        }
        try {
            int first = take(pages);
            if (first != PagePool.NONE) {
                int skipped = Math.max(0, -position);
                chain.clear(first, pages, position);
                chain.write(first, pages, position + skipped, bytes, start + skipped, length - skipped);
            }
            return first;
        } finally {
            readers.end(slot);
        }
    }

    /** A chain that was not linked. */
    void give(int first, int pages) {
        if (first != PagePool.NONE) {
            chain.give(first, pages);
        }
    }

    private int begin(int pages) {
        return pages == 0 ? Readers.NONE : readers.begin(System.identityHashCode(this));
    }

    private int take(int pages) {
        int first = PagePool.NONE;
        for (int taken = 0; taken < pages; taken++) {
            int page = takeOne(pages - taken);
            if (page == PagePool.NONE) {
                give(first, taken);
                return PagePool.NONE;
            }
            chain.prepend(page, first);
            first = page;
        }
        return first;
    }

    private int takeOne(int wanted) {
        int page = pool.take();
        for (int tries = 1; page == PagePool.NONE && tries < TRIES_MAX && !pool.isScarce(wanted); tries++) {
            pool.makeReady(wanted);
            page = pool.take();
        }
        return page;
    }
}
