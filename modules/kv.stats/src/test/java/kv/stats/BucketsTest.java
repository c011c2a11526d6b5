package kv.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BucketsTest {

    @Test
    void index_wholeRange_hasNoGapAndNoOverlap() {
        long lowest = 0;
        for (int i = 0; i < Buckets.COUNT; i++) {
            long highest = Buckets.highestNanos(i);
            assertEquals(i, Buckets.index(lowest), "lowest of " + i);
            assertEquals(i, Buckets.index(highest), "highest of " + i);
            lowest = highest + 1;
        }
        assertEquals(Buckets.NANOS_MAX + 1, lowest);
    }

    @Test
    void bucket_anyIndex_isAtMostOneThirtySecondWide() {
        long lowest = 0;
        for (int i = 0; i < Buckets.COUNT; i++) {
            long highest = Buckets.highestNanos(i);
            assertTrue((highest - lowest) * 32 <= lowest, "bucket " + i + ": " + lowest + ".." + highest);
            lowest = highest + 1;
        }
    }
}
