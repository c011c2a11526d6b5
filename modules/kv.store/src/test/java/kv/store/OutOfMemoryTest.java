package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    @Test
    void put_limitReached_keepsOldValuesAndGoesOn() {
        try (KeyValueStore store = TestStores.store(1 << 20, 1, new HandClock())) {
            int count = fill(store, 1000);
            StoreStats stats = store.stats();
            assertTrue(stats.keys() * 1000 > stats.memoryLimitBytes() * 8 / 10, stats.toString());
            assertEquals(1 << 20, stats.memoryLimitBytes());
            assertThrows(StoreFullException.class, () -> store.put(bytes("key0"), new byte[5000]));
            assertArrayEquals(new byte[1000], store.get(bytes("key0")));
            assertInvariants(store);
            // A value of the same length needs no room, and one that is taken away makes some.
            store.put(bytes("key0"), new byte[1000]);
            assertTrue(store.delete(bytes("key1")));
            store.put(bytes("other"), new byte[1000]);
            assertInvariants(store);
            assertEquals(count, store.size());
        }
    }

    @Test
    void put_largeValueAfterManyDeletes_findsRoomOfDeadEntries() {
        try (KeyValueStore store = TestStores.store(2 << 20, 1, new HandClock())) {
            int count = fill(store, 100);
            for (int i = 0; i < count; i++) {
                if (i % 3 != 0) {
                    store.delete(bytes("key" + i));
                }
            }
            store.put(bytes("large"), new byte[500_000]);
            assertInvariants(store);
            assertThrows(StoreFullException.class, () -> store.put(bytes("larger"), new byte[2_000_000]));
            assertInvariants(store);
        }
    }

    @Test
    void put_emptyStoreTooSmall_leavesNothingBehind() {
        try (KeyValueStore store = TestStores.store(1 << 20, 1, new HandClock())) {
            assertThrows(StoreFullException.class, () -> store.put(bytes("k"), new byte[2 << 20]));
            assertEquals(0, store.stats().memoryUsedBytes());
            assertInvariants(store);
        }
    }

    @Test
    void expire_limitReached_keepsTheKeyAsItWas() {
        try (KeyValueStore store = TestStores.store(1 << 20, 1, new HandClock())) {
            int count = fill(store, 100);
            int changed = 0;
            KeySession session = new KeySession(store);
            for (int i = 0; i < count; i++) {
                byte[] key = bytes("key" + i);
                ExpireResult result = session.expire(TestStores.heap(key), 0, key.length, 1000);
                changed += result == ExpireResult.CHANGED ? 1 : 0;
                assertEquals(result == ExpireResult.CHANGED ? 1000 : KeySession.NO_EXPIRY,
                        session.ttlMillis(TestStores.heap(key), 0, key.length));
                assertArrayEquals(new byte[100], store.get(key));
            }
            assertTrue(changed < count);
            assertInvariants(store);
            assertEquals(changed, store.stats().expiringKeys());
        }
    }

    @Test
    void put_oneIndexPageForAllMemory_fillsItAndThenRefuses() {
        // No page is left for a split: the index page fills up beyond its usual load, and then is full.
        try (KeyValueStore store = TestStores.store(288 << 10, 1, new HandClock())) {
            int count = fill(store, 0);
            assertTrue(count > IndexPage.SLOTS * 9 / 10, count + " keys");
            assertInvariants(store);
        }
    }

    @Test
    void put_jvmRefusesMemory_asksItOnlyOnceAndKeepsTheLimit() {
        AtomicInteger asked = new AtomicInteger();
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withShards(1)
                .withClock(new HandClock().clock());
        try (KeyValueStore store = new KeyValueStore(config, Hashing.seeded(1), bytes -> {
            if (asked.incrementAndGet() > 2) {
                throw new OutOfMemoryError("no more, says the test");
            }
            return ByteBuffer.allocateDirect(bytes);
        })) {
            fill(store, 1000);
            assertThrows(StoreFullException.class, () -> store.put(bytes("k"), new byte[2000]));
            assertEquals(3, asked.get());
            assertEquals(64 << 20, store.stats().memoryLimitBytes());
            assertEquals(1, store.stats().memoryRefusals());
            assertInvariants(store);
        }
    }

    /** Puts key0, key1 and so on until one is refused, and returns how many there are. */
    private static int fill(KeyValueStore store, int valueBytes) {
        int count = 0;
        try {
            while (true) {
                store.put(bytes("key" + count), new byte[valueBytes]);
                count++;
            }
        } catch (StoreFullException full) {
            assertEquals(count, store.size());
            return count;
        }
    }
}
