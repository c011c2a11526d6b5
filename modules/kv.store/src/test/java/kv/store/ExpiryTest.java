package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExpiryTest {
    private final HandClock clock = new HandClock();
    private final KeyValueStore store = TestStores.store(64 << 20, 4, clock);
    private final KeySession session = new KeySession(store);

    @AfterEach
    void assertInvariantsAndClose() {
        assertInvariants(store);
        store.close();
    }

    @Test
    void get_aroundDeadline_endsAtItsMillisecond() {
        for (long beforeNanos : new long[] {0, 1, 500_000, 999_999}) {
            clock.advanceNanos(beforeNanos);
            store.put(bytes("k"), bytes("v"), Duration.ofMillis(5));
            clock.advanceMillis(4);
            assertNotNull(store.get(bytes("k")));
            clock.advanceNanos(1_000_000 - beforeNanos - 1);
            assertNotNull(store.get(bytes("k")));
            clock.advanceNanos(1);
            assertNull(store.get(bytes("k")));
        }
    }

    @Test
    void operations_expiredKey_seeNone() {
        store.put(bytes("k"), bytes("v"), Duration.ofMillis(5));
        clock.advanceMillis(6);
        assertFalse(store.contains(bytes("k")));
        assertEquals(Optional.empty(), store.timeToLive(bytes("k")));
        assertFalse(store.expire(bytes("k"), Duration.ofMillis(5)));
        assertFalse(store.persist(bytes("k")));
        assertTrue(store.keys(bytes("")).isEmpty());
        assertFalse(store.delete(bytes("k")));
        assertEquals(1, store.stats().expiredTotal());
        assertEquals(0, store.size());
    }

    @Test
    void put_expiredKey_createsIt() {
        TestStores.put(session, bytes("k"), bytes("v"), 5);
        clock.advanceMillis(6);
        assertEquals(PutResult.CREATED, TestStores.put(session, bytes("k"), bytes("w"), Deadline.KEEP));
        assertEquals(Optional.empty(), store.timeToLive(bytes("k")));
        assertEquals(new StoreStats(1, 1, 0, 0, 0, 1, 0, 2 * 32768, PagePool.SEGMENT_BYTES, 64 << 20, 0), store.stats());
    }

    @Test
    void put_plain_takesEarlierExpiryAway() {
        store.put(bytes("k"), bytes("v"), Duration.ofMillis(5));
        store.put(bytes("k"), bytes("w"));
        clock.advanceMillis(100);
        assertArrayEquals(bytes("w"), store.get(bytes("k")));
        assertEquals(0, store.stats().expiringKeys());
    }

    @Test
    void put_keepExpiry_keepsIt() {
        store.put(bytes("k"), bytes("v"), Duration.ofMillis(50));
        clock.advanceMillis(20);
        TestStores.put(session, bytes("k"), bytes("a longer value than before"), Deadline.KEEP);
        assertEquals(Optional.of(Duration.ofMillis(30)), store.timeToLive(bytes("k")));
        clock.advanceMillis(31);
        assertNull(store.get(bytes("k")));
    }

    @Test
    void expireAndPersist_anyShape_keepTheValue() {
        for (int length : new int[] {0, 7, 8, 4095, 4096, 8175, 8176, 20_000, 32_703, 32_704, 32_759, 32_760, 100_000}) {
            byte[] value = new byte[length];
            store.put(bytes("k"), value);
            assertTrue(store.expire(bytes("k"), Duration.ofSeconds(1)));
            assertInvariants(store);
            assertArrayEquals(value, store.get(bytes("k")));
            assertEquals(Optional.of(Duration.ofSeconds(1)), store.timeToLive(bytes("k")));
            assertTrue(store.persist(bytes("k")));
            assertEquals(0, store.stats().expiringKeys());
            clock.advanceMillis(2000);
            assertArrayEquals(value, store.get(bytes("k")));
        }
    }

    @Test
    void timeToLive_hugeDurations_saturate() {
        store.put(bytes("k"), bytes("v"), Duration.ofSeconds(Long.MAX_VALUE));
        store.put(bytes("ten"), bytes("v"), Duration.ofDays(3652));
        clock.advanceMillis(1000);
        assertTrue(store.timeToLive(bytes("k")).orElseThrow().compareTo(Duration.ofDays(100_000)) > 0);
        assertEquals(Optional.of(Duration.ofDays(3652).minusSeconds(1)), store.timeToLive(bytes("ten")));
        assertEquals(2, store.stats().expiringKeys());
        store.put(bytes("nano"), bytes("v"), Duration.ofNanos(1));
        assertEquals(Optional.of(Duration.ofMillis(1)), store.timeToLive(bytes("nano")));
        assertThrows(IllegalArgumentException.class, () -> store.put(bytes("k"), bytes("v"), Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> store.put(bytes("k"), bytes("v"), Duration.ofMillis(-1)));
    }

    @Test
    void sweep_halfExpired_leavesTheRest() {
        for (int i = 0; i < 20_000; i++) {
            TestStores.put(session, bytes("key" + i), new byte[i % 50], i % 2 == 0 ? 100 + i % 1000 : KeySession.NO_EXPIRY);
        }
        TestStores.put(session, bytes("large"), new byte[500_000], 100);
        for (int i = 0; i < 12; i++) {
            clock.advanceMillis(100);
            store.sweep();
            assertInvariants(store);
        }
        StoreStats stats = store.stats();
        assertEquals(10_000, stats.keys());
        assertEquals(0, stats.expiringKeys());
        assertEquals(10_001, stats.expiredTotal());
        for (int i = 0; i < store.shards().count(); i++) {
            assertEquals(Deadline.NONE, store.shards().get(i).expiry().nextDeadlineMillis());
        }
    }

    /**
     * Exact figures are asked for more often than keys can expire: what has been swept this millisecond is not looked at again.
     */
    @Test
    void expiryLag_keysThatNobodyHasSwept_isTheAgeOfTheFirst() {
        assertEquals(0, store.expiryLagMillis());
        store.put(bytes("first"), bytes("v"), Duration.ofMillis(100));
        store.put(bytes("second"), bytes("v"), Duration.ofMillis(130));
        clock.advanceMillis(99);
        assertEquals(0, store.expiryLagMillis());
        clock.advanceMillis(51);
        assertEquals(50, store.expiryLagMillis());
        store.sweep();
        assertEquals(0, store.expiryLagMillis());
    }

    @Test
    void sweep_sameMillisecond_isMadeOnce() {
        TestStores.put(session, bytes("k"), bytes("v"), 5);
        clock.advanceMillis(10);
        store.sweep();
        assertEquals(0, store.size());
        Shard shard = store.shards().get(0);
        long stamp = shard.lock.writeLock();
        try {
            shard.expiry().changed(Deadline.NONE, 1); // as if something were due: a sweep would wait for the lock
            store.sweep();
            shard.expiry().changed(1, Deadline.NONE);
        } finally {
            shard.lock.unlockWrite(stamp);
        }
        TestStores.put(session, bytes("k"), bytes("v"), 5);
        clock.advanceMillis(5);
        assertEquals(0, store.size());
    }

    @Test
    void sweep_allExpired_givesAllPagesBack() {
        for (int i = 0; i < 50_000; i++) {
            TestStores.put(session, bytes("key" + i), new byte[20], 1 + i % 7);
        }
        clock.advanceMillis(10);
        StoreStats stats = store.stats();
        assertEquals(0, stats.keys());
        assertEquals(0, stats.memoryUsedBytes());
    }

    @Test
    void sweeperThread_expiredKey_isTakenAwayUnasked() throws InterruptedException {
        try (KeyValueStore swept = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(1 << 20))) {
            Shard[] shard = new Shard[1];
            for (int round = 0; round < 2; round++) {
                // The second round wakes the thread from its sleep without end.
                swept.put(bytes("k"), bytes("v"), Duration.ofMillis(1));
                ByteBuffer key = TestStores.heap(bytes("k"));
                shard[0] = swept.shards().of(swept.hashing().hash(key, 0, 1));
                while (swept.pool().usedBytes() > 0) {
                    Thread.onSpinWait();
                }
                Thread sweeper = Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("kv-store-keeper")).findAny().orElseThrow();
                while (sweeper.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
            assertEquals(2, shard[0].expiry().expiredTotal());
        }
    }
}
