package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Long records on their way to a disk that is slow to force: they keep to their room, and nobody waits for ever for it. Seen to
 * fail: the first with room that is not taken; the second with {@code giveLong} that gives nothing, and with appenders that keep
 * the room of their longest record; the third where those who wait are let in in no order; the last two where growing records
 * take room as others do.
 */
@Timeout(600)
class LongRecordsTest {
    private static final int MIB = 1 << 20;
    private static final int WRITERS = 6;
    private static final int RECORDS = 8;
    private static final long ROOM_BYTES = 2 * MIB;

    @TempDir
    Path folder;

    private final AtomicLong chunks = new AtomicLong();
    private final AtomicLong chunksMax = new AtomicLong();
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile long forceMillis;
    private volatile boolean shut;
    private Log log;

    @BeforeEach
    void begin() throws IOException {
        LogMemory counting = new LogMemory() {
            @Override
            public ByteBuffer allocate(int bytes) {
                if (bytes == LargeMemory.CHUNK_BYTES) {
                    chunksMax.accumulateAndGet(chunks.incrementAndGet(), Math::max);
                }
                return COLLECTED.allocate(bytes);
            }

            @Override
            public void free(ByteBuffer buffer) {
                if (buffer.capacity() == LargeMemory.CHUNK_BYTES) {
                    chunks.decrementAndGet();
                }
            }
        };
        LogConfig config = LogConfig.defaults().withMemory(counting).withLargeMemoryBytes(2 * ROOM_BYTES);
        log = Log.open(slow(Storage.class, DiskStorage.open(folder.resolve("data"))), config, new Records(), false);
    }

    @AfterEach
    void end() throws IOException {
        open.countDown();
        log.close();
        assertEquals(0, chunks.get(), "chunks are kept by nobody");
    }

    private <T> T slow(Class<T> type, T wrapped) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("force") && Thread.currentThread().getName().equals("kv-commit")) {
                Thread.sleep(forceMillis);
                if (shut) {
                    open.await();
                }
            }
            try {
                Object result = method.invoke(wrapped, args);
                return result instanceof StorageFile file ? slow(StorageFile.class, file) : result;
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }));
    }

    private static void write(Appender appender, int bytes) {
        assertSame(Admission.TAKEN, appender.takeGroup(bytes, true));
        appender.beginGroup();
        appender.put(ByteBuffer.allocate(bytes), 0, bytes);
        appender.end();
    }

    /** An interrupt does not end waiting for room. */
    private static CompletableFuture<Void> inAThread(Runnable body) {
        return CompletableFuture.runAsync(body, command -> new Thread(command).start());
    }

    @Test
    void manyWriters_keepToTheRoom() throws Exception {
        forceMillis = 20;
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int bytes = MIB / 2 + i * MIB / 4;
            writers.add(inAThread(() -> {
                try (Appender appender = log.appender()) {
                    for (int record = 0; record < RECORDS; record++) {
                        write(appender, bytes);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> writer : writers) {
            writer.get(300, TimeUnit.SECONDS);
        }
        long most = ROOM_BYTES / LargeMemory.CHUNK_BYTES + WRITERS;
        assertTrue(chunksMax.get() <= most, chunksMax + " chunks, of " + most);
        assertEquals(ROOM_BYTES, roomOfIdleLog());
    }

    private long roomOfIdleLog() throws IOException {
        log.awaitDurable(log.position());
        return log.largeMemory.room().free();
    }

    @Test
    void idleWriters_leaveAllRoomToOneThatNeedsMoreThanThereIs() throws Exception {
        List<Appender> idle = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Appender appender = log.appender();
            idle.add(appender);
            write(appender, i % 2 == 0 ? MIB : 100);
            assertSame(Admission.TAKEN, appender.takeGroup(MIB, true));
            // Its section met another's, or changed nothing.
            appender.giveLong();
        }
        inAThread(() -> {
            try (Appender appender = log.appender()) {
                write(appender, (int) (5 * ROOM_BYTES));
                write(appender, (int) (3 * ROOM_BYTES));
            }
        }).get(300, TimeUnit.SECONDS);
        assertEquals(ROOM_BYTES, roomOfIdleLog());
        idle.forEach(Appender::close);
    }

    @Test
    void moreThanThereIs_waitsForAllOthers_andOthersForIt() throws Exception {
        shut = true;
        try (Appender first = log.appender(); Appender second = log.appender()) {
            awaitForce(first);
            write(first, MIB);
            Thread large = new Thread(() -> {
                try (Appender appender = log.appender()) {
                    write(appender, (int) (4 * ROOM_BYTES));
                }
            });
            CompletableFuture<Void> small = new CompletableFuture<>();
            large.start();
            awaitWaiting(large);
            Thread behind = new Thread(() -> {
                write(second, MIB);
                small.complete(null);
            });
            behind.start();
            awaitWaiting(behind);
            assertFalse(small.isDone(), "it was let in before one that has waited longer");
            open.countDown();
            large.join();
            small.get(300, TimeUnit.SECONDS);
        }
    }

    @Test
    void growingRecords_waitUntilOthersHaveNoMoreThanTheRoom_shortOnesDoNot() throws Exception {
        shut = true;
        try (Appender first = log.appender(); Appender second = log.appender()) {
            awaitForce(first);
            assertSame(Admission.TAKEN, first.takeGrowing(100, false));
            first.beginGroup();
            first.put(ByteBuffer.allocate((int) (2 * ROOM_BYTES)), 0, (int) (2 * ROOM_BYTES));
            first.end();
            assertSame(Admission.LATER, first.takeGrowing(100, false));
            assertSame(Admission.LATER, second.takeGrowing(100, false));
            assertSame(Admission.TAKEN, second.takeGroup(100, false));
            CompletableFuture<Void> waits = inAThread(() -> assertSame(Admission.TAKEN, first.takeGrowing(100, true)));
            open.countDown();
            waits.get(300, TimeUnit.SECONDS);
        }
        assertEquals(ROOM_BYTES, roomOfIdleLog());
    }

    @Test
    void growingRecordThatFitsTheRing_takesNoChunkAway() throws Exception {
        shut = true;
        int bytes = MIB / 5;
        try (Appender appender = log.appender()) {
            awaitForce(appender);
            for (int record = 0; record < RECORDS; record++) {
                assertSame(Admission.TAKEN, appender.takeGrowing(100, true));
                appender.beginGroup();
                appender.put(ByteBuffer.allocate(bytes), 0, bytes);
                appender.end();
            }
            assertEquals(ROOM_BYTES, log.largeMemory.room().free());
            open.countDown();
        }
    }

    /** Returns when the log's thread forces a record, whose memory is free, and takes no others out of the ring. */
    private void awaitForce(Appender appender) {
        write(appender, MIB);
        while (log.largeMemory.room().free() < ROOM_BYTES) {
            Thread.onSpinWait();
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it did not wait");
            Thread.onSpinWait();
        }
    }
}
