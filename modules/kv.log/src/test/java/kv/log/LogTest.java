package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log with its threads, on the real disk. */
@Timeout(600)
class LogTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private LogConfig config(Fsync fsync) {
        return new LogConfig(fsync, MIB, MIB / 8, MIB / 16, MIB / 32, 80L * MIB, System::currentTimeMillis, new LogListener() { },
                LogMemory.COLLECTED);
    }

    private Log open(Fsync fsync, Replay replay) throws IOException {
        return Log.open(DiskStorage.open(folder.resolve("data")), config(fsync), replay, false);
    }

    /**
     * The kernel takes a process's locks on a file away when any of its descriptors of that is closed. Seen to fail when the
     * second look opened the file.
     */
    @Test
    void directory_openedTwiceByOneProcess_staysLockedForOthers() throws IOException {
        Path locks = Path.of("/proc/locks");
        assumeTrue(Files.exists(locks), "only Linux tells of locks");
        Log log = open(Fsync.NO, new Records());
        String inode = ":" + Files.getAttribute(folder.resolve("data/LOCK"), "unix:ino") + " ";
        assertTrue(Files.readString(locks).contains(inode));
        assertThrows(LogRefusedException.class, () -> open(Fsync.NO, new Records()));
        assertThrows(LogRefusedException.class,
                () -> Log.check(DiskStorage.existing(folder.resolve("data/../data")), new Records()));
        assertTrue(Files.readString(locks).contains(inode));
        log.close();
        open(Fsync.NO, new Records()).close();
    }

    @ParameterizedTest
    @EnumSource
    void records_appendedByManyThreads_areReplayedInOrder(Fsync fsync) throws Exception {
        int threads = 4;
        int each = 20_000;
        List<String> order = new ArrayList<>();
        try (Log log = open(fsync, new Records())) {
            CountDownLatch done = new CountDownLatch(threads);
            Random seeds = new Random(5);
            for (int t = 0; t < threads; t++) {
                Random random = new Random(seeds.nextLong());
                String name = "t" + t;
                new Thread(() -> {
                    try (Appender appender = log.appender()) {
                        for (int i = 0; i < each; i++) {
                            String record = name + "-" + i + "-" + "x"
                                    .repeat(random.nextInt(random.nextInt(500) == 0 ? 2000 : 40));
                            assertSame(Admission.TAKEN, appender.take(record.length()));
                            long end;
                            synchronized (order) {
                                appender.begin(record.length());
                                appender.put(Records.bytes(record), 0, record.length());
                                end = appender.end();
                                order.add(record);
                            }
                            if (i % 1000 == 0) {
                                log.awaitDurable(end);
                                assertTrue(log.durablePosition() >= end);
                            }
                        }
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    } finally {
                        done.countDown();
                    }
                }).start();
            }
            done.await();
        }
        Records found = new Records();
        try (Log log = open(fsync, found)) {
            assertEquals(order, found.fromLog);
            assertNull(log.recovery().cut());
        }
    }

    @Test
    void largeRecordsAndGroups_overSegments_areReplayedWhole() throws IOException {
        byte[] large = new byte[20 * MIB];
        new Random(3).nextBytes(large);
        List<Integer> lengths = List.of(0, 1, MIB / 32, MIB / 32 + 1, MIB, 20 * MIB, 100);
        try (Log log = open(Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            for (int length : lengths) {
                assertSame(Admission.TAKEN, appender.take(length));
                appender.begin(length);
                appender.put(ByteBuffer.wrap(large), 0, length);
                appender.end();
                assertSame(Admission.TAKEN, appender.takeGroup(length, true));
                appender.beginGroup();
                appender.put(ByteBuffer.wrap(large), 0, length);
                assertEquals(length, appender.groupBytes());
                log.awaitDurable(appender.end());
            }
            appender.takeGroup(8, true);
            appender.beginGroup();
            appender.putLong(1);
            appender.dropGroup();
        }
        List<Integer> found = new ArrayList<>();
        open(Fsync.ALWAYS, new Replay() {
            @Override
            public void checkpointRecord(ByteBuffer record) {
                throw new AssertionError("there was no checkpoint");
            }

            @Override
            public void record(ByteBuffer record) {
                assertEquals(ByteBuffer.wrap(large, 0, record.remaining()), record);
                found.add(record.remaining());
            }
        }).close();
        assertEquals(lengths.stream().flatMap(length -> List.of(length, length).stream()).toList(), found);
    }

    @Test
    void checkpoint_committed_replacesTheLogBeforeIt() throws IOException {
        try (Log log = open(Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 3000; i++) {
                    Records.append(appender, "before " + "y".repeat(1000));
                }
                try (Checkpoint checkpoint = log.checkpoint()) {
                    assertThrows(IllegalStateException.class, log::checkpoint);
                    checkpoint.record(Records.bytes("state " + round));
                    checkpoint.record(Records.bytes("z".repeat(MIB)));
                    checkpoint.commit(() -> false);
                }
            }
            Records.append(appender, "after");
        }
        long bytes = 0;
        for (String name : DiskStorage.existing(folder.resolve("data")).list()) {
            bytes += FileNames.segmentNumber(name).isPresent() ? MIB : 0;
        }
        assertTrue(bytes <= 7L * MIB, "segments of " + bytes + " bytes are left");
        Records found = new Records();
        try (Log log = open(Fsync.ALWAYS, found)) {
            assertEquals(List.of("state 2", "z".repeat(MIB)), found.fromCheckpoint);
            assertEquals(List.of("after"), found.fromLog);
            assertEquals(2, log.recovery().checkpointRecords());
        }
    }

    @Test
    void checkpoint_closedUncommitted_leavesTheOneBefore() throws IOException {
        try (Log log = open(Fsync.ALWAYS, new Records())) {
            try (Checkpoint checkpoint = log.checkpoint()) {
                checkpoint.record(Records.bytes("first"));
                checkpoint.commit(() -> false);
            }
            try (Checkpoint checkpoint = log.checkpoint()) {
                checkpoint.record(Records.bytes("given up"));
            }
            log.checkpoint().close();
        }
        Records found = new Records();
        open(Fsync.ALWAYS, found).close();
        assertEquals(List.of("first"), found.fromCheckpoint);
    }

    @Test
    void segment_withSecondLink_isNotWrittenAgain() throws Exception {
        try (Log log = open(Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            Path first = folder.resolve("data").resolve(FileNames.segment(1));
            Path backup = folder.resolve("backup");
            while (log.writer.currentSegment() == 1) {
                log.awaitDurable(Records.append(appender, "x".repeat(1000)));
            }
            Files.createLink(backup, first);
            byte[] before = Files.readAllBytes(backup);
            try (Checkpoint checkpoint = log.checkpoint()) {
                checkpoint.commit(() -> false);
            }
            while (log.writer.currentSegment() < 8) {
                log.awaitDurable(Records.append(appender, "y".repeat(1000)));
            }
            assertFalse(Files.exists(first));
            assertTrue(Arrays.equals(before, Files.readAllBytes(backup)));
        }
    }

    @Test
    void directory_ofARunningLog_isRefused() throws IOException {
        try (Log log = open(Fsync.NO, new Records())) {
            LogRefusedException refusal = assertThrows(LogRefusedException.class, () -> open(Fsync.NO, new Records()));
            assertTrue(refusal.getMessage().contains("in use"), refusal::getMessage);
            assertThrows(LogRefusedException.class, () -> Log.check(DiskStorage.existing(folder.resolve("data")), new Records()));
            assertNull(log.failure());
        }
        open(Fsync.NO, new Records()).close();
    }

    @Test
    void directory_foreignOrNewer_isRefusedAndLeftAlone() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectory(data.resolve("lost+found"));
        open(Fsync.NO, new Records()).close();
        String format = Files.readString(data.resolve(FileNames.FORMAT));
        Files.writeString(data.resolve(FileNames.FORMAT), format.replace("kv-log 1", "kv-log 2"));
        assertTrue(assertThrows(LogRefusedException.class, () -> open(Fsync.NO, new Records())).getMessage()
                .contains("format 2"));
        Files.writeString(data.resolve(FileNames.FORMAT), format);
        try (Log log = open(Fsync.NO, new Records()); Appender appender = log.appender()) {
            Records.append(appender, "one");
        }
        Files.delete(data.resolve(FileNames.FORMAT));
        assertThrows(LogRefusedException.class, () -> open(Fsync.NO, new Records()));
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("letter.txt"), "dear");
        assertThrows(LogRefusedException.class,
                () -> Log.open(DiskStorage.open(foreign), config(Fsync.NO), new Records(), false));
        assertEquals("dear", Files.readString(foreign.resolve("letter.txt")));
    }

    @Test
    void files_ofANewLog_areTheOwnersOnly() throws IOException {
        open(Fsync.NO, new Records()).close();
        Path data = folder.resolve("data");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
        try (var files = Files.list(data)) {
            for (Path file : files.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file::toString);
            }
        }
    }

    @Test
    void closedLog_lastFrameDamaged_isNoTornTail() throws IOException {
        try (Log log = open(Fsync.NO, new Records()); Appender appender = log.appender()) {
            Records.append(appender, "only");
        }
        Path segment = folder.resolve("data").resolve(FileNames.segment(1));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Frame.HEADER_BYTES + 9] ^= 1;
        Files.write(segment, bytes);
        assertThrows(LogDamagedException.class, () -> open(Fsync.NO, new Records()));
    }

    @Test
    void check_ofAWholeLog_changesNothing() throws IOException {
        try (Log log = open(Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            Records.append(appender, "one");
        }
        Path data = folder.resolve("data");
        List<String> before = listing(data);
        RecoverySummary summary = Log.check(DiskStorage.existing(data), new Records());
        assertEquals(1, summary.records());
        assertEquals(3, summary.recordBytes());
        assertNotEquals(0, summary.nowMillis());
        assertEquals(before, listing(data));
    }

    private static List<String> listing(Path data) throws IOException {
        try (var files = Files.list(data)) {
            return files.map(file -> {
                try {
                    return file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            }).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void waiters_ofManyPositions_areToldOnceEachInTime() throws Exception {
        int count = 2000;
        CountDownLatch told = new CountDownLatch(count);
        try (Log log = open(Fsync.ALWAYS, new Records()); Appender appender = log.appender()) {
            IntStream.range(0, count).forEach(i -> {
                long end = Records.append(appender, "record " + i);
                boolean waits = log.whenDurable(new DurabilityWaiter() {
                    @Override
                    protected void durable() {
                        assertTrue(log.durablePosition() >= end);
                        told.countDown();
                    }
                }, end);
                if (!waits) {
                    told.countDown();
                }
            });
            told.await();
            assertNull(log.failure());
        }
    }
}
