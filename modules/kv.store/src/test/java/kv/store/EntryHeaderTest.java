package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EntryHeaderTest {
    private static final long HEADER = EntryHeader.staged(EntryHeader.of(15, 0xFFFF, (1 << 27) - 1, true));

    @Test
    void judged_again_countsTheRoundsWithoutARequest() {
        long header = EntryHeader.withHits(HEADER, 3);
        header = EntryHeader.judged(header);
        assertEquals(0, EntryHeader.rounds(header), "it was asked for");
        for (int i = 1; i <= 20; i++) {
            header = EntryHeader.judged(header);
            assertEquals(Math.min(15, i), EntryHeader.rounds(header));
            assertEquals(0, EntryHeader.hits(header));
        }
        header = EntryHeader.judged(header + (1L << 48)); // as a reader counts
        assertEquals(0, EntryHeader.rounds(header));
        assertEquals(HEADER, header, "all else is as it was");
    }

    @Test
    void withHits_afterRoundsWithout_countsAnew() {
        long header = EntryHeader.withHits(EntryHeader.judged(EntryHeader.judged(HEADER)), EntryHeader.HITS_MAX);
        assertEquals(EntryHeader.HITS_MAX, EntryHeader.hits(header));
        assertEquals(0, EntryHeader.rounds(header));
        assertEquals(HEADER, EntryHeader.withHits(header, 0));
    }

    @Test
    void isFirst_ofALongEntry_isItselfAndItsFirstPiece() {
        assertTrue(EntryHeader.isFirst(HEADER));
        assertTrue(EntryHeader.isFirst(EntryHeader.ofPiece(5, 0)));
        assertFalse(EntryHeader.isFirst(EntryHeader.ofPiece(5, 7)));
    }
}
