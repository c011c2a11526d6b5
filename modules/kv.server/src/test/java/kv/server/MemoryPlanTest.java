package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How memory is divided. */
class MemoryPlanTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"300, 37, 0, 0, 125, 33", "1024, 128, 0, 0, 600, 160", "24576, 256, 0, 0, 18168, 1024",
        "300, 37, 20, 9, 110, 19", "1024, 128, 20, 52, 585, 104", "24576, 256, 20, 256, 18153, 1024"})
    void nothingSaid_sharesOfWhatTheJvmAndTheLogLeave(long thereIs, long heap, long log, long longLog, long data, long buffers) {
        MemoryPlan plan = MemoryPlan.of(thereIs * MIB, "a file", heap * MIB, 0, 0, log > 0 ? MIB : -1);
        assertEquals(log, plan.log() / MIB);
        assertEquals(longLog, plan.longLog() / MIB);
        assertEquals(data, plan.data() / MIB);
        assertEquals(buffers, plan.buffers() / MIB);
        assertTrue(plan.fits(), plan.text());
    }

    @Test
    void sizesSaid_areTakenAndSummedUp() {
        MemoryPlan plan = MemoryPlan.of(300 * MIB, "a file", 37 * MIB, 200 * MIB, 16 * MIB, MIB);
        assertFalse(plan.fits());
        assertEquals("max-memory 200 + max-buffer-memory 16 + log 28 + heap 37 + JVM 96 = 377 of 300 MiB (a file)", plan.text());
    }

    @Test
    void sizesSaidThatLeaveLittle_theLogTakesWhatIsLeft() {
        MemoryPlan plan = MemoryPlan.of(1024 * MIB, "a file", 128 * MIB, 640 * MIB, 128 * MIB, MIB);
        assertEquals(12 * MIB, plan.longLog());
        assertTrue(plan.fits(), plan.text());
    }

    /** A RENAME of one of 50 MB had a server killed that was planned to 292 of 300. */
    @Test
    void longValues_theLogHasRoomForOneBesideItsFirstHalf() {
        MemoryPlan plan = MemoryPlan.of(300 * MIB, "a file", 37 * MIB, 0, 0, 16 * MIB);
        assertEquals(32 * MIB, plan.longLog());
        assertTrue(plan.fits(), plan.text());
        assertFalse(MemoryPlan.of(300 * MIB, "a file", 37 * MIB, 0, 0, 64 * MIB).fits());
        assertTrue(MemoryPlan.of(1024 * MIB, "a file", 128 * MIB, 0, 0, 64 * MIB).fits());
    }

    @Test
    void lessThanTheJvmNeeds_leastSizesThatDoNotFit() {
        MemoryPlan plan = MemoryPlan.of(64 * MIB, "a file", 32 * MIB, 0, 0, -1);
        assertEquals(16 * MIB, plan.data());
        assertFalse(plan.fits());
    }

    /** What the launcher gives the heap, and no word about the rest. */
    @ParameterizedTest
    @CsvSource({"false, 160", "true, 188"})
    void nothingSaid_fitsFromTheLeastSizesOn(boolean logs, long least) {
        for (long thereIs = 64; thereIs < 1 << 16; thereIs++) {
            MemoryPlan plan = MemoryPlan.of(thereIs * MIB, "a file", Math.max(32, Math.min(256, thereIs / 8)) * MIB, 0, 0,
                    logs ? MIB : -1);
            assertEquals(thereIs >= least, plan.fits(), plan.text());
        }
    }
}
