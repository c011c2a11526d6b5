package kv.journal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import kv.journal.StoreHistory.Fault;
import kv.log.Fsync;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stores that crash at any operation of the disk, in all modes, and what is recovered of them. Seen to fail also with evictions
 * and with SWAPDB that were not written down, with a transaction in several records, and with a GET without the lock that does
 * not say what it has seen. The long form has 10,000 crashes and more in each mode: {@code mvn test -pl modules/kv.tests -am
 * -Pstress -Dtest=StoreCrashTest -Dsurefire.failIfNoSpecifiedTests=false}; one seed again: {@code -Dkv.seed=1}.
 */
@Timeout(1200)
class StoreCrashTest {
    private static final int LIVES = 12;
    private static final int EFFORT = Integer.getInteger("kv.tests.effort", 1);
    private static final int CRASHES = EFFORT == 1 ? 60 : 2000 * EFFORT;
    /** A planted fault must be noticed within so many. */
    private static final int CRASHES_TO_FIND = 20_000;

    @ParameterizedTest
    @EnumSource
    void store_crashedAnywhere_keepsWhatSomebodyWasTold(Fsync fsync) throws IOException {
        StoreHistory.Fault none = Fault.NONE;
        int[] checkpointsAndReads = crash(fsync, CRASHES, none);
        assertTrue(checkpointsAndReads[0] > 0, "checkpoints");
        assertTrue(checkpointsAndReads[1] > CRASHES, "reads that were answered");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void fault_planted_isNoticed(Fault fault) {
        AssertionError found = assertThrows(AssertionError.class, () -> crash(Fsync.ALWAYS, CRASHES_TO_FIND, fault));
        Throwable cause = found.getCause();
        assertTrue(cause instanceof AssertionError || cause instanceof IOException, cause::toString);
    }

    private static int[] crash(Fsync fsync, int crashes, Fault fault) throws IOException {
        long seed = Long.getLong("kv.seed", 1);
        int checkpoints = 0;
        int reads = 0;
        for (int done = 0; done < crashes; seed++) {
            StoreHistory history = new StoreHistory(seed, fsync, fault);
            try {
                history.run(LIVES);
            } catch (Throwable failure) {
                throw new AssertionError(fsync + ", -Dkv.seed=" + seed + ": " + failure, failure);
            }
            done += history.crashes();
            checkpoints += history.checkpoints();
            reads += history.answeredReads();
        }
        return new int[] {checkpoints, reads};
    }
}
