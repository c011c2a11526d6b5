package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * All memory of a store: fixed pages, carved out of direct segments. Filling a new segment with zeros, and the kernel's finding
 * memory for it, takes the JVM some milliseconds, on some virtual machines some ten. So the {@link Housekeeper} asks for the next
 * one while {@value #LOW_PAGES} pages are still free, and a thread that will change a shard does so itself, {@link #makeReady},
 * while it has no lock. Whoever takes a page gets a free one or none: nobody waits for a segment under a shard's lock. Segments
 * that nobody needs any more are given back by the {@link Trimmer}.
 *
 * <p>Threads: any. One lock guards the free list and is innermost: a thread may hold shard locks when it takes it. Another one
 * lets a single thread grow the pool, while others take what is free.
 * <p>Invariant: pages used + pages free + pages withheld = pages reserved; with the segments that are leaving, ≤ limit, or the
 * limit has been lowered and pages used + pages free = limit.
 * <p>Failure: an exhausted pool answers {@link #NONE}; that is a normal outcome. The content of a page taken is undefined. A JVM
 * that refuses memory is asked again by the housekeeper only, after a second, then two, and at last each minute.
 */
final class PagePool {
    private static final int PAGE_BITS = 15;
    static final int PAGE_BYTES = 1 << PAGE_BITS;
    static final int NONE = -1;
    /** A page of zeros, to be copied from, and to be read as what an absent page holds. Never written. */
    static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE_BYTES).order(ByteOrder.nativeOrder());
    /**
     * Segments are 16 MiB, so that where malloc asks for huge pages (the launcher sees to that) seven eighths of one can be such:
     * with smaller ones the alignment takes most. Worth 6 to 17 % of the server's CPU at a pipeline of 64 and 1 M keys.
     */
    private static final int SEGMENT_PAGE_BITS = 9;
    static final int SEGMENT_PAGES = 1 << SEGMENT_PAGE_BITS;
    /**
     * What threads in the middle of a change may take from what is free without making sure first that it is there: 16 threads,
     * each the two pages of a split, one for entries and one to spare.
     */
    static final int MARGIN_PAGES = 64;
    /** The margin, and 4 MiB: what comes at 100 MB a second in the 40 ms that a slow machine needs for a segment. */
    static final int LOW_PAGES = MARGIN_PAGES + 128;
    /**
     * What stays free when a segment is given back, beside a sixteenth of what is in use: 4 MiB more than the mark at which the
     * next one would be asked for, lest it is given and asked for in turns.
     */
    private static final int KEPT_PAGES = LOW_PAGES + 128;
    private static final int KEPT_DIVISOR = 16;
    private static final long RETRY_NANOS_MIN = 1_000_000_000L;
    private static final long RETRY_NANOS_MAX = 60 * RETRY_NANOS_MIN;
    private static final int CACHE_LINE_BYTES = 64;
    private static final int SEGMENT_BITS = SEGMENT_PAGE_BITS + PAGE_BITS;
    static final int SEGMENT_BYTES = 1 << SEGMENT_BITS;

    private final IntFunction<ByteBuffer> allocator;
    /** In native order; null where there is none. Replaced by a copy when a segment is added or taken out. */
    private volatile ByteBuffer[] segments = {};
    private FreePages free = new FreePages();
    private volatile int pagesFree;
    /** Free ones beyond the limit, which has been lowered: nobody gets them. */
    private int pagesWithheld;
    /** The fewest that were free since {@link #spare} was asked last. */
    private int pagesFreeLeast;
    /** How often {@link #take} has found none. */
    private volatile int timesEmpty;
    private int pagesReserved;
    /** Of segments that have been taken out and not been freed yet. */
    private int pagesLeaving;
    private volatile long pagesMax;
    /** Whether a segment may be asked for by a thread that somebody waits for. */
    private volatile boolean growable;
    private final Object growing = new Object();
    private final LongSupplier nanoTime;
    private long refusals;
    /** Until the JVM gives memory again; 0 if it has not refused any. */
    private long retryAfterNanos;
    private long refusedAtNanos;
    private Runnable keeper = () -> { };
    private boolean closed;

    PagePool(long limitBytes, IntFunction<ByteBuffer> allocator, LongSupplier nanoTime) {
        this.allocator = allocator;
        this.nanoTime = nanoTime;
        this.pagesMax = limitBytes / PAGE_BYTES;
        this.growable = true;
    }

    /**
     * @param callback called, under the lock, when the pool should soon {@link #reserve}, or begins to have what could be given
     *         back; must return at once
     */
    synchronized void whenToBeKept(Runnable callback) {
        keeper = callback;
    }

    /**
     * Makes sure, as far as the limit allows, that so many pages can be taken without waiting for a segment. To be called before
     * a shard's lock is taken. Costs one read as a rule.
     */
    void makeReady(int pages) {
        while (pagesFree < pages + MARGIN_PAGES && growable && grow(pages + MARGIN_PAGES - 1)) { }
    }

    /** Whether the next change, of so many pages, may find none, and none can be had. Costs one read as a rule. */
    boolean isScarce(int pages) {
        return pagesFree < pages + MARGIN_PAGES && !growable;
    }

    /** A hint, as others take some, too. */
    int pagesFree() {
        return pagesFree;
    }

    int timesEmpty() {
        return timesEmpty;
    }

    /**
     * Returns the number of a page that now belongs to the caller, or {@link #NONE} if none is free: then there may be one after
     * {@link #makeReady}.
     */
    synchronized int take() {
        if (pagesFree == 0) {
            timesEmpty++;
            return NONE;
        }
        int page = free.take();
        pagesFree--;
        pagesFreeLeast = Math.min(pagesFreeLeast, pagesFree);
        if (pagesFree == LOW_PAGES && isLow()) {
            keeper.run();
        }
        return page;
    }

    /** As {@link #take}: a page with a number below this, or {@link #NONE}. */
    int takeBelow(int end) {
        int page = take();
        if (page >= end) {
            give(page);
            return NONE;
        }
        return page;
    }

    /** Whether {@link #reserve} should be called now. */
    synchronized boolean isLow() {
        return wantsMore() && nanosToRetry() == 0;
    }

    /**
     * How long it will take until {@link #isLow} becomes true by time alone, because the JVM will be asked again; 0 if it will
     * not.
     */
    synchronized long nanosToRetry() {
        return retryAfterNanos == 0 || !wantsMore() ? 0 : Math.max(0, refusedAtNanos + retryAfterNanos - nanoTime.getAsLong());
    }

    private boolean wantsMore() {
        return pagesFree <= LOW_PAGES && pagesReserved > 0 && pagesReserved + pagesLeaving < pagesMax;
    }

    /**
     * Makes sure, as far as the limit allows, that takers find free pages for a while. To be called by a thread that nobody waits
     * for.
     */
    void reserve() {
        if (isLow()) {
            grow(LOW_PAGES);
        }
    }

    synchronized void give(int page) {
        if (closed) {
            return;
        }
        free.give(page);
        pagesFree++;
    }

    /** Whether there is more than the one segment that a store keeps as long as it lives. */
    boolean isGrown() {
        return segments.length > 1;
    }

    /**
     * How many pages nobody has needed since this was asked last, beyond those that are kept: a whole segment of them is worth
     * being given back.
     */
    synchronized int spare() {
        int least = pagesFreeLeast;
        pagesFreeLeast = pagesFree;
        return least + pagesWithheld - kept();
    }

    /** Free pages that stay when segments are given back. */
    private int kept() {
        return (int) Math.min(KEPT_PAGES + used() / KEPT_DIVISOR, pagesMax - used());
    }

    /**
     * The first page of those segments that would not be there if all that are in use lay side by side: they are to be moved
     * below it, where {@link #take} finds room.
     */
    synchronized int end() {
        int wanted = used() + kept();
        int segment = 0;
        for (int room = 0; segment < free.segmentEnd() && room < wanted; segment++) {
            room += free.pages(segment);
        }
        return segment * SEGMENT_PAGES;
    }

    /**
     * Takes the highest segment of which nothing is in use out of the pool, so that nobody comes upon it any more; null if there
     * is none, or if too little would stay. The caller frees it when nobody reads it any more, and says so: {@link #freed}.
     */
    synchronized ByteBuffer takeOut() {
        int segment = free.segmentEnd() - 1;
        while (segment >= 0 && !free.isWhole(segment)) {
            segment--;
        }
        if (segment < 0 || pagesFree + pagesWithheld - free.pages(segment) < kept()) {
            return null;
        }
        ByteBuffer gone = segments[segment];
        int end = segments.length;
        if (segment == end - 1) {
            do {
                end--;
            } while (end > 0 && segments[end - 1] == null);
        }
        ByteBuffer[] fewer = Arrays.copyOf(segments, end);
        if (segment < end) {
            fewer[segment] = null;
        }
        int pages = free.pages(segment);
        free.remove(segment);
        segments = fewer;
        pagesReserved -= pages;
        pagesLeaving += pages;
        withhold(pagesFree + pagesWithheld - pages);
        return gone;
    }

    private int used() {
        return pagesReserved - pagesFree - pagesWithheld;
    }

    /** So many pages are free: of those, what lies beyond the limit is withheld. */
    private void withhold(int freeAtAll) {
        pagesWithheld = (int) Math.max(0, pagesReserved - pagesMax);
        pagesFree = freeAtAll - pagesWithheld;
        pagesFreeLeast = Math.min(pagesFreeLeast, pagesFree);
        growable = retryAfterNanos == 0 && pagesReserved + pagesLeaving < pagesMax;
    }

    /**
     * From now on so much may be taken; false if more is in use, and nothing has changed. What is free beyond it goes back to the
     * system soon.
     */
    synchronized boolean setLimitBytes(long bytes) {
        long max = bytes / PAGE_BYTES;
        if (used() > max) {
            return false;
        }
        pagesMax = max;
        withhold(pagesFree + pagesWithheld);
        keeper.run();
        return true;
    }

    /** A segment that was taken out is not in memory any more. */
    synchronized void freed(ByteBuffer segment) {
        pagesLeaving -= segment.capacity() / PAGE_BYTES;
        growable |= retryAfterNanos == 0 && pagesReserved + pagesLeaving < pagesMax;
    }

    /** The buffer, in native order, in which a page lies from {@link #start} on. */
    ByteBuffer segment(int page) {
        // Not a buffer for each page: with 5 M keys there are 10,000 pages, and their buffer objects cost a get 60 ns of 600 in
        // cache misses.
        return segments[page >>> SEGMENT_PAGE_BITS];
    }

    /** Copies a page that the caller has to another one. */
    void copy(int from, int to) {
        segment(to).put(start(to), segment(from), start(from), PAGE_BYTES);
    }

    /** A position in a page, in bytes, as one in all the pool's memory; with {@link #NONE} for a page, one that is not there. */
    static long place(int page, int position) {
        return (long) page * PAGE_BYTES + position;
    }

    /** The segment with a place, for a thread without the lock; null where there is no such segment. */
    ByteBuffer segmentUnlocked(long place) {
        ByteBuffer[] all = segments;
        long number = place >>> SEGMENT_BITS;
        return number < all.length ? all[(int) number] : null;
    }

    /** Reads two neighbouring cache lines for a thread that holds no lock; 0 where there is no such place. */
    int touch(long place) {
        ByteBuffer segment = segmentUnlocked(place);
        int at = (int) place & SEGMENT_BYTES - 1; // perhaps behind the end: there has been a longer one
        if (segment == null || at >= segment.limit()) {
            return 0;
        }
        return segment.get(at) + segment.get(Math.min(at + CACHE_LINE_BYTES - 1, segment.limit() - 1));
    }

    static int start(int page) {
        return (page & (1 << SEGMENT_PAGE_BITS) - 1) * PAGE_BYTES;
    }

    synchronized long usedBytes() {
        return (long) used() * PAGE_BYTES;
    }

    synchronized long reservedBytes() {
        return (long) (pagesReserved + pagesLeaving) * PAGE_BYTES;
    }

    /** How often the JVM has refused memory below the limit. */
    synchronized long refusals() {
        return refusals;
    }

    long limitBytes() {
        return pagesMax * PAGE_BYTES;
    }

    /** Forgets all memory; pages may be given back no more. */
    synchronized void close() {
        closed = true;
        growable = false;
        segments = new ByteBuffer[0];
        free = new FreePages();
        pagesFree = 0;
        pagesWithheld = 0;
        pagesReserved = 0;
        pagesMax = 0;
    }

    /**
     * Adds a segment unless there are more free pages than that, perhaps because another thread has just done it; false if none
     * can be added.
     */
    private boolean grow(int freeEnough) {
        synchronized (growing) {
            int pages;
            synchronized (this) {
                if (pagesFree > freeEnough) {
                    return true;
                }
                pages = (int) Math.min(SEGMENT_PAGES, pagesMax - pagesReserved - pagesLeaving);
            }
            if (pages <= 0) {
                return false;
            }
            ByteBuffer segment;
            try {
                segment = allocator.apply(pages * PAGE_BYTES);
            } catch (OutOfMemoryError refusal) {
                refused();
                return false;
            }
            add(segment.order(ByteOrder.nativeOrder()), pages);
            return true;
        }
    }

    /**
     * Before it refuses, java.nio collects garbage and waits for half a second: a thread that somebody waits for must not ask it
     * again.
     */
    private synchronized void refused() {
        refusals++;
        refusedAtNanos = nanoTime.getAsLong();
        retryAfterNanos = Math.min(RETRY_NANOS_MAX, Math.max(RETRY_NANOS_MIN, 2 * retryAfterNanos));
        growable = false;
        keeper.run();
    }

    private synchronized void add(ByteBuffer segment, int pages) {
        // All that may fail comes before the first change.
        int number = free.absent();
        free.prepare(number);
        ByteBuffer[] more = Arrays.copyOf(segments, Math.max(segments.length, number + 1));
        more[number] = segment;
        segments = more;
        free.add(number, pages);
        pagesReserved += pages;
        retryAfterNanos = 0;
        withhold(pagesFree + pagesWithheld + pages);
        if (isGrown()) {
            keeper.run();
        }
    }
}
