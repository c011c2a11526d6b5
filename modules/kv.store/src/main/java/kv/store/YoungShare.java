package kv.store;

import java.util.Arrays;

/**
 * How much of a shard's room its young pages have: an eighth, and more where that pays, as where keys are asked for again soon
 * or never.
 *
 * <p>Guarded by the shard's lock, held for writing. On the heap: 4 KiB, once the shard was full.
 */
final class YoungShare {
    /*
     * What would a page more bring the young, and what would the main ones lose by it? That is asked at each meeting of a young
     * page and a main one, of averages of the last meetings, and the share moves by a page:
     *
     * Gain: of the keys that went from young pages while an eighth of the room was given up, those that have come back. They
     * would have been found if the young had that eighth. Such ghosts are ARC's idea (Megiddo and Modha, 2003); kept are those
     * of a sample of the keys, by hash, as in SHARDS (Waldspurger and others, 2015).
     *
     * Loss: how often those main entries were asked for since they were judged last that are worth little more than what is
     * evicted.
     *
     * Tried instead: all hits of a young page beside all of a main one. Most young entries have theirs soon, however few pages
     * there are; so the young became too many, and frequent keys lost 3 to 16 points. An eighth is asked about because a loop is
     * found all at once or not at all: with a half less is won where keys come back soon, with a sixteenth scans cost more. By a
     * margin of 2 or less the main pages lose what is asked for seldom but again and again.
     */
    static final int GHOSTS = 1 << 10;
    private static final double LEAST = 1.0 / 8;
    private static final double MOST = 7.0 / 8;
    /** The part of the room that is asked about. */
    private static final double ASKED = 1.0 / 8;
    /** A main entry is marginal whose frequency was above that of what is evicted by this at most. */
    private static final int MARGIN = 3;
    /** Averages are of about so many meetings, or of a quarter of the pages' number. */
    private static final int MEETINGS_MIN = 32;
    private static final int MEETINGS_DIVISOR = 4;
    private static final double CUT_WEIGHT = 1.0 / 20;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    private static final int STAMP_BITS = 16;
    private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;

    private double share = LEAST;
    /** In each place the meeting in which a key went, and above that 16 bits of its hash; 0: none. */
    private int[] ghosts = {};
    /** Meetings, modulo 2^16, 0 left out. */
    private int now = 1;
    /** For so many meetings a ghost counts. */
    private int lifetime;
    /** Of all keys, those are sampled whose hash has so many bits of 0. */
    private int sampleBits;

    /** Of this meeting. */
    private int returned;
    private int evicted;
    private int mainEntries;
    private int marginal;
    private int marginalHits;
    /** The same, averages of the last ones. */
    private double returnedMean;
    private double evictedMean;
    private double mainEntriesMean;
    private double marginalMean;
    private double marginalHitsMean;
    /** The frequency of the last that is evicted in a meeting, about. */
    private double cut;

    /** @param places for ghosts, {@value #GHOSTS} zeros */
    void remembersIn(int[] places) {
        ghosts = places;
    }

    void clear() {
        Arrays.fill(ghosts, 0);
    }

    /** Of so many pages these are for young entries. */
    int of(int pages) {
        return (int) (pages * share);
    }

    /** An entry of a young page is judged. */
    void judgedYoung(long hash) {
        long mixed = hash * MIX;
        if (isSampled(mixed) && ghosts.length > 0) {
            int place = place(mixed);
            int ghost = ghosts[place];
            if (ghost != 0 && ghost >>> STAMP_BITS == name(mixed)) {
                ghosts[place] = 0;
                returned += (now - ghost & STAMP_MASK) <= lifetime ? 1 << sampleBits : 0;
            }
        }
    }

    /** An entry of a young page has lost. */
    void evictedYoung(long hash) {
        long mixed = hash * MIX;
        evicted++;
        if (isSampled(mixed) && ghosts.length > 0) {
            ghosts[place(mixed)] = name(mixed) << STAMP_BITS | now;
        }
    }

    /** An entry of a main page is judged. @param frequency with these hits, which came since it was judged last */
    void judgedMain(int hits, int frequency) {
        mainEntries++;
        if (frequency < FrequencySketch.COUNT_MAX && frequency - hits <= cut + MARGIN) {
            marginal++;
            marginalHits += hits;
        }
    }

    /** A young page and a main one have met. @param lastEvicted the highest frequency of those that went */
    void met(int lastEvicted, int youngPages, int mainPages) {
        int pages = youngPages + mainPages;
        cut += (lastEvicted - cut) * CUT_WEIGHT;
        average(1.0 / Math.max(MEETINGS_MIN, pages / MEETINGS_DIVISOR));
        double gain = returnedMean / (ASKED * pages);
        double loss = marginalMean == 0 ? 0 : marginalHitsMean / marginalMean * mainEntriesMean / mainPages;
        double step = 1.0 / pages;
        share = Math.max(LEAST, Math.min(MOST, gain > loss ? share + step : share - step));
        lifetime = (int) Math.min(STAMP_MASK, ASKED * pages + youngPages); // who is back is judged when its page is old
        sampleBits = 0;
        while (lifetime * evictedMean > (GHOSTS / 2 << sampleBits)) {
            sampleBits++;
        }
        now = now == STAMP_MASK ? 1 : now + 1;
    }

    private void average(double weight) {
        returnedMean += (returned - returnedMean) * weight;
        evictedMean += (evicted - evictedMean) * weight;
        mainEntriesMean += (mainEntries - mainEntriesMean) * weight;
        marginalMean += (marginal - marginalMean) * weight;
        marginalHitsMean += (marginalHits - marginalHitsMean) * weight;
        returned = 0;
        evicted = 0;
        mainEntries = 0;
        marginal = 0;
        marginalHits = 0;
    }

    private boolean isSampled(long mixed) {
        return (mixed >>> 32 & (1L << sampleBits) - 1) == 0;
    }

    /** From the bits that neither the name nor the sample is taken from. */
    private static int place(long mixed) {
        return (int) (mixed >>> 22) & GHOSTS - 1;
    }

    private static int name(long mixed) {
        return (int) (mixed >>> 48);
    }
}
