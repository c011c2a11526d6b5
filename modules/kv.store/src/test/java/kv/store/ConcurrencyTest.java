package kv.store;

import static kv.store.Invariants.assertInvariants;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four writers and four readers, and the sweeper. Values say what they must look like, so that a torn read is seen. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrencyTest {
    private static final int WRITERS = 4;
    private static final int READERS = 4;
    private static final int KEYS = 3000;
    private static final int OPERATIONS = 60_000;

    /** For each writer and each of its keys: the length of the value that is there, or -1. */
    private final int[][] expected = new int[WRITERS][KEYS];
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final AtomicInteger finished = new AtomicInteger();

    @Test
    void store_writersAndReaders_isExactInTheEnd() throws Exception {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        StoreConfig config = new StoreConfig(64 << 20, 2, 100, 100_000, StoreClock.system(), Eviction.NONE, failure -> { });
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS);
        try (KeyValueStore store = new KeyValueStore(config)) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                results.add(threads.submit(() -> write(store, writer, new Random(seed + writer))));
            }
            for (int i = 0; i < READERS; i++) {
                Random random = new Random(seed - 1 - i);
                results.add(threads.submit((Callable<Long>) () -> read(store, random)));
            }
            for (Future<Long> result : results) {
                result.get();
            }
            store.sweep();
            assertInvariants(store);
            assertCounters(store);
        } finally {
            threads.shutdownNow();
        }
    }

    private long write(KeyValueStore store, int writer, Random random) {
        Arrays.fill(expected[writer], -1);
        KeySession session = new KeySession(store);
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                int number = random.nextInt(KEYS);
                byte[] key = key(writer, number);
                if (random.nextInt(4) == 0) {
                    boolean there = expected[writer][number] >= 0;
                    assertEquals(there, session.delete(TestStores.heap(key), 0, key.length));
                    expected[writer][number] = -1;
                } else {
                    byte[] value = value(key, random.nextInt(100) == 0 ? random.nextInt(80_000) : random.nextInt(200),
                            random.nextInt());
                    assertTrue(TestStores.put(session, key, value, random.nextInt(3) == 0 ? 3_600_000
                            : KeySession.NO_EXPIRY) != PutResult.OUT_OF_MEMORY);
                    expected[writer][number] = value.length;
                }
                if (i % 100 == 0) {
                    byte[] passing = TestStores.bytes("passing" + writer + i);
                    TestStores.put(session, passing, new byte[10], 1);
                }
            }
            return 0;
        } finally {
            if (finished.incrementAndGet() == WRITERS) {
                writing.set(false);
            }
        }
    }

    private long read(KeyValueStore store, Random random) {
        long found = 0;
        KeySession session = new KeySession(store);
        ByteBuffer target = ByteBuffer.allocate(100_000);
        long cursor = 0;
        while (writing.get()) {
            byte[] key = key(random.nextInt(WRITERS), random.nextInt(KEYS));
            int length = session.read(TestStores.heap(key), 0, key.length, target.clear());
            if (length >= 0) {
                found++;
                assertValue(key, target.flip());
            }
            if (random.nextInt(1000) == 0) {
                cursor = session.scan(cursor, 100, (bytes, start, count) -> assertTrue(count > 0));
            }
        }
        return found;
    }

    private void assertCounters(KeyValueStore store) {
        long keys = 0;
        long valueBytes = 0;
        for (int writer = 0; writer < WRITERS; writer++) {
            for (int number = 0; number < KEYS; number++) {
                byte[] value = store.get(key(writer, number));
                assertEquals(expected[writer][number], value == null ? -1 : value.length);
                keys += value == null ? 0 : 1;
                valueBytes += value == null ? 0 : value.length;
            }
        }
        for (byte[] key : store.keys(TestStores.bytes("passing"))) {
            // The last of them may not have expired yet.
            store.delete(key);
        }
        StoreStats stats = store.stats();
        assertEquals(keys, stats.keys());
        assertEquals(valueBytes, stats.valueBytes());
    }

    private static byte[] key(int writer, int number) {
        return TestStores.bytes("writer" + writer + "-" + number);
    }

    /** Starts with a salt; every further byte follows from the salt, the key, the length and its place. */
    private static byte[] value(byte[] key, int length, int salt) {
        ByteBuffer value = ByteBuffer.allocate(Integer.BYTES + length).putInt(salt);
        for (int i = 0; i < length; i++) {
            value.put(byteAt(key, length, salt, i));
        }
        return value.array();
    }

    private static byte byteAt(byte[] key, int length, int salt, int place) {
        return (byte) (salt >>> place % 24 ^ key[place % key.length] ^ length ^ place);
    }

    private static void assertValue(byte[] key, ByteBuffer value) {
        int length = value.remaining() - Integer.BYTES;
        int salt = value.getInt();
        for (int i = 0; i < length; i++) {
            if (value.get() != byteAt(key, length, salt, i)) {
                throw new AssertionError("torn value of " + new String(key) + " at " + i + " of " + length);
            }
        }
    }
}
