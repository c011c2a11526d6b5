package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory that is not needed any more goes back, whatever it was needed for, and as often as one likes. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrimmerTest {
    private static final long SEGMENT = PagePool.SEGMENT_BYTES;

    private final HandClock clock = new HandClock();
    private final StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(200 << 20).withShards(4)
            .withClock(clock.clock());
    private long freedBytes;
    private final KeyValueStore store = new KeyValueStore(config, Hashing.seeded(7), ByteBuffer::allocateDirect,
            segment -> freedBytes += segment.capacity());
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        assertInvariants(store);
        store.close();
    }

    @Test
    void trim_afterClear_keepsASegmentOrTwoEachTime() {
        for (int cycle = 1; cycle <= 10; cycle++) {
            fill("key", 1500, 50_000);
            assertTrue(store.stats().memoryReservedBytes() > 70 << 20);
            store.clear();
            trim(2);
            assertTrue(store.stats().memoryReservedBytes() <= 2 * SEGMENT, "cycle " + cycle + ": " + store.stats());
        }
    }

    /** Of each page's entries one in ten lives on. */
    @Test
    void trim_afterMassExpiry_gathersWhatLivesOn() {
        for (int cycle = 1; cycle <= 3; cycle++) {
            for (int length : new int[] {20, 800, 5000, 40_000, 150_000}) {
                int count = (24 << 20) / (length + 40);
                for (int i = 0; i < count; i++) {
                    byte[] key = bytes(length + "/" + i);
                    if (i % 10 == 0) {
                        store.put(key, value(length, i));
                    } else {
                        store.put(key, value(length, i), Duration.ofSeconds(10));
                    }
                }
            }
            long full = store.stats().memoryReservedBytes();
            clock.advanceMillis(10_000);
            store.sweep();
            trim(3);
            StoreStats stats = store.stats();
            assertTrue(full > 110 << 20, full + " bytes");
            assertTrue(stats.memoryReservedBytes() <= stats.memoryUsedBytes() * 11 / 10 + 2 * SEGMENT, stats.toString());
            assertTrue(stats.memoryUsedBytes() <= 20 << 20, stats.toString());
            assertInvariants(store);
            for (int length : new int[] {20, 800, 5000, 40_000, 150_000}) {
                for (int i = 0; i < (24 << 20) / (length + 40); i++) {
                    byte[] found = store.get(bytes(length + "/" + i));
                    if (i % 10 == 0) {
                        assertArrayEquals(value(length, i), found);
                    } else {
                        assertNull(found);
                    }
                }
            }
        }
    }

    @Test
    void trim_halfOfWhatThereIsDeleted_packsTheRest() {
        fill("key", 1000, 80_000);
        long full = store.stats().memoryUsedBytes();
        for (int i = 0; i < 80_000; i++) {
            if (i % 5 < 2) {
                store.delete(bytes("key" + i));
            }
        }
        trim(3);
        StoreStats stats = store.stats();
        assertTrue(stats.memoryUsedBytes() < full * 6 / 10 * 11 / 10, stats + " of " + full);
        assertTrue(stats.memoryReservedBytes() < full * 6 / 10 * 11 / 10 + 2 * SEGMENT, stats + " of " + full);
        for (int i = 0; i < 80_000; i += 97) {
            assertEquals(i % 5 >= 2, store.get(bytes("key" + i)) != null);
        }
    }

    @Test
    void trim_storeNeedsItAgainAtOnce_givesNothingBack() {
        for (int cycle = 0; cycle < 5; cycle++) {
            fill("key", 1500, 30_000);
            store.trimmer().trim();
            store.clear();
        }
        assertEquals(0, freedBytes);
    }

    @Test
    void trim_somebodyReadsWithoutALock_waitsForHim() {
        fill("key", 1500, 30_000);
        store.clear();
        store.trimmer().trim();
        int slot = store.readers().begin(5);
        trim(3);
        assertEquals(0, freedBytes);
        long reserved = store.stats().memoryReservedBytes();
        assertTrue(reserved > 40 << 20, "what is not free yet counts: " + reserved);
        store.readers().end(slot);
        trim(1);
        assertTrue(freedBytes >= reserved - 2 * SEGMENT, freedBytes + " of " + reserved);
        assertEquals(reserved - freedBytes, store.stats().memoryReservedBytes());
    }

    @Test
    void trim_chainBeingRead_isMovedAndReadToItsEnd() {
        byte[] value = TestStores.randomBytes(random, 3 << 20);
        fill("before", 1500, 30_000);
        store.put(bytes("long"), value);
        int first = firstPage("long");
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        keys.add(TestStores.heap(bytes("long")), 0, 4);
        session.openPatiently(keys, 1, Access.SHARED);
        session.detach(0);
        session.close();
        for (int i = 0; i < 30_000; i++) {
            store.delete(bytes("before" + i));
        }
        for (int i = 0; i < 3; i++) {
            store.trimmer().trim();
        }
        assertTrue(firstPage("long") < first, "it was not moved");
        DetachTest.Collector sink = new DetachTest.Collector();
        session.copyDetached(0, sink);
        assertArrayEquals(value, sink.bytes());
        session.releaseDetached();
        trim(2);
        assertArrayEquals(value, store.get(bytes("long")));
        assertTrue(store.stats().memoryReservedBytes() <= 2 * SEGMENT, store.stats().toString());
    }

    private int firstPage(String key) {
        Keys keys = store.newKeys(1);
        keys.add(TestStores.heap(bytes(key)), 0, key.length());
        Shard shard = store.shards().of(keys.hash(0));
        return shard.payload().firstPage(shard.find(keys, 0, store.nowMillis()));
    }

    private void trim(int rounds) {
        for (int i = 0; i < rounds; i++) {
            store.trimmer().trim();
            assertInvariants(store);
        }
    }

    private void fill(String prefix, int length, int count) {
        for (int i = 0; i < count; i++) {
            store.put(bytes(prefix + i), value(length, i));
        }
    }

    private static byte[] value(int length, int seed) {
        byte[] value = new byte[length];
        value[0] = (byte) seed;
        value[length - 1] = (byte) (seed >> 8);
        return value;
    }
}
