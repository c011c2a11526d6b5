package kv.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of a log that is being written. */
@Timeout(600)
class BackupTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private static LogConfig config(Fsync fsync) {
        return new LogConfig(fsync, MIB, MIB / 8, MIB / 16, MIB / 32, 80L * MIB, System::currentTimeMillis, new LogListener() { },
                LogMemory.COLLECTED);
    }

    private Log open(String name, Fsync fsync, Replay replay) throws IOException {
        return Log.open(DiskStorage.open(folder.resolve(name)), config(fsync), replay, false);
    }

    /** A checkpoint has one record, a number up to which the log's records are in it, or one more. */
    @ParameterizedTest
    @EnumSource
    void backup_whileRecordsCome_holdsAllThatWereDurableAndNoGap(Fsync fsync) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger appended = new AtomicInteger();
        List<Integer> before = new ArrayList<>();
        try (Log log = open("data", fsync, new Records())) {
            Thread writer = new Thread(() -> append(log, begun, appended, stop), "appends");
            writer.start();
            for (int i = 0; i < 12; i++) {
                int atLeast = appended.get() + 500;
                while (appended.get() < atLeast) {
                    Thread.onSpinWait();
                }
                before.add(appended.get());
                log.backup(target(i), () -> false);
                if (i % 4 == 3) {
                    checkpoint(log, begun);
                }
            }
            stop.set(true);
            writer.join();
        }
        for (int i = 0; i < before.size(); i++) {
            Records found = new Records();
            open("backup" + i, Fsync.ALWAYS, found).close();
            assertWhole(found, before.get(i), "backup " + i);
        }
    }

    private DiskStorage target(int number) throws IOException {
        return DiskStorage.open(folder.resolve("backup" + number));
    }

    private static void append(Log log, AtomicInteger begun, AtomicInteger appended, AtomicBoolean stop) {
        try (Appender appender = log.appender()) {
            for (int i = 1; !stop.get(); i++) {
                begun.set(i);
                long end = Records.append(appender, i + " " + "x".repeat(i % 700));
                if (i % 10 == 0) {
                    log.awaitDurable(end);
                    appended.set(i);
                }
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void checkpoint(Log log, AtomicInteger begun) throws IOException {
        try (Checkpoint checkpoint = log.checkpoint()) {
            checkpoint.record(Records.bytes("" + begun.get()));
            checkpoint.commit(() -> false);
        }
    }

    private static void assertWhole(Records found, int atLeast, String what) {
        int next = found.fromLog.isEmpty() ? 0 : number(found.fromLog.get(0));
        int reached = found.fromCheckpoint.isEmpty() ? 0 : Integer.parseInt(found.fromCheckpoint.get(0));
        assertTrue(found.fromLog.isEmpty() || next <= reached + 1, what + ": the log begins with " + next + ", after " + reached);
        for (String record : found.fromLog) {
            assertEquals(next++, number(record), what);
        }
        assertTrue(Math.max(next - 1, reached) >= atLeast, what + " ends at " + next + ", " + atLeast + " were durable");
    }

    private static int number(String record) {
        return Integer.parseInt(record.substring(0, record.indexOf(' ')));
    }

    /** Copied byte by byte, the segment would have a mark of a frame that it has not: that was seen to fail. */
    @Test
    void openSegment_writtenWhileItIsCopied_hasNoGap() throws IOException {
        SimulatedStorage disk = new SimulatedStorage(new Random(1));
        SimulatedStorage target = new SimulatedStorage(new Random(1));
        Log log = Log.recover(disk, config(Fsync.ALWAYS), new Records(), false);
        Appender appender = log.appender();
        List<String> appended = new ArrayList<>();
        Runnable more = () -> appended.add(append(log, appender, appended.size()));
        for (int i = 0; i < 10; i++) {
            more.run();
        }
        disk.afterRead(() -> {
            for (int i = 0; i < 6; i++) {
                more.run();
            }
        });
        log.backup(target, () -> false);
        disk.afterRead(() -> { });
        assertTrue(appended.size() > 10);
        Records found = new Records();
        Log.recover(target, config(Fsync.ALWAYS), found, false);
        assertEquals(appended.subList(0, found.fromLog.size()), found.fromLog);
        assertTrue(found.fromLog.size() >= 10);
    }

    private static String append(Log log, Appender appender, int number) {
        String record = number + " " + "x".repeat(20_000);
        try {
            Records.append(appender, record);
            while (log.writer.waitingBytes() > 0) {
                log.writer.turn(0);
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return record;
    }

    /** A crash may have lost the whole segment after the one that a backup has linked: the log then goes on in that. */
    @Test
    void segmentThatIsLinked_whenTheLogGoesOnInIt_isLeftAsItWas() throws IOException {
        try (Log log = open("data", Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            Records.append(appender, "one");
        }
        Path segment = folder.resolve("data").resolve(FileNames.segment(1));
        Path linked = folder.resolve("linked");
        Files.createLink(linked, segment);
        byte[] before = Files.readAllBytes(linked);
        try (Log log = open("data", Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            log.awaitDurable(Records.append(appender, "two"));
        }
        assertArrayEquals(before, Files.readAllBytes(linked));
        assertTrue(!Arrays.equals(before, Files.readAllBytes(segment)));
        Records found = new Records();
        open("data", Fsync.ALWAYS, found).close();
        assertEquals(List.of("one", "two"), found.fromLog);
    }
}
