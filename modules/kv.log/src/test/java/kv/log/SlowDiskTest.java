package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log with its threads on a disk that takes its time to say that it is full, or fails, when the next segment is wanted: who
 * waits for it meanwhile is told. Each was seen to wait for ever without that.
 */
@Timeout(600)
class SlowDiskTest {
    private static final int BLOCK = Frame.BLOCK_BYTES;
    private static final LogConfig SMALL = new LogConfig(Fsync.ALWAYS, 4 * BLOCK, 1 << 13, BLOCK, 1000, LargeMemory.CHUNK_BYTES,
            () -> 1, new LogListener() { }, LogMemory.COLLECTED);

    @TempDir
    Path folder;

    /** What comes of the next segment, once that is known. */
    private final CompletableFuture<Void> nextSegment = new CompletableFuture<>();
    private Log log;

    @BeforeEach
    void fillTheOnlySegment() throws IOException {
        Storage disk = DiskStorage.open(folder.resolve("data"));
        Log.open(disk, SMALL, new Records(), false).close();
        // It may have been closed before a second segment was ready.
        Files.deleteIfExists(folder.resolve("data").resolve(FileNames.segment(2)));
        log = Log.open(slow(DiskStorage.open(folder.resolve("data"))), SMALL, new Records(), false);
        Appender appender = log.appender();
        for (int i = 0; i < 3; i++) {
            log.awaitDurable(Records.append(appender, "x".repeat(900)));
        }
        appender.close();
    }

    private Storage slow(Storage disk) {
        return (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(), new Class<?>[] {Storage.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("create") && args[0].equals("segment" + FileNames.UNFINISHED_SUFFIX)) {
                        try {
                            nextSegment.get();
                        } catch (ExecutionException failure) {
                            throw failure.getCause();
                        }
                    }
                    try {
                        return method.invoke(disk, args);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private void fill() {
        nextSegment.completeExceptionally(new NoRoomException("No space left on device", null));
    }

    private static IOException failure(CompletableFuture<?> future) {
        return (IOException) assertThrows(ExecutionException.class, () -> future.get(300, TimeUnit.SECONDS)).getCause();
    }

    private static <T> CompletableFuture<T> inAThread(Body<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(() -> {
            try {
                result.complete(body.run());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }).start();
        return result;
    }

    private interface Body<T> {
        T run() throws Exception;
    }

    @Test
    void writer_waitingForRoomWhenTheDiskBecomesFull_isRefused() throws Exception {
        CompletableFuture<Admission> refusal = inAThread(() -> {
            Appender appender = log.appender();
            while (true) {
                Admission admission = appender.take(900);
                if (admission != Admission.TAKEN) {
                    return admission;
                }
                appender.begin(900);
                appender.put(Records.bytes("x".repeat(900)), 0, 900);
                appender.end();
            }
        });
        while (log.room.free() >= 900) {
            Thread.onSpinWait();
        }
        assertFalse(refusal.isDone());
        fill();
        assertSame(Admission.DISK_FULL, refusal.get(300, TimeUnit.SECONDS));
        assertTrue(assertThrows(IOException.class, log::close).getMessage().contains("failed"));
    }

    /** Its own file may be what fills the disk. */
    @Test
    void checkpointAndBackup_waitingForTheLogWhenTheDiskBecomesFull_giveUp() throws Exception {
        Checkpoint checkpoint = log.checkpoint();
        Appender appender = log.appender();
        for (int i = 0; i < 3; i++) {
            Records.append(appender, "x".repeat(900));
        }
        CompletableFuture<Void> commit = inAThread(() -> {
            try (checkpoint) {
                checkpoint.commit(() -> false);
            }
            return null;
        });
        fill();
        assertEquals("the disk is full", failure(commit).getMessage());
        CompletableFuture<Void> backup = inAThread(() -> {
            log.backup(DiskStorage.open(folder.resolve("backup")), () -> false);
            return null;
        });
        assertEquals("the disk is full", failure(backup).getMessage());
        List<String> left = DiskStorage.existing(folder.resolve("data")).list();
        assertFalse(left.stream().anyMatch(FileNames::isUnfinished), left::toString);
        assertThrows(IOException.class, log::close);
    }

    @Test
    void close_afterTheThreadThatMakesSegmentsHasFailed_returns() throws Exception {
        Records.append(log.appender(), "x".repeat(900));
        long end = Records.append(log.appender(), "x".repeat(900));
        nextSegment.completeExceptionally(new IOException("Read-only file system"));
        assertEquals("Read-only file system",
                assertThrows(IOException.class, () -> log.awaitDurable(end)).getCause().getMessage());
        CompletableFuture<Void> closing = inAThread(() -> {
            log.close();
            return null;
        });
        assertEquals("the log had failed", failure(closing).getMessage());
    }
}
