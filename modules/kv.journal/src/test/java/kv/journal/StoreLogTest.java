package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.LogConfig;
import kv.log.LogRefusedException;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreClock;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import kv.store.ValueSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store, closed and opened again. */
@Timeout(600)
class StoreLogTest {
    private static final int MIB = 1 << 20;
    private static final long NANOS = 1_000_000;
    private static final StoreLogListener QUIET = new StoreLogListener() { };

    @TempDir
    Path folder;

    /** Milliseconds since 1970; moved by hand. */
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

    private KeyValueStore store;
    private StoreLog log;

    private void open() throws IOException {
        open(StoreConfig.defaults().withMemoryLimitBytes(256L * MIB), false);
    }

    private void open(StoreConfig config, boolean acceptClock) throws IOException {
        StoreClock clock = new StoreClock(() -> now.get() * NANOS, () -> now.get() * NANOS, step -> { });
        store = new KeyValueStore(config.withClock(clock));
        LogConfig defaults = LogConfig.defaults();
        LogConfig small = new LogConfig(Fsync.NO, MIB, MIB, MIB / 4, MIB / 16, 64L * MIB, now::get, QUIET, defaults.memory());
        log = StoreLog.open(DiskStorage.open(folder.resolve("data")),
                new StoreLogConfig(small, 1L << 40, false, acceptClock, QUIET), store);
    }

    private void close() throws IOException {
        log.close();
        store.close();
    }

    private void reopen() throws IOException {
        close();
        open();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private String get(String key) {
        byte[] value = store.get(bytes(key));
        return value == null ? null : new String(value, ISO_8859_1);
    }

    private StoreSession section(String... names) {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        for (String name : names) {
            keys.add(buffer(bytes(name)), 0, name.length());
        }
        assertEquals(Opening.OPEN, session.open(keys, 0, names.length, Access.EXCLUSIVE, store.nowMillis()));
        return session;
    }

    @Test
    void changes_ofEachKind_areThereAgain() throws IOException {
        open();
        store.put(bytes("plain"), bytes("value"));
        store.put(bytes("deleted"), bytes("value"));
        store.delete(bytes("deleted"));
        store.put(bytes("expiring"), bytes("value"), Duration.ofMillis(1000));
        store.put(bytes("persisted"), bytes("value"), Duration.ofMillis(1000));
        store.persist(bytes("persisted"));
        StoreSession session = section("appended", "ranged", "empty");
        session.append(0, buffer(bytes("one")), 0, 3);
        session.append(0, buffer(bytes("two")), 0, 3);
        session.setRange(1, 5, buffer(bytes("x")), 0, 1);
        session.put(2, buffer(bytes("")), 0, 0, Deadline.NONE);
        session.close();
        reopen();
        assertEquals("value", get("plain"));
        assertNull(get("deleted"));
        assertEquals("value", get("expiring"));
        assertEquals(Duration.ofMillis(1000), store.timeToLive(bytes("expiring")).orElseThrow());
        assertTrue(store.timeToLive(bytes("persisted")).isEmpty());
        assertEquals("onetwo", get("appended"));
        assertEquals("\0\0\0\0\0x", get("ranged"));
        assertEquals("", get("empty"));
        store.clear();
        store.put(bytes("after"), bytes("value"));
        reopen();
        assertEquals(1, store.size());
        assertEquals("value", get("after"));
        close();
    }

    @Test
    void expiredKey_changedOrPersistedInTime_isAsItWasLeft() throws IOException {
        open();
        store.put(bytes("a"), bytes("old"), Duration.ofMillis(10));
        store.put(bytes("b"), bytes("kept"), Duration.ofMillis(10));
        store.put(bytes("c"), bytes("gone"), Duration.ofMillis(10));
        now.addAndGet(5);
        StoreSession session = section("b");
        session.append(0, buffer(bytes("!")), 0, 1);
        session.close();
        store.persist(bytes("b"));
        now.addAndGet(5);
        session = section("a");
        session.append(0, buffer(bytes("new")), 0, 3);
        session.close();
        reopen();
        assertEquals("new", get("a"));
        assertTrue(store.timeToLive(bytes("a")).isEmpty());
        assertEquals("kept!", get("b"));
        assertNull(get("c"));
        close();
    }

    /** The checkpoint comes by when the key has expired; what was patched before is replayed after it. */
    @Test
    void expiredKey_patchedAfterTheCheckpointsStart_doesNotComeBack() throws IOException {
        open();
        store.put(bytes("k"), bytes("value"), Duration.ofMillis(10));
        try (kv.log.Checkpoint checkpoint = log.log().checkpoint()) {
            StoreSession session = section("k");
            session.append(0, buffer(bytes("!")), 0, 1);
            session.close();
            now.addAndGet(10);
            new StoreWalk(store).run(checkpoint, () -> false);
            checkpoint.commit(() -> false);
        }
        reopen();
        assertEquals(0, log.recovery().checkpointRecords());
        assertNull(get("k"));
        assertEquals(0, store.size());
        close();
    }

    @Test
    void longValue_overManyPieces_isWholeFromLogAndCheckpoint() throws IOException {
        byte[] value = new byte[5 * MIB + 3];
        new Random(1).nextBytes(value);
        open();
        store.put(bytes("long"), value);
        reopen();
        assertArrayEquals(value, store.get(bytes("long")));
        assertTrue(log.checkpointStatus().changedBytes() > value.length, "what was replayed counts for the next checkpoint");
        log.checkpoint().join();
        assertEquals(0, log.checkpointStatus().changedBytes());
        reopen();
        assertEquals(21, log.recovery().checkpointRecords());
        assertEquals(0, log.recovery().records());
        assertArrayEquals(value, store.get(bytes("long")));
        close();
    }

    @Test
    void randomChanges_reopenedAndCheckpointed_equalTheModel() throws IOException {
        long seed = Long.getLong("kv.seed", 1);
        Random random = new Random(seed);
        Map<String, String> model = new HashMap<>();
        open();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 400; i++) {
                change(random, model);
            }
            if (random.nextBoolean()) {
                log.checkpoint().join();
            }
            if (random.nextBoolean()) {
                reopen();
            }
            assertEquals(model, contents(), "seed " + seed);
        }
        close();
    }

    private void change(Random random, Map<String, String> model) {
        String key = "key" + random.nextInt(200);
        String text = "v".repeat(random.nextInt(50) == 0 ? random.nextInt(100_000) : 20) + random.nextInt();
        switch (random.nextInt(11)) {
            case 0, 1, 2, 3 -> {
                store.put(bytes(key), bytes(text));
                model.put(key, text);
            }
            case 4 -> {
                store.delete(bytes(key));
                model.remove(key);
            }
            case 5, 6 -> {
                StoreSession session = section(key);
                session.append(0, buffer(bytes(text)), 0, text.length());
                session.close();
                model.merge(key, text, String::concat);
            }
            case 7 -> {
                String other = "key" + random.nextInt(200);
                StoreSession session = section(key, other);
                session.delete(0);
                session.put(1, buffer(bytes(text)), 0, text.length(), Deadline.NONE);
                session.close();
                model.remove(key);
                model.put(other, text);
            }
            case 9 -> {
                String other = "other" + random.nextInt(200);
                StoreSession session = section(key, other);
                assertTrue(session.putAll(0, 2, new SameValue(buffer(bytes(text))), Deadline.NONE));
                session.close();
                model.put(key, text);
                model.put(other, text);
            }
            case 8 -> {
                store.expire(bytes(key), Duration.ofMillis(5));
                if (random.nextBoolean()) {
                    store.persist(bytes(key));
                } else {
                    now.addAndGet(5);
                    model.remove(key);
                }
            }
            default -> {
                if (random.nextInt(40) == 0) {
                    store.clear();
                    model.clear();
                }
            }
        }
    }

    private record SameValue(ByteBuffer bytes) implements ValueSource {
        @Override
        public ByteBuffer value(int key) {
            return bytes;
        }

        @Override
        public int start(int key) {
            return 0;
        }

        @Override
        public int length(int key) {
            return bytes.capacity();
        }
    }

    private Map<String, String> contents() {
        Map<String, String> found = new HashMap<>();
        for (byte[] key : store.keys(new byte[0])) {
            String name = new String(key, ISO_8859_1);
            found.put(name, get(name));
        }
        return found;
    }

    @Test
    void checkpoint_whileOthersChange_losesNothing() throws Exception {
        open();
        int threads = 3;
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(threads);
        Map<String, String> model = new ConcurrentHashMap<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            new Thread(() -> {
                Random random = new Random(thread);
                for (int i = 0; !stop.get(); i++) {
                    String key = "t" + thread + "-" + random.nextInt(3000);
                    if (random.nextInt(4) == 0) {
                        store.delete(bytes(key));
                        model.remove(key);
                    } else {
                        store.put(bytes(key), bytes("value" + i));
                        model.put(key, "value" + i);
                    }
                }
                done.countDown();
            }).start();
        }
        for (int i = 0; i < 20; i++) {
            log.checkpoint().join();
        }
        stop.set(true);
        done.await();
        reopen();
        assertNotNull(log.recovery().checkpoint());
        assertEquals(model, contents());
        close();
    }

    /** CLEAR is one moment: what others put is before it, and gone, or after it, and there. */
    @Test
    void clear_whileOthersPut_isOneMomentInTheLogToo() throws Exception {
        open();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(2);
        for (int t = 0; t < 2; t++) {
            int thread = t;
            new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    store.put(bytes("t" + thread + "-" + i % 500), bytes("value" + i));
                }
                done.countDown();
            }).start();
        }
        for (int i = 0; i < 200; i++) {
            store.clear();
        }
        stop.set(true);
        done.await();
        Map<String, String> left = contents();
        reopen();
        assertEquals(left, contents());
        close();
    }

    @Test
    void clock_farBehindTheLog_isRefusedUnlessAccepted() throws IOException {
        open();
        store.put(bytes("key"), bytes("value"));
        close();
        now.addAndGet(-120_000);
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(64L * MIB);
        LogRefusedException refusal = assertThrows(LogRefusedException.class, () -> open(config, false));
        assertTrue(refusal.getMessage().contains("clock"), refusal::getMessage);
        store.close();
        open(config, true);
        assertEquals("value", get("key"));
        close();
    }

    @Test
    void store_tooSmallForItsLog_isRefused() throws IOException {
        open();
        for (int i = 0; i < 2000; i++) {
            store.put(bytes("key" + i), new byte[10_000]);
        }
        close();
        LogRefusedException refusal = assertThrows(LogRefusedException.class,
                () -> open(StoreConfig.defaults().withMemoryLimitBytes(16L * MIB), false));
        assertTrue(refusal.getMessage().contains("does not fit"), refusal::getMessage);
        store.close();
        open();
        assertEquals(2000, store.size());
        assertFalse(Arrays.equals(new byte[1], store.get(bytes("key1"))));
        close();
    }
}
