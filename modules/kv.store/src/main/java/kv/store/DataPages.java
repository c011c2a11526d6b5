package kv.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The data space of one shard: up to 4095 pages from the pool, in which entries lie packed one after another.
 *
 * <p>Guarded by the shard's lock. Sizes in bytes, deadlines in milliseconds of {@link StoreClock}.
 * <p>An <em>entry number</em> is the place of an entry's header: page number (12 bits, never 0) and position in the page in words of 8 bytes
 * (12 bits). So it fits the 24 bits of an index slot, and 0 is no entry.
 * <p>Invariant: a page is filled without gaps up to its fill mark; its live bytes are those of entries not marked dead; its earliest
 * deadline is a lower bound; no page but the open one is without live bytes.
 */
final class DataPages {
    static final int NO_ENTRY = 0;
    static final int NO_PAGE = 0;
    private static final int PAGE_BYTES = PagePool.PAGE_BYTES;
    private static final int WORD_BITS = 12;
    private static final int WORD_MASK = (1 << WORD_BITS) - 1;
    private static final int PAGE_NUMBER_MAX = (1 << 24 - WORD_BITS) - 1;

    private final PagePool pool;
    /** By page number; {@link PagePool#NONE} where there is no page. */
    private int[] poolPage = {};
    private int[] fillBytes = {};
    private int[] liveBytes = {};
    private long[] earliestDeadline = {};
    private int pageCount;
    private long liveBytesTotal;
    /** The page that new entries go to. */
    private int open = NO_PAGE;

    DataPages(PagePool pool) {
        this.pool = pool;
    }

    /** The buffer in which an entry lies from {@link #start} on. */
    ByteBuffer segment(int entry) {
        return pool.segment(poolPage[entry >>> WORD_BITS]);
    }

    int start(int entry) {
        return PagePool.start(poolPage[entry >>> WORD_BITS]) + ((entry & WORD_MASK) << 3);
    }

    /** Where in the pool an entry begins, for a thread without the lock, to which any number may look like an entry; or {@link PagePool#NONE}. */
    long placeUnlocked(int entry) {
        int[] pages = poolPage;
        int number = entry >>> WORD_BITS;
        return number < pages.length ? PagePool.place(pages[number], (entry & WORD_MASK) << 3) : PagePool.NONE;
    }

    /** Reads where an entry begins; as {@link #placeUnlocked}. */
    int touch(int entry) {
        return pool.touch(placeUnlocked(entry));
    }

    static int pageOf(int entry) {
        return entry >>> WORD_BITS;
    }

    static int entryAt(int page, int position) {
        return page << WORD_BITS | position >>> 3;
    }

    /** Room for an entry in the open page, or {@link #NO_ENTRY}. The caller writes the header at once. */
    int allocate(int entryBytes) {
        if (open == NO_PAGE || fillBytes[open] + entryBytes > PAGE_BYTES) {
            return NO_ENTRY;
        }
        int entry = entryAt(open, fillBytes[open]);
        fillBytes[open] += entryBytes;
        liveBytes[open] += entryBytes;
        liveBytesTotal += entryBytes;
        return entry;
    }

    void lowerDeadline(int entry, long deadlineMillis) {
        int page = pageOf(entry);
        earliestDeadline[page] = Math.min(earliestDeadline[page], deadlineMillis);
    }

    /** Marks an entry dead; its space stays until the page is reclaimed. */
    void kill(int entry) {
        ByteBuffer segment = segment(entry);
        int start = start(entry);
        long header = segment.getLong(start);
        assert !EntryHeader.isDead(header) : entry;
        segment.putLong(start, EntryHeader.dead(header));
        liveBytes[pageOf(entry)] -= EntryHeader.entryBytes(header);
        liveBytesTotal -= EntryHeader.entryBytes(header);
    }

    /** Opens a fresh page; false if the pool or the shard's page numbers are exhausted. */
    boolean openFresh() {
        int number = freeNumber();
        int taken = number > PAGE_NUMBER_MAX ? PagePool.NONE : pool.take();
        if (taken == PagePool.NONE) {
            return false;
        }
        if (number >= poolPage.length) {
            grow(Math.min(PAGE_NUMBER_MAX + 1, Math.max(4, 2 * poolPage.length)));
        }
        poolPage[number] = taken;
        rewritten(number, 0, 0, StoreClock.NEVER);
        pageCount++;
        open = number;
        return true;
    }

    void open(int page) {
        open = page;
    }

    /** The page has been packed anew, or has taken in another's entries. */
    void rewritten(int page, int fill, int live, long earliest) {
        fillBytes[page] = fill;
        liveBytesTotal += live - liveBytes[page];
        liveBytes[page] = live;
        earliestDeadline[page] = earliest;
    }

    void release(int page) {
        rewritten(page, 0, 0, StoreClock.NEVER);
        pool.give(poolPage[page]);
        poolPage[page] = PagePool.NONE;
        pageCount--;
        if (page == open) {
            open = NO_PAGE;
        }
    }

    void releaseAll() {
        for (int page = 1; page < poolPage.length; page++) {
            if (exists(page)) {
                release(page);
            }
        }
    }

    /** The page with the fewest live bytes other than {@code except}, or {@link #NO_PAGE}. */
    int emptiest(int except) {
        int emptiest = NO_PAGE;
        int least = Integer.MAX_VALUE;
        for (int page = 1; page < poolPage.length; page++) {
            if (poolPage[page] != PagePool.NONE && liveBytes[page] < least && page != except) {
                emptiest = page;
                least = liveBytes[page];
            }
        }
        return emptiest;
    }

    /** A lower bound of the deadlines of all entries. */
    long earliestDeadline() {
        long earliest = StoreClock.NEVER;
        for (int page = 1; page < poolPage.length; page++) {
            earliest = Math.min(earliest, exists(page) ? earliestDeadline[page] : StoreClock.NEVER);
        }
        return earliest;
    }

    long earliestDeadline(int page) {
        return earliestDeadline[page];
    }

    void earliestDeadline(int page, long deadlineMillis) {
        earliestDeadline[page] = deadlineMillis;
    }

    /** Whether live bytes are less than {@code numerator / denominator} of the pages' size. */
    boolean isSparserThan(int numerator, int denominator) {
        return liveBytesTotal * denominator < (long) pageCount * PAGE_BYTES * numerator;
    }

    boolean exists(int page) {
        return page < poolPage.length && poolPage[page] != PagePool.NONE;
    }

    boolean isOpen(int page) {
        return page == open;
    }

    int poolPage(int page) {
        return poolPage[page];
    }

    int fillBytes(int page) {
        return fillBytes[page];
    }

    int liveBytes(int page) {
        return liveBytes[page];
    }

    long liveBytesTotal() {
        return liveBytesTotal;
    }

    int pageCount() {
        return pageCount;
    }

    /** Page numbers are below this. */
    int pageNumberEnd() {
        return poolPage.length;
    }

    private int freeNumber() {
        for (int page = 1; page < poolPage.length; page++) {
            if (poolPage[page] == PagePool.NONE) {
                return page;
            }
        }
        return Math.max(1, poolPage.length);
    }

    private void grow(int length) {
        int before = poolPage.length;
        poolPage = Arrays.copyOf(poolPage, length);
        Arrays.fill(poolPage, before, length, PagePool.NONE);
        fillBytes = Arrays.copyOf(fillBytes, length);
        liveBytes = Arrays.copyOf(liveBytes, length);
        earliestDeadline = Arrays.copyOf(earliestDeadline, length);
    }
}
