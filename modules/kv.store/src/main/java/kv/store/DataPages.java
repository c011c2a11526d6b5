package kv.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The data space of one shard: up to 4095 pages from the pool, in which entries lie packed one after another.
 *
 * <p>Guarded by the shard's lock. Sizes in bytes, deadlines in milliseconds of {@link StoreClock}.
 * <p>An <em>entry number</em> is the place of an entry's header: page number (12 bits, never 0) and position in the page in words
 * of 8 bytes (12 bits). So it fits the 24 bits of an index slot, and 0 is no entry.
 * <p>Each page is of one {@link PageKind kind}; each kind has an open page of its own, which its new entries go to.
 * <p>Invariant: a page is filled without gaps up to its fill mark; its live bytes are those of entries not marked dead; its
 * earliest deadline is a lower bound; no page but an open one is without live bytes.
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
    private byte[] kind = {};
    /** In the order in which pages were opened, or judged last. */
    private long[] stamp = {};
    private long lastStamp;
    private int pageCount;
    private long liveBytesTotal;
    private final int[] pageCounts = new int[PageKind.COUNT];
    private final long[] liveBytesTotals = new long[PageKind.COUNT];
    /** The pages that new entries go to, by kind. */
    private final int[] open = new int[PageKind.COUNT];
    /** Pages whose last entry has died, perhaps in use again since. */
    private int[] emptied = new int[4];
    private int emptiedCount;

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

    /**
     * Where in the pool an entry begins, for a thread without the lock, to which any number may look like an entry; or {@link
     * PagePool#NONE}.
     */
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

    /** Room for an entry in the open page of a kind, or {@link #NO_ENTRY}. The caller writes the header at once. */
    int allocate(int entryBytes, int ofKind) {
        int page = open[ofKind];
        if (page == NO_PAGE || fillBytes[page] + entryBytes > PAGE_BYTES) {
            return NO_ENTRY;
        }
        int entry = entryAt(page, fillBytes[page]);
        fillBytes[page] += entryBytes;
        addLive(page, entryBytes);
        return entry;
    }

    private void addLive(int page, int bytes) {
        liveBytes[page] += bytes;
        liveBytesTotal += bytes;
        liveBytesTotals[kind[page]] += bytes;
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
        int page = pageOf(entry);
        addLive(page, -EntryHeader.entryBytes(header));
        if (liveBytes[page] == 0) {
            if (emptiedCount == emptied.length) {
                emptied = Arrays.copyOf(emptied, 2 * emptiedCount);
            }
            emptied[emptiedCount++] = page;
        }
    }

    /** A page without a live entry that holds dead ones, or {@link #NO_PAGE}. */
    int nextEmptied() {
        while (emptiedCount > 0) {
            int page = emptied[--emptiedCount];
            if (exists(page) && liveBytes[page] == 0 && fillBytes[page] > 0) {
                return page;
            }
        }
        return NO_PAGE;
    }

    /** Opens a fresh page of a kind; false if the pool or the shard's page numbers are exhausted. */
    boolean openFresh(int ofKind) {
        int number = freeNumber();
        int taken = number > PAGE_NUMBER_MAX ? PagePool.NONE : pool.take();
        if (taken == PagePool.NONE) {
            return false;
        }
        if (number >= poolPage.length) {
            grow(Math.min(PAGE_NUMBER_MAX + 1, Math.max(4, 2 * poolPage.length)));
        }
        poolPage[number] = taken;
        kind[number] = (byte) ofKind;
        rewritten(number, 0, 0, Deadline.NONE);
        pageCount++;
        pageCounts[ofKind]++;
        open(number);
        return true;
    }

    /** New entries of its kind go to this page. */
    void open(int page) {
        open[kind[page]] = page;
        toNewest(page);
    }

    /** The page counts as the newest of its kind. */
    void toNewest(int page) {
        stamp[page] = ++lastStamp;
    }

    /** Young entries become main ones, in the page where they are. */
    void toMain(int page) {
        close(page);
        count(page, -1);
        kind[page] |= PageKind.MAIN;
        count(page, 1);
    }

    private void count(int page, int pages) {
        pageCounts[kind[page]] += pages;
        liveBytesTotals[kind[page]] += pages * liveBytes[page];
    }

    private void close(int page) {
        if (isOpen(page)) {
            open[kind[page]] = NO_PAGE;
        }
    }

    /** The page has been packed anew, or has taken in another's entries. */
    void rewritten(int page, int fill, int live, long earliest) {
        fillBytes[page] = fill;
        addLive(page, live - liveBytes[page]);
        earliestDeadline[page] = earliest;
    }

    void release(int page) {
        close(page);
        rewritten(page, 0, 0, Deadline.NONE);
        pool.give(poolPage[page]);
        poolPage[page] = PagePool.NONE;
        pageCount--;
        pageCounts[kind[page]]--;
    }

    /** The page lies in another one of the pool from now on, which is the caller's; the old one is given back. */
    void moveTo(int taken, int page) {
        int old = poolPage[page];
        pool.copy(old, taken);
        poolPage[page] = taken;
        pool.give(old);
    }

    void releaseAll() {
        for (int page = 1; page < poolPage.length; page++) {
            if (exists(page)) {
                release(page);
            }
        }
    }

    /** The page of a kind with the fewest live bytes other than {@code except}, or {@link #NO_PAGE}. */
    int emptiest(int ofKind, int except) {
        int emptiest = NO_PAGE;
        int least = Integer.MAX_VALUE;
        for (int page = 1; page < poolPage.length; page++) {
            if (poolPage[page] != PagePool.NONE && liveBytes[page] < least && kind[page] == ofKind && page != except) {
                emptiest = page;
                least = liveBytes[page];
            }
        }
        return emptiest;
    }

    /** The page that was opened, or judged, before all others of its kind but {@code except}; or {@link #NO_PAGE}. */
    int oldest(int ofKind, int except) {
        int oldest = NO_PAGE;
        for (int page = 1; pageCounts[ofKind] > 0 && page < poolPage.length; page++) {
            if (poolPage[page] != PagePool.NONE && kind[page] == ofKind && page != except
                    && (oldest == NO_PAGE || stamp[page] < stamp[oldest])) {
                oldest = page;
            }
        }
        return oldest;
    }

    /** The older of two pages; either may be {@link #NO_PAGE}. */
    int older(int page, int other) {
        return page == NO_PAGE || other != NO_PAGE && stamp[other] < stamp[page] ? other : page;
    }

    /** The page with the earliest deadline of all but {@code except}; {@link #NO_PAGE} if none has any. */
    int soonestDue(int except) {
        int soonest = NO_PAGE;
        for (int page = 1; page < poolPage.length; page++) {
            if (exists(page) && page != except && earliestDeadline[page] != Deadline.NONE
                    && (soonest == NO_PAGE || earliestDeadline[page] < earliestDeadline[soonest])) {
                soonest = page;
            }
        }
        return soonest;
    }

    /** A lower bound of the deadlines of all entries. */
    long earliestDeadline() {
        long earliest = Deadline.NONE;
        for (int page = 1; page < poolPage.length; page++) {
            earliest = Math.min(earliest, exists(page) ? earliestDeadline[page] : Deadline.NONE);
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

    /** Whether live bytes of a kind are less than {@code numerator / denominator} of its pages' size. */
    boolean isSparserThan(int ofKind, int numerator, int denominator) {
        return liveBytesTotals[ofKind] * denominator < (long) pageCounts[ofKind] * PAGE_BYTES * numerator;
    }

    boolean exists(int page) {
        return page < poolPage.length && poolPage[page] != PagePool.NONE;
    }

    boolean isOpen(int page) {
        return page == open[kind[page]];
    }

    /** The page that new entries of a kind go to, or {@link #NO_PAGE}. */
    int openPage(int ofKind) {
        return open[ofKind];
    }

    int kind(int page) {
        return kind[page];
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

    int pageCount(int ofKind) {
        return pageCounts[ofKind];
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
        kind = Arrays.copyOf(kind, length);
        stamp = Arrays.copyOf(stamp, length);
    }
}
