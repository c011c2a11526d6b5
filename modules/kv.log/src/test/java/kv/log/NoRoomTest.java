package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that notice only when they force, or rename, that there is no room: as where blocks are found late, or by quotas. */
class NoRoomTest {
    private static final LogConfig SMALL = new LogConfig(Fsync.ALWAYS, 8 * Frame.BLOCK_BYTES, 1 << 13, Frame.BLOCK_BYTES, 1000,
            LargeMemory.CHUNK_BYTES, () -> 1, new LogListener() { }, LogMemory.COLLECTED);

    private SimulatedStorage disk = new SimulatedStorage(new Random(3));
    /** The operation that finds no room, as long as it is set. */
    private String without = "";

    private Storage troubled() {
        return (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(), new Class<?>[] {Storage.class},
                (proxy, method, args) -> {
                    if (method.getName().equals(without)) {
                        throw new NoRoomException("simulated", null);
                    }
                    try {
                        return method.invoke(disk, args);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private static void append(Log log, String record) throws IOException {
        long end = Records.append(log.appender(), record);
        assertSame(LogWriter.Turn.WORKED, log.writer.turn(0));
        assertEquals(end, log.durablePosition());
    }

    private static void checkpoint(Log log, String content) throws IOException {
        try (Checkpoint checkpoint = log.checkpoint()) {
            checkpoint.record(Records.bytes(content));
            checkpoint.seal();
            checkpoint.complete();
        }
    }

    /** What the kernel has dropped it does not write at the next attempt: no segment is forced again. */
    @Test
    void log_forcedWithoutRoom_acknowledgesNothingEverAfter() throws IOException {
        Log log = Log.recover(disk, SMALL, new Records(), false);
        append(log, "one");
        long before = log.durablePosition();
        Records.append(log.appender(), "two");
        disk.failNextForce(new NoRoomException("simulated", null));
        IOException failure = assertThrows(NoRoomException.class, () -> log.writer.turn(0));
        log.fail(failure);
        assertSame(Admission.FAILED, log.appender().take(1));
        assertEquals(before, log.durablePosition());
    }

    @ParameterizedTest
    @ValueSource(strings = {"force", "rename", "forceDirectory"})
    void checkpoint_withoutRoomAtItsEnd_takesNothingAway(String operation) throws IOException {
        for (int seed = 1; seed <= 30; seed++) {
            disk = new SimulatedStorage(new Random(seed));
            failAtTheEnd(operation);
        }
    }

    private void failAtTheEnd(String operation) throws IOException {
        Log log = Log.recover(troubled(), SMALL, new Records(), false);
        append(log, "one");
        checkpoint(log, "first");
        append(log, "two");
        if (operation.equals("force")) {
            disk.failNextForce(new NoRoomException("simulated", null));
        }
        without = operation;
        assertThrows(NoRoomException.class, () -> checkpoint(log, "second"));
        without = "";
        assertTrue(disk.list().stream().noneMatch(FileNames::isUnfinished), () -> disk.list().toString());
        assertTrue(log.state.isOpen());
        append(log, "three");
        disk.restart(true);

        Records found = new Records();
        Log again = Log.recover(disk, SMALL, found, false);
        boolean second = found.fromCheckpoint.equals(List.of("second"));
        assertTrue(second ? operation.equals("forceDirectory") : found.fromCheckpoint.equals(List.of("first")),
                found.fromCheckpoint::toString);
        assertEquals(second ? List.of("three") : List.of("two", "three"), found.fromLog);
        checkpoint(again, "third");
        disk.restart(true);
        Records third = new Records();
        Log.recover(disk, SMALL, third, false);
        assertEquals(List.of("third"), third.fromCheckpoint);
        assertEquals(List.of(), third.fromLog);
    }
}
