package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * All memory of a store: fixed pages, carved out of direct segments. Filling a new segment with zeros, and the kernel's finding memory for it,
 * takes the JVM some milliseconds, on some virtual machines some ten; so the next one is asked for while {@value #LOW_PAGES} pages are still
 * free, and only who finds none left allocates by itself.
 *
 * <p>Threads: any. One lock guards the free list and is innermost: a thread may hold shard locks when it takes it. Another one lets a single
 * thread grow the pool, while others take what is free.
 * <p>Invariant: pages used + pages free = pages reserved ≤ limit.
 * <p>Failure: an exhausted pool answers {@link #NONE}; that is a normal outcome. The content of a page taken is undefined.
 */
final class PagePool {
    private static final int PAGE_BITS = 15;
    static final int PAGE_BYTES = 1 << PAGE_BITS;
    static final int NONE = -1;
    /**
     * Segments are 16 MiB, so that where malloc asks for huge pages (the launcher sees to that) seven eighths of one can be such: with smaller ones
     * the alignment takes most. Worth 6 to 17 % of the server's CPU at a pipeline of 64 and 1 M keys.
     */
    private static final int SEGMENT_PAGE_BITS = 9;
    /** 4 MiB: what comes at 100 MB a second in the 40 ms that a slow machine needs for a segment. */
    static final int LOW_PAGES = 128;
    private static final int CACHE_LINE_BYTES = 64;
    private static final int SEGMENT_BITS = SEGMENT_PAGE_BITS + PAGE_BITS;
    static final int SEGMENT_BYTES = 1 << SEGMENT_BITS;

    private final IntFunction<ByteBuffer> allocator;
    /** In native order; replaced by a longer copy when a segment is added. */
    private volatile ByteBuffer[] segments = {};
    private int[] free = {};
    private int pagesFree;
    private int pagesReserved;
    private long pagesMax;
    private final Object growing = new Object();
    private Runnable whenLow = () -> { };

    PagePool(long limitBytes, IntFunction<ByteBuffer> allocator) {
        this.allocator = allocator;
        this.pagesMax = limitBytes / PAGE_BYTES;
    }

    /** @param callback called, under the lock, when the pool should soon {@link #reserve}; must return at once */
    synchronized void whenLow(Runnable callback) {
        whenLow = callback;
    }

    /** Returns the number of a page that now belongs to the caller, or {@link #NONE}. */
    int take() {
        int page;
        do {
            page = takeFree();
        } while (page == NONE && grow(0));
        return page;
    }

    private synchronized int takeFree() {
        if (pagesFree == 0) {
            return NONE;
        }
        int page = free[--pagesFree];
        if (pagesFree == LOW_PAGES && isLow()) {
            whenLow.run();
        }
        return page;
    }

    synchronized boolean isLow() {
        return pagesFree <= LOW_PAGES && pagesReserved > 0 && pagesReserved < pagesMax;
    }

    /** Makes sure, as far as the limit allows, that takers find free pages for a while. To be called by a thread that nobody waits for. */
    void reserve() {
        if (isLow()) {
            grow(LOW_PAGES);
        }
    }

    synchronized void give(int page) {
        assert page >= 0 && page < pagesReserved && pagesFree < pagesReserved : page;
        free[pagesFree++] = page;
    }

    /** The buffer, in native order, in which a page lies from {@link #start} on. */
    ByteBuffer segment(int page) {
        // Not a buffer for each page: with 5 M keys there are 10,000 pages, and their buffer objects cost a get 60 ns of 600 in cache misses.
        return segments[page >>> SEGMENT_PAGE_BITS];
    }

    /** A position in a page, in bytes, as one in all the pool's memory; with {@link #NONE} for a page, one that is not there. */
    static long place(int page, int position) {
        return (long) page * PAGE_BYTES + position;
    }

    /** Reads two neighbouring cache lines for a thread that holds no lock; 0 where there is no such place. */
    int touch(long place) {
        ByteBuffer[] all = segments;
        long number = place >>> SEGMENT_BITS;
        if (number >= all.length) {
            return 0;
        }
        ByteBuffer segment = all[(int) number];
        int at = (int) place & SEGMENT_BYTES - 1;
        return segment.get(at) + segment.get(Math.min(at + CACHE_LINE_BYTES - 1, segment.limit() - 1));
    }

    static int start(int page) {
        return (page & (1 << SEGMENT_PAGE_BITS) - 1) * PAGE_BYTES;
    }

    synchronized long usedBytes() {
        return (long) (pagesReserved - pagesFree) * PAGE_BYTES;
    }

    synchronized long reservedBytes() {
        return (long) pagesReserved * PAGE_BYTES;
    }

    /** The configured limit, or less once the JVM has refused memory. */
    synchronized long limitBytes() {
        return pagesMax * PAGE_BYTES;
    }

    /** Forgets all memory, so that the garbage collector frees it; pages may be given back no more. */
    synchronized void close() {
        segments = new ByteBuffer[0];
        free = new int[0];
        pagesFree = 0;
        pagesReserved = 0;
        pagesMax = 0;
    }

    /** Adds a segment unless there are more free pages than that, perhaps because another thread has just done it; false if none can be added. */
    private boolean grow(int freeEnough) {
        synchronized (growing) {
            int pages;
            synchronized (this) {
                if (pagesFree > freeEnough) {
                    return true;
                }
                pages = (int) Math.min(1 << SEGMENT_PAGE_BITS, pagesMax - pagesReserved);
            }
            if (pages == 0) {
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

    /** Before it refuses, java.nio collects garbage and waits for half a second: never ask it twice. */
    private synchronized void refused() {
        pagesMax = pagesReserved;
    }

    private synchronized void add(ByteBuffer segment, int pages) {
        ByteBuffer[] longer = Arrays.copyOf(segments, segments.length + 1);
        longer[longer.length - 1] = segment;
        segments = longer;
        if (free.length < pagesReserved + pages) {
            free = Arrays.copyOf(free, Math.max(2 * free.length, pagesReserved + pages));
        }
        for (int i = pages - 1; i >= 0; i--) {
            free[pagesFree++] = pagesReserved + i;
        }
        pagesReserved += pages;
    }
}
