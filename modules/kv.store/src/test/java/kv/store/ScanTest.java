package kv.store;

import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScanTest {
    private final HandClock clock = new HandClock();
    private final KeyValueStore store = TestStores.store(64 << 20, 2, clock);
    private final KeySession session = new KeySession(store);
    private final Map<String, Integer> seen = new HashMap<>();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void scan_emptyStore_isDoneAtOnce() {
        assertEquals(0, session.scan(0, 10, (bytes, start, length) -> { }));
    }

    @Test
    void scan_quietStore_reportsEachKeyOnce() {
        fill("key", 30_000);
        int calls = scanAll(10, () -> { });
        assertEquals(30_000, seen.size());
        assertTrue(seen.values().stream().allMatch(times -> times == 1));
        assertTrue(calls > 1000, calls + " calls");
    }

    @Test
    void scan_sparseStore_needsFewCalls() {
        fill("key", 20);
        assertTrue(scanAll(10, () -> { }) <= 3);
        assertEquals(20, seen.size());
    }

    @Test
    void scan_growthMeanwhile_reportsEachKeyOnce() {
        fill("key", 1000);
        int[] added = {0};
        scanAll(5, () -> {
            for (int i = 0; i < 500 && added[0] < 60_000; i++) {
                store.put(bytes("new" + added[0]++), bytes("value"));
            }
        });
        assertEquals(60_000, added[0], "index pages have split");
        assertStableKeysOnce(1000);
    }

    @Test
    void scan_shrinkingMeanwhile_reportsEachKeyOnce() {
        fill("key", 1000);
        fill("new", 60_000);
        int[] deleted = {0};
        scanAll(100, () -> {
            for (int i = 0; i < 1000 && deleted[0] < 60_000; i++) {
                store.delete(bytes("new" + deleted[0]++));
            }
        });
        assertEquals(60_000, deleted[0]);
        assertStableKeysOnce(1000);
    }

    @Test
    void scan_expiredKeys_areNotReported() {
        fill("key", 100);
        for (int i = 0; i < 100; i++) {
            TestStores.put(session, bytes("brief" + i), bytes("v"), 10);
        }
        clock.advanceMillis(11);
        scanAll(10, () -> { });
        assertStableKeysOnce(100);
        assertEquals(100, seen.size());
    }

    @Test
    void scan_longKeys_keepsBatchesSmall() {
        for (int i = 0; i < 400; i++) {
            byte[] key = new byte[60_000];
            key[0] = (byte) i;
            key[1] = (byte) (i >>> 8);
            store.put(key, bytes("v"));
        }
        Set<Integer> found = new HashSet<>();
        long cursor = 0;
        do {
            int[] inCall = {0};
            cursor = session.scan(cursor, 1, (bytes, start, length) -> {
                assertEquals(60_000, length);
                assertTrue(found.add(bytes.get(start) & 0xFF | (bytes.get(start + 1) & 0xFF) << 8));
                inCall[0]++;
            });
            assertTrue(inCall[0] <= 10, inCall[0] + " long keys in one call");
        } while (cursor != 0);
        assertEquals(400, found.size());
    }

    /** 52 MB could be copied under one lock. */
    @Test
    void collect_longKeys_stopsBeforeItHasCopiedThemAll() {
        for (int i = 0; i < 400; i++) {
            store.put(ByteBuffer.allocate(60_000).putInt(i).array(), bytes("v"));
        }
        KeyBatch batch = new KeyBatch();
        for (int i = 0; i < store.shards().count(); i++) {
            batch.clear();
            long position = i * ((1L << ShardScan.POSITION_BITS) / store.shards().count());
            assertEquals(ShardScan.TOO_MUCH, ShardScan.collect(store.shards().get(i), 0, position, IndexPage.SLOTS, 0, batch));
            assertTrue(batch.sizeBytes() <= ShardScan.BYTES_MAX + 60_004, batch.sizeBytes() + " bytes");
        }
        Set<Integer> drawn = new HashSet<>();
        for (int i = 0; i < 20_000 && drawn.size() < 400; i++) {
            assertTrue(session.randomKey((bytes, start, length) ->
                    drawn.add(bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(start))));
        }
        assertEquals(400, drawn.size());
    }

    @Test
    void scan_cursorOutOfRange_isDone() {
        fill("key", 10);
        assertEquals(0, session.scan(-1, 10, (bytes, start, length) -> seen.put("x", 1)));
        assertEquals(0, session.scan(1L << 47, 10, (bytes, start, length) -> seen.put("x", 1)));
        assertTrue(seen.isEmpty());
        assertThrows(IllegalArgumentException.class, () -> session.scan(0, 0, (bytes, start, length) -> { }));
    }

    @Test
    void randomKey_emptyStore_endsWhereverItBegins() {
        for (int i = 0; i < 1000; i++) {
            assertFalse(session.randomKey((bytes, start, length) -> { }));
        }
    }

    @Test
    void randomKey_smallStore_findsEveryKeyInTheEnd() {
        fill("key", 20);
        for (int i = 0; i < 100_000 && seen.size() < 20; i++) {
            assertTrue(session.randomKey((bytes, start, length) -> seen.merge(string(bytes, start, length), 1, Integer::sum)));
        }
        assertEquals(20, seen.size());
    }

    /** Each is drawn 20 times on the average: that one of 3000 is not is expected once in 160,000 runs. */
    @Test
    void randomKey_manyKeys_areDrawnAboutAsOften() {
        fill("key", 3000);
        for (int i = 0; i < 60_000; i++) {
            assertTrue(session.randomKey((bytes, start, length) -> seen.merge(string(bytes, start, length), 1, Integer::sum)));
        }
        assertEquals(3000, seen.size());
        assertTrue(seen.values().stream().allMatch(count -> count < 60), seen.toString());
    }

    /** Each is drawn 400 times, give or take 18; six times that is expected once in 500 million draws of a number. */
    @Test
    void randomKey_fewKeysBesideManyOthers_areDrawnAsOften() {
        fill("other", 20_000);
        StoreSession few = store.session();
        Keys keys = few.newKeys();
        keys.select(7);
        for (int i = 0; i < 5; i++) {
            keys.clear();
            keys.add(TestStores.heap(bytes("few" + i)), 0, 4);
            few.open(keys, 0, 1, Access.EXCLUSIVE, 0);
            few.put(0, TestStores.heap(bytes("v")), 0, 1, Deadline.NONE);
            few.close();
        }
        for (int i = 0; i < 2000; i++) {
            assertEquals(1, few.randomKey(7, 0, (bytes, start, length) ->
                    seen.merge(string(bytes, start, length), 1, Integer::sum)));
        }
        assertEquals(5, seen.size());
        assertTrue(seen.values().stream().allMatch(count -> count > 290 && count < 510), seen.toString());
    }

    @Test
    void randomKey_onlyOneHasNotExpired_isThatOne() {
        KeySession keys = new KeySession(store);
        for (int i = 0; i < 1000; i++) {
            TestStores.put(keys, bytes("key" + i), bytes("v"), 10);
        }
        store.put(bytes("lasting"), bytes("v"));
        assertEquals(1, store.session().randomKey(0, store.nowMillis() + 10, (bytes, start, length) ->
                assertEquals("lasting", string(bytes, start, length))));
    }

    private void fill(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            store.put(bytes(prefix + i), bytes("value"));
        }
    }

    private int scanAll(int wanted, Runnable between) {
        int calls = 0;
        long cursor = 0;
        do {
            cursor = session.scan(cursor, wanted, (bytes, start, length) ->
                    seen.merge(string(bytes, start, length), 1, Integer::sum));
            assertTrue(cursor >= 0 && cursor < 1L << 48);
            between.run();
            calls++;
        } while (cursor != 0);
        return calls;
    }

    private void assertStableKeysOnce(int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(1, seen.get("key" + i), "key" + i);
        }
        Invariants.assertInvariants(store);
    }

    private static String string(ByteBuffer bytes, int start, int length) {
        byte[] key = new byte[length];
        bytes.get(start, key);
        return new String(key);
    }

    /** However close two keys lie in the order of hashes: 64 draws miss one of them once in 2^63. */
    @Test
    void randomKey_twoKeys_bothAreDrawn() {
        for (int round = 0; round < 200; round++) {
            store.clear();
            seen.clear();
            fill("round" + round + "-", 2);
            for (int i = 0; i < 64; i++) {
                assertTrue(session.randomKey((bytes, start, length) ->
                        seen.merge(string(bytes, start, length), 1, Integer::sum)));
            }
            assertEquals(2, seen.size(), "round " + round);
        }
    }
}
