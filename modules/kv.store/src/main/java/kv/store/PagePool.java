package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * All memory of a store: fixed pages, carved out of direct segments that are allocated when they are first needed.
 *
 * <p>Threads: any. The lock guards the free list and is innermost: a thread may hold shard locks when it takes it.
 * <p>Invariant: pages used + pages free = pages reserved ≤ limit.
 * <p>Failure: an exhausted pool answers {@link #NONE}; that is a normal outcome. The content of a page taken is undefined.
 */
final class PagePool {
    static final int PAGE_BYTES = 32 << 10;
    static final int NONE = -1;
    /**
     * Segments are 16 MiB, so that where malloc asks for huge pages (the launcher sees to that) seven eighths of one can be such: with smaller ones
     * the alignment takes most. Worth 6 to 17 % of the server's CPU at a pipeline of 64 and 1 M keys. The JVM fills a segment with zeros when it
     * is allocated, under our lock: some milliseconds, once in 300,000 small entries.
     */
    private static final int SEGMENT_PAGE_BITS = 9;
    private static final int CACHE_LINE_BYTES = 64;
    static final int SEGMENT_BYTES = PAGE_BYTES << SEGMENT_PAGE_BITS;

    private final IntFunction<ByteBuffer> allocator;
    /** In native order; replaced by a longer copy when a segment is added. */
    private volatile ByteBuffer[] segments = {};
    private int[] free = {};
    private int pagesFree;
    private int pagesReserved;
    private long pagesMax;

    PagePool(long limitBytes, IntFunction<ByteBuffer> allocator) {
        this.allocator = allocator;
        this.pagesMax = limitBytes / PAGE_BYTES;
    }

    /** Returns the number of a page that now belongs to the caller, or {@link #NONE}. */
    synchronized int take() {
        if (pagesFree == 0 && !addSegment()) {
            return NONE;
        }
        return free[--pagesFree];
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

    /** Reads two neighbouring cache lines of a page for a thread that holds no lock; 0 where there is no such page, as {@link #NONE}. */
    int touch(int page, int position) {
        ByteBuffer[] all = segments;
        int number = page >>> SEGMENT_PAGE_BITS;
        if (number >= all.length) {
            return 0;
        }
        ByteBuffer segment = all[number];
        int at = start(page) + position;
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

    private boolean addSegment() {
        int pages = (int) Math.min(1 << SEGMENT_PAGE_BITS, pagesMax - pagesReserved);
        if (pages == 0) {
            return false;
        }
        ByteBuffer segment;
        try {
            segment = allocator.apply(pages * PAGE_BYTES);
        } catch (OutOfMemoryError refusal) {
            // Before it refuses, java.nio collects garbage and waits for half a second: never ask it twice.
            pagesMax = pagesReserved;
            return false;
        }
        ByteBuffer[] longer = Arrays.copyOf(segments, segments.length + 1);
        longer[longer.length - 1] = segment.order(ByteOrder.nativeOrder());
        segments = longer;
        if (free.length < pagesReserved + pages) {
            free = Arrays.copyOf(free, Math.max(2 * free.length, pagesReserved + pages));
        }
        for (int i = pages - 1; i >= 0; i--) {
            free[pagesFree++] = pagesReserved + i;
        }
        pagesReserved += pages;
        return true;
    }
}
