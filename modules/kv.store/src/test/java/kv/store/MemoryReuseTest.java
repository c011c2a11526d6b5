package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryReuseTest {
    private static final int KEYS = 40_000;

    private final KeyValueStore store = TestStores.store(128 << 20, 4, new HandClock());
    private final KeySession session = new KeySession(store);
    private final ByteBuffer source = ByteBuffer.allocate(1 << 20).order(ByteOrder.nativeOrder());
    private final Random random = new Random();

    MemoryReuseTest() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        random.setSeed(seed);
    }

    @AfterEach
    void assertInvariantsAndClose() {
        assertInvariants(store);
        store.close();
    }

    @Test
    void put_twentyRoundsOfOverwriting_staysNearLiveBytes() {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < KEYS; i++) {
                put(random.nextInt(KEYS), 1 + random.nextInt(1000));
            }
        }
        StoreStats stats = store.stats();
        long liveBytes = stats.keys() * 16 + stats.valueBytes();
        assertTrue(stats.memoryUsedBytes() <= liveBytes * 13 / 10, stats.memoryUsedBytes() + " for " + liveBytes);
    }

    @Test
    void put_newKeys_takeFewBytesBesideTheirOwn() {
        for (int i = 0; i < 200_000; i++) {
            put(i, 32);
        }
        long bytesPerKey = store.stats().memoryUsedBytes() / 200_000;
        assertTrue(bytesPerKey <= 70, bytesPerKey + " bytes a key");
    }

    /** Where one entry filled more than half of a page, it had the page for itself: 1.6 to 2.3 times its size. */
    @Test
    void put_valuesOfHalfAPageAndMore_takeLittleMoreThanTheirSize() {
        for (int length : new int[] {3700, 4000, 4200, 5500, 8200, 11_000, 16_400, 17_000, 20_000, 24_000, 32_000, 33_000,
                50_000}) {
            store.clear();
            int count = (48 << 20) / length;
            for (int i = 0; i < count; i++) {
                put(i, length);
            }
            for (int i = 0; i < 2 * count; i++) {
                put(random.nextInt(count), length);
            }
            long used = store.stats().memoryUsedBytes();
            assertTrue(used < 1.2 * length * count, used / (double) length / count + " times for values of " + length);
        }
    }

    @Test
    void delete_mostKeys_givesMostPagesBack() {
        for (int i = 0; i < KEYS; i++) {
            put(i, 500);
        }
        long full = store.stats().memoryUsedBytes();
        for (int i = 0; i < KEYS; i++) {
            if (i % 10 != 0) {
                store.delete(key(i));
            }
        }
        StoreStats stats = store.stats();
        assertTrue(stats.memoryUsedBytes() < full / 4, stats.memoryUsedBytes() + " of " + full);
        for (int i = 0; i < KEYS; i += 10) {
            assertTrue(store.delete(key(i)));
        }
        assertEquals(0, store.stats().memoryUsedBytes());
    }

    @Test
    void put_shrinkingValues_givesPagesBack() {
        for (int i = 0; i < KEYS; i++) {
            put(i, 1000);
        }
        long full = store.stats().memoryUsedBytes();
        for (int i = 0; i < KEYS; i++) {
            put(i, 10);
        }
        assertTrue(store.stats().memoryUsedBytes() < full / 8);
    }

    @Test
    void put_largeValuesOverAndOver_useNoMore() {
        for (int i = 0; i < 2000; i++) {
            put(random.nextInt(20), random.nextInt(1 << 20));
        }
        StoreStats stats = store.stats();
        assertTrue(stats.memoryUsedBytes() <= stats.valueBytes() * 12 / 10 + 10 * PagePool.PAGE_BYTES, stats.toString());
    }

    private void put(int number, int valueBytes) {
        byte[] key = key(number);
        assertTrue(session.put(TestStores.heap(key), 0, key.length, source, 0, valueBytes,
                KeySession.NO_EXPIRY) != PutResult.OUT_OF_MEMORY);
    }

    private static byte[] key(int number) {
        return bytes("key-%012d".formatted(number));
    }
}
