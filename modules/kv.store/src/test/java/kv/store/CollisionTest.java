package kv.store;

import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys chosen to lie where others lie. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CollisionTest {
    private static final int CHOSEN = 5000;

    /** What a client can do that has put a million keys and scanned them: keep those whose hashes are neighbours. */
    @Test
    void find_neighboursInScanOrder_probesFew() {
        try (KeyValueStore store = TestStores.store(256 << 20, 4, new HandClock())) {
            Keys keys = store.newKeys(1 << 20);
            ByteBuffer bytes = heap(new byte[8 << 20]);
            StoreSession session = store.session();
            for (int i = 0; i < 1 << 20; i++) {
                keys.add(bytes.putLong(8 * i, i), 8 * i, 8);
                put(session, keys, i);
            }
            List<Long> scanned = new ArrayList<>();
            long cursor = 0;
            do {
                cursor = session.scan(0, cursor, 1000, 0, (source, start, length) -> scanned.add(source.getLong(start)));
            } while (cursor != 0);
            store.clear();
            // Without splits for distance: up to 4846 slots from home.
            for (int first : new int[] {0, 123_456, 555_555, (1 << 20) - CHOSEN}) {
                for (Long number : scanned.subList(first, first + CHOSEN)) {
                    put(session, keys, number.intValue());
                }
            }
            Invariants.assertInvariants(store);
            long sum = 0;
            int longest = 0;
            for (int first : new int[] {0, 123_456, 555_555, (1 << 20) - CHOSEN}) {
                for (Long number : scanned.subList(first, first + CHOSEN)) {
                    int distance = distance(store, keys, number.intValue());
                    longest = Math.max(longest, distance);
                    sum += distance;
                }
            }
            assertTrue(longest <= 600, longest + " slots from home");
            assertTrue(sum / (4 * CHOSEN) <= 40, sum / (4 * CHOSEN) + " slots from home on the average");
            for (Long number : scanned) {
                keys.clear();
                keys.add(bytes, 8 * number.intValue(), 8);
                session.open(keys, 0, 1, Access.EXCLUSIVE, 0);
                session.delete(0);
                session.close();
            }
            Invariants.assertInvariants(store);
            assertEquals(0, store.stats().memoryUsedBytes());
        }
    }

    private static int distance(KeyValueStore store, Keys keys, int key) {
        Shard shard = store.shards().of(keys.hash(key));
        IndexPage page = shard.database(0).index.page(keys.hash(key));
        return page.slotOf(keys.hash(key), shard.find(keys, key, 0)) - page.home(keys.hash(key)) & IndexPage.SLOTS - 1;
    }

    private static void put(StoreSession session, Keys keys, int key) {
        session.open(keys, key, key + 1, Access.EXCLUSIVE, 0);
        try {
            assertNotEquals(PutResult.OUT_OF_MEMORY, session.put(key, heap(new byte[0]), 0, 0, Deadline.NONE));
        } finally {
            session.close();
        }
    }

    /**
     * As if all keys of a shard had one prefix, as long as prefixes get. Seen to fail with the walk over further pages left out
     * of collect.
     */
    @Test
    void put_fullIndexPageAtItsGreatestDepth_goesOnBehindIt() {
        int count = 30_000;
        PagePool pool = new PagePool(64 << 20, ByteBuffer::allocateDirect, System::nanoTime);
        pool.makeReady(1000);
        Shard shard = new Shard(0, 0, pool, new RetiredChains(new OverflowChain(pool), new Readers()), Hashing.seeded(1),
                new DatabaseNumbers(), 0);
        Keys keys = new Keys(Hashing.seeded(1), 100, 1);
        ByteBuffer bytes = heap(new byte[8 * count]);
        for (int i = 0; i < count; i++) {
            keys.add(bytes.putLong(8 * i, i), 8 * i, 8);
            assertEquals(PutResult.CREATED, shard.put(keys, i, bytes, 8 * i, 8, PagePool.NONE, i % 2 == 0 ? 5 : Deadline.NONE,
                    0));
        }
        assertEquals(count, collected(shard));
        for (int i = 0; i < count; i += 2) {
            assertNotEquals(DataPages.NO_ENTRY, shard.find(keys, i, 0));
            assertEquals(PutResult.REPLACED, shard.put(keys, i, bytes, 0, i % 50, PagePool.NONE, Deadline.KEEP, 0));
        }
        for (int page = 1; page < shard.pages().pageNumberEnd(); page++) {
            if (shard.pages().exists(page)) {
                ShardRemoval.sweep(shard, page, 5);
            }
        }
        assertEquals(count / 2, shard.keys());
        assertEquals(count / 2, collected(shard));
        for (int i = 1; i < count; i += 2) {
            assertTrue(ShardRemoval.delete(shard, keys, i, 0));
        }
        assertEquals(0, pool.usedBytes());
    }

    private static int collected(Shard shard) {
        KeyBatch batch = new KeyBatch();
        int keys = 0;
        for (long position = 0; position < 1L << ShardScan.POSITION_BITS; keys += batch.count()) {
            batch.clear();
            position = ShardScan.collect(shard, 0, position, 1000, 0, batch);
        }
        return keys;
    }
}
