package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Disks that fail or are full, with the cranks turned by hand. */
class FaultTest {
    private final SimulatedStorage disk = new SimulatedStorage(new Random(2));
    private final List<String> events = new ArrayList<>();
    private final LogConfig config = new LogConfig(Fsync.ALWAYS, 4 * Frame.BLOCK_BYTES, 1 << 13, Frame.BLOCK_BYTES, 1000,
            LargeMemory.CHUNK_BYTES, () -> 1, new LogListener() {
                @Override
                public void failed(Throwable cause) {
                    events.add("failed: " + cause.getMessage());
                }

                @Override
                public void diskFull(String reason) {
                    events.add("full");
                }

                @Override
                public void diskHasRoom() {
                    events.add("room");
                }
            }, LogMemory.COLLECTED);

    private final class Told extends DurabilityWaiter {
        @Override
        protected void durable() {
            events.add("durable");
        }
    }

    @Test
    void force_failed_isTheEndOfAllAcknowledgement() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        log.whenDurable(new Told(), Records.append(appender, "one"));
        long before = log.durablePosition();
        disk.failNextForce(new IOException("Input/output error"));
        IOException failure = assertThrows(IOException.class, () -> log.writer.turn(0));
        log.fail(failure);
        log.fail(new IOException("a second one"));
        assertEquals(List.of("failed: Input/output error"), events);
        assertEquals(before, log.durablePosition());
        assertSame(Admission.FAILED, appender.take(10));
        assertSame(failure, log.failure());
        assertSame(failure, assertThrows(IOException.class, () -> log.awaitDurable(log.position())).getCause());
    }

    /** As when the other thread finds that the directory is gone: what is forced then is on no disk. Seen to fail before. */
    @Test
    void log_failedByAnotherThread_acknowledgesNothing() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        log.whenDurable(new Told(), Records.append(log.appender(), "one"));
        long before = log.durablePosition();
        log.fail(new IOException("gone"));
        log.writer.turn(0);
        assertEquals(List.of("failed: gone"), events);
        assertEquals(before, log.durablePosition());
    }

    /** It came when what it waits for had just been released. Seen to wait for the segment otherwise. */
    @Test
    void waiter_lateWhileThereIsNoSegment_isTold() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        long end = 0;
        for (int i = 0; i < 4; i++) {
            end = Records.append(appender, "record " + i);
            log.writer.turn(0);
        }
        log.waiters.add(new Told(), end);
        assertSame(LogWriter.Turn.NO_SEGMENT, log.writer.turn(0));
        assertEquals(List.of("durable"), events);
    }

    @Test
    void disk_fullForTheNextSegment_refusesUntilThereIsRoom() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        disk.limit(4 * Frame.BLOCK_BYTES + 1000);
        assertTrue(!log.keeper.work());
        assertSame(Admission.DISK_FULL, appender.take(10));
        assertEquals(List.of("full"), events);
        assertTrue(log.diskFullReason().contains("simulated"), log::diskFullReason);
        assertTrue(!log.keeper.work());
        assertEquals(List.of(), disk.list().stream().filter(FileNames::isUnfinished).toList());

        disk.limit(Long.MAX_VALUE);
        assertTrue(log.keeper.work());
        assertEquals(List.of("full", "room"), events);
        assertNull(log.diskFullReason());
        Records.append(appender, "one");
        assertSame(LogWriter.Turn.WORKED, log.writer.turn(0));
    }

    @Test
    void records_appendedBeforeTheDiskWasFull_waitAndAreKept() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        for (int i = 0; i < 4; i++) {
            Records.append(appender, "record " + i);
            log.writer.turn(0);
        }
        disk.limit(4 * Frame.BLOCK_BYTES + 1000);
        log.whenDurable(new Told(), Records.append(appender, "one more"));
        assertSame(LogWriter.Turn.NO_SEGMENT, log.writer.turn(0));
        log.keeper.work();
        assertSame(LogWriter.Turn.NO_SEGMENT, log.writer.turn(0));
        disk.limit(Long.MAX_VALUE);
        log.keeper.work();
        assertSame(LogWriter.Turn.WORKED, log.writer.turn(0));
        assertEquals(List.of("full", "room", "durable"), events);
        disk.restart(true);
        Records found = new Records();
        Log.recover(disk, config, found, false);
        assertEquals(List.of("record 0", "record 1", "record 2", "record 3", "one more"), found.fromLog);
    }

    /** As on a file system that never writes in place. */
    @Test
    void write_refusedForLackOfRoom_isRepeatedFromItsBeginning() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        log.whenDurable(new Told(), Records.append(appender, "one"));
        disk.limit(0);
        assertSame(LogWriter.Turn.NO_ROOM, log.writer.turn(0));
        assertSame(LogWriter.Turn.NO_ROOM, log.writer.turn(0));
        assertSame(Admission.DISK_FULL, appender.take(1));
        disk.limit(Long.MAX_VALUE);
        assertSame(LogWriter.Turn.WORKED, log.writer.turn(0));
        assertEquals(List.of("full", "room", "durable"), events);
    }

    @Test
    void checkpoint_withoutRoom_failsAloneAndIsGone() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        disk.limit(4 * Frame.BLOCK_BYTES + 200);
        assertThrows(IOException.class, () -> {
            try (Checkpoint checkpoint = log.checkpoint()) {
                checkpoint.record(Records.bytes("x".repeat(100)));
                checkpoint.seal();
                checkpoint.complete();
            }
        });
        assertEquals(List.of(), disk.list().stream().filter(FileNames::isUnfinished).toList());
        disk.limit(Long.MAX_VALUE);
        log.checkpoint().close();
    }

    @Test
    void append_beyondWhatWasTaken_isABug() throws IOException {
        Log log = Log.recover(disk, config, new Records(), false);
        Appender appender = log.appender();
        assertThrows(IllegalStateException.class, () -> appender.begin(600));
        Appender other = log.appender();
        other.take(4);
        other.begin(4);
        assertThrows(IllegalStateException.class, () -> other.putLong(1));
        assertThrows(IllegalStateException.class, () -> other.begin(4));
    }
}
