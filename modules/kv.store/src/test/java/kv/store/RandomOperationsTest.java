package kv.store;

import static kv.store.Invariants.assertInvariants;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random operations, each also made on a {@code java.util.HashMap}, under a clock moved by hand. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RandomOperationsTest {
    private static final class Pair {
        private final byte[] value;
        private final long deadlineMillis;

        private Pair(byte[] value, long deadlineMillis) {
            this.value = value;
            this.deadlineMillis = deadlineMillis;
        }
    }

    private final Random random = new Random();
    private final HandClock clock = new HandClock();
    private final Map<String, Pair> model = new HashMap<>();
    private long nowMillis;
    private int refused;
    private int valueBytesMax;
    private KeyValueStore store;
    private KeySession session;

    @ParameterizedTest
    @CsvSource({
        //  limit MiB, shards, keys, longest value, operations, memory is short
        "  64, 4,   2000,    300, 150000, false",
        "  64, 1,  60000,     40, 300000, false",
        " 160, 2,    300, 150000,  20000, false",
        "   1, 2,  40000,    200, 200000, true",
        "   2, 2,    500,  70000,  40000, true"})
    void store_randomOperations_behavesLikeHashMap(int limitMebibytes, int shards, int keyCount, int valueBytesMax,
    int operations, boolean shortMemory) {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        random.setSeed(seed);
        this.valueBytesMax = valueBytesMax;
        store = TestStores.store((long) limitMebibytes << 20, shards, clock);
        session = new KeySession(store);
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < keyCount; i++) {
            keys.add(key(i));
        }
        // Phases in which the store mostly grows, churns, and mostly shrinks.
        int[] deletesPerCent = {5, 30, 70};
        for (int i = 0; i < operations; i++) {
            step(keys.get(random.nextInt(keyCount)), deletesPerCent[(int) (3L * i / operations)]);
            if (i % (operations / 20) == 0) {
                assertInvariants(store);
                assertContents();
            }
        }
        assertInvariants(store);
        assertContents();
        assertEquals(shortMemory, refused > 0, refused + " puts were refused");
        for (byte[] key : keys) {
            assertEquals(live(key) != null, store.delete(key));
        }
        assertInvariants(store);
        assertEquals(0, store.stats().memoryUsedBytes());
        store.close();
    }

    private byte[] key(int number) {
        int length = random.nextInt(50) == 0 && valueBytesMax > 1000 ? random.nextInt(65_000) : random.nextInt(40);
        byte[] key = new byte[Integer.BYTES + length];
        random.nextBytes(key);
        return ByteBuffer.wrap(key).putInt(number).array();
    }

    private void step(byte[] key, int deletesPerCent) {
        int kind = random.nextInt(100);
        if (kind < deletesPerCent) {
            assertEquals(live(key) != null, store.delete(key));
            model.remove(name(key));
        } else if (kind < 90) {
            put(key);
        } else if (kind < 95) {
            expire(key);
        } else if (kind < 99) {
            assertValue(key);
        } else {
            long millis = random.nextInt(30);
            nowMillis += millis;
            clock.advanceMillis(millis);
            if (random.nextBoolean()) {
                store.sweep();
            }
        }
    }

    private void put(byte[] key) {
        byte[] value = TestStores.randomBytes(random, random.nextInt(random.nextInt(10) == 0 ? valueBytesMax + 1
                : valueBytesMax / 10 + 1));
        Pair old = live(key);
        long ttl = switch (random.nextInt(4)) {
            case 0 -> Deadline.KEEP;
            case 1 -> 1 + random.nextInt(2000);
            default -> KeySession.NO_EXPIRY;
        };
        ByteBuffer source = random.nextBoolean() ? TestStores.direct(key) : TestStores.heap(key);
        PutResult result = session.put(source, 0, key.length, TestStores.heap(value), 0, value.length, ttl);
        if (result == PutResult.OUT_OF_MEMORY) {
            refused++;
            assertValue(key);
            return;
        }
        assertEquals(old == null ? PutResult.CREATED : PutResult.REPLACED, result);
        long kept = old == null ? Long.MAX_VALUE : old.deadlineMillis;
        model.put(name(key), new Pair(value, ttl == Deadline.KEEP ? kept : ttl > 0 ? nowMillis + ttl : Long.MAX_VALUE));
    }

    private void expire(byte[] key) {
        Pair old = live(key);
        long ttl = random.nextInt(3) == 0 ? KeySession.NO_EXPIRY : 1 + random.nextInt(2000);
        ExpireResult result = session.expire(TestStores.heap(key), 0, key.length, ttl);
        assertEquals(old == null, result == ExpireResult.ABSENT);
        if (result == ExpireResult.CHANGED) {
            model.put(name(key), new Pair(old.value, ttl > 0 ? nowMillis + ttl : Long.MAX_VALUE));
        }
    }

    private Pair live(byte[] key) {
        Pair pair = model.get(name(key));
        return pair == null || nowMillis >= pair.deadlineMillis ? null : pair;
    }

    private void assertValue(byte[] key) {
        Pair pair = live(key);
        if (pair == null) {
            assertNull(store.get(key));
            return;
        }
        assertArrayEquals(pair.value, store.get(key));
        long ttl = pair.deadlineMillis == Long.MAX_VALUE ? KeySession.NO_EXPIRY : pair.deadlineMillis - nowMillis;
        assertEquals(ttl, session.ttlMillis(TestStores.heap(key), 0, key.length));
    }

    private void assertContents() {
        long valueBytes = 0;
        int keys = 0;
        for (Iterator<Pair> pairs = model.values().iterator(); pairs.hasNext(); ) {
            Pair pair = pairs.next();
            if (nowMillis >= pair.deadlineMillis) {
                pairs.remove();
            } else {
                keys++;
                valueBytes += pair.value.length;
            }
        }
        List<byte[]> found = store.keys(new byte[0]);
        assertEquals(keys, found.size());
        for (byte[] key : found) {
            assertTrue(model.containsKey(name(key)));
            assertValue(key);
        }
        StoreStats stats = store.stats();
        assertEquals(keys, stats.keys());
        assertEquals(valueBytes, stats.valueBytes());
    }

    private static String name(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }
}
