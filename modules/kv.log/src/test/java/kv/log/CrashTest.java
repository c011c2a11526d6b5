package kv.log;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Crashes at any operation of the disk, in all modes. The short form runs some thousand; more, or one seed again:
 * {@code mvn -pl modules/kv.log test -Dtest=CrashTest -Dkv.crashes=100000 -Dkv.seed=1}.
 */
class CrashTest {
    private static final int LIVES = 8;

    private static int crashesWanted() {
        return Integer.getInteger("kv.crashes", 1500);
    }

    @ParameterizedTest
    @EnumSource
    void log_crashedAnywhere_keepsWhatWasDurable(Fsync fsync) throws IOException {
        assertTrue(crash(fsync, crashesWanted(), disk -> { }) > 0, "checkpoints");
    }

    @ParameterizedTest
    @EnumSource
    void segmentForce_leftOut_isFound(Fsync fsync) {
        assertFound(fsync, disk -> disk.forgetForces(name -> name.endsWith(".log")));
    }

    @ParameterizedTest
    @EnumSource
    void directoryForce_leftOut_isFound(Fsync fsync) {
        assertFound(fsync, SimulatedStorage::forgetDirectoryForces);
    }

    @ParameterizedTest
    @EnumSource
    void checkpointForceBeforeRename_leftOut_isFound(Fsync fsync) {
        assertFound(fsync, disk -> disk.forgetForces(name -> name.startsWith("checkpoint")));
    }

    @Test
    void formatForceBeforeRename_leftOut_isFound() {
        assertFound(Fsync.ALWAYS, disk -> disk.forgetForces(name -> name.startsWith("FORMAT")));
    }

    private static void assertFound(Fsync fsync, Consumer<SimulatedStorage> fault) {
        Throwable seen = assertThrows(AssertionError.class, () -> crash(fsync, 20_000, fault),
                "the planted fault was not noticed").getCause();
        assertTrue(seen instanceof AssertionError || seen instanceof IOException, seen::toString);
    }

    /** Returns the number of checkpoints completed. */
    private static int crash(Fsync fsync, int crashes, Consumer<SimulatedStorage> fault) throws IOException {
        long seed = Long.getLong("kv.seed", 1);
        TestMemory memory = new TestMemory();
        int checkpoints = 0;
        for (int done = 0; done < crashes; seed++) {
            CrashHistory history = new CrashHistory(seed, fsync, memory);
            fault.accept(history.disk());
            try {
                history.run(LIVES);
            } catch (Throwable failure) {
                throw new AssertionError(fsync + ", -Dkv.seed=" + seed + ": " + failure, failure);
            }
            done += history.crashes();
            checkpoints += history.checkpoints();
            memory.takeAllBack();
        }
        return checkpoints;
    }
}
