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
    @CsvSource({"300, 37, 125, 33", "1024, 128, 600, 160", "24576, 256, 18168, 1024"})
    void nothingSaid_sharesOfWhatTheJvmLeaves(long thereIs, long heap, long data, long buffers) {
        MemoryPlan plan = MemoryPlan.of(thereIs * MIB, "a file", heap * MIB, 0, 0);
        assertEquals(data, plan.data() / MIB);
        assertEquals(buffers, plan.buffers() / MIB);
        assertTrue(plan.fits(), plan.text());
    }

    @Test
    void sizesSaid_areTakenAndSummedUp() {
        MemoryPlan plan = MemoryPlan.of(300 * MIB, "a file", 37 * MIB, 200 * MIB, 16 * MIB);
        assertFalse(plan.fits());
        assertEquals("max-memory 200 + max-buffer-memory 16 + heap 37 + JVM 96 = 349 of 300 MiB (a file)", plan.text());
    }

    @Test
    void lessThanTheJvmNeeds_leastSizesThatDoNotFit() {
        MemoryPlan plan = MemoryPlan.of(64 * MIB, "a file", 32 * MIB, 0, 0);
        assertEquals(16 * MIB, plan.data());
        assertFalse(plan.fits());
    }
}
