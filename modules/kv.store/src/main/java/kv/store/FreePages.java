package kv.store;

import java.util.Arrays;

/**
 * Which pages of a pool are free, segment by segment. The lowest segment that has any gives first: so the pages in use gather
 * there, and the segments above run empty and can be given back.
 *
 * <p>Guarded by the pool's monitor.
 */
final class FreePages {
    private static final int NONE = PagePool.NONE;
    private static final int SEGMENT_PAGES = PagePool.SEGMENT_PAGES;

    /** By page: the next free one of its segment. */
    private int[] next = {};
    /** By segment: its first free page, how many of its pages are free, and how many it has; 0 where there is no segment. */
    private int[] first = {};
    private int[] free = {};
    private int[] pages = {};
    /** One bit a segment: it has a free page. All words below this one are 0. */
    private long[] some = {};
    private int lowestWord;

    /** A free page, which is free no more. There must be one. */
    int take() {
        while (some[lowestWord] == 0) {
            lowestWord++;
        }
        int segment = lowestWord * Long.SIZE + Long.numberOfTrailingZeros(some[lowestWord]);
        int page = first[segment];
        first[segment] = next[page];
        if (--free[segment] == 0) {
            some[lowestWord] &= ~(1L << segment);
        }
        return page;
    }

    void give(int page) {
        int segment = page / SEGMENT_PAGES;
        assert free[segment] < pages[segment] : page;
        next[page] = first[segment];
        first[segment] = page;
        free[segment]++;
        setSome(segment);
    }

    /** The lowest number that no segment has. */
    int absent() {
        int segment = 0;
        while (segment < pages.length && pages[segment] > 0) {
            segment++;
        }
        return segment;
    }

    /** Makes sure that {@link #add} for this segment allocates nothing. */
    void prepare(int segment) {
        if (segment < pages.length) {
            return;
        }
        int length = Math.max(4, 2 * pages.length);
        int[] longerNext = Arrays.copyOf(next, length * SEGMENT_PAGES);
        int[] longerFirst = Arrays.copyOf(first, length);
        int[] longerFree = Arrays.copyOf(free, length);
        int[] longerPages = Arrays.copyOf(pages, length);
        some = Arrays.copyOf(some, length / Long.SIZE + 1);
        next = longerNext;
        first = longerFirst;
        free = longerFree;
        pages = longerPages;
    }

    void add(int segment, int count) {
        pages[segment] = count;
        free[segment] = count;
        first[segment] = segment * SEGMENT_PAGES;
        for (int i = 0; i < count; i++) {
            int page = segment * SEGMENT_PAGES + i;
            next[page] = i + 1 < count ? page + 1 : NONE;
        }
        setSome(segment);
    }

    /** All pages of the segment are free, and gone. */
    void remove(int segment) {
        assert isWhole(segment) : segment;
        pages[segment] = 0;
        free[segment] = 0;
        first[segment] = NONE;
        some[segment / Long.SIZE] &= ~(1L << segment);
    }

    /** Whether there is such a segment, and no page of it in use. */
    boolean isWhole(int segment) {
        return pages[segment] > 0 && free[segment] == pages[segment];
    }

    /** How many pages the segment has; 0 if there is none. */
    int pages(int segment) {
        return pages[segment];
    }

    /** Segments have numbers below this. */
    int segmentEnd() {
        return pages.length;
    }

    private void setSome(int segment) {
        int word = segment / Long.SIZE;
        some[word] |= 1L << segment;
        lowestWord = Math.min(lowestWord, word);
    }
}
