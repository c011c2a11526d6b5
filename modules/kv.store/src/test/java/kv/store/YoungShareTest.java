package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * When the young get more pages. What that brings in hits is shown by {@code kv.bench.HitRates}.
 *
 * <p>Planted, each seen to fail: ghosts that never grow old, a sample that does not count for all, none taken, hits of all main
 * entries for those of the marginal ones, a place taken for a key.
 */
class YoungShareTest {
    private static final int MEETINGS = 4_000;
    private static final int PAGES = 800;
    private static final int LEAST = PAGES / 8;
    private static final int MOST = PAGES * 7 / 8;
    private static final int SURE = 10;

    private final YoungShare share = new YoungShare();
    private final Random random = new Random(3);

    @BeforeEach
    void remember() {
        share.remembersIn(new int[YoungShare.GHOSTS]);
    }

    /**
     * How many pages are for the young after meetings of a young page and a main one with so many entries each: half of the young
     * ones went so many meetings before, the others are new, all go; each of the main ones had so many hits and has that
     * frequency with them.
     */
    private int young(int entries, int meetingsAgo, int hits, int frequency) {
        Deque<long[]> gone = new ArrayDeque<>();
        for (int i = 0; i < MEETINGS; i++) {
            long[] hashes = random.longs(entries).toArray();
            if (gone.size() == meetingsAgo) {
                System.arraycopy(gone.remove(), 0, hashes, 0, entries / 2);
            }
            gone.add(Arrays.copyOfRange(hashes, entries / 2, entries));
            for (long hash : hashes) {
                share.judgedYoung(hash);
                share.judgedMain(hits, frequency);
            }
            for (long hash : hashes) {
                share.evictedYoung(hash);
            }
            share.met(0, share.of(PAGES), PAGES - share.of(PAGES));
        }
        return share.of(PAGES);
    }

    @Test
    void keysThatComeBackSoon_whileTheMarginalRest_growsToTheMost() {
        assertEquals(MOST, young(100, SURE, 0, 1));
    }

    @Test
    void keysThatComeBackSoon_whileTheMarginalAreInDemand_staysAnEighth() {
        assertEquals(LEAST, young(100, SURE, 10, 10));
    }

    /** They would not be evicted, had the young more pages. */
    @Test
    void keysThatComeBackSoon_whileOnlyTheBestAreInDemand_growsToTheMost() {
        assertEquals(MOST, young(100, SURE, 10, FrequencySketch.COUNT_MAX));
        assertEquals(MOST, young(100, SURE, 2, FrequencySketch.COUNT_MAX - 1));
    }

    /** An eighth of the pages more would not have kept them. */
    @Test
    void keysThatComeBackLate_staysAnEighth() {
        assertEquals(LEAST, young(100, PAGES / 8 + LEAST + SURE, 0, 1));
    }

    @Test
    void keysThatDoNotComeBack_fallsToAnEighth() {
        assertEquals(MOST, young(100, SURE, 0, 1));
        assertEquals(LEAST, young(100, MEETINGS + 1, 1, 1));
    }

    /**
     * 500 of 1,000 are back each time: 5 for each page of an eighth. The main pages, 700 at first, lose a thousand times the hits
     * of an entry: with 4 hits 5.7 a page, and with 3 as much as the young gain when they are 600. Of 100,000 ghosts some 500 are
     * remembered.
     */
    @Test
    void moreKeysThanAreRemembered_countAsIfAllWere() {
        assertEquals(LEAST, young(1_000, SURE, 4, 4));
        int young = young(1_000, SURE, 3, 3);
        assertTrue(Math.abs(young - 200) < 70, young + " pages");
    }
}
