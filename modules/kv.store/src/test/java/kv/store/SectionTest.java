package kv.store;

import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SectionTest {
    private static final int ACCOUNTS = 10;

    private final KeyValueStore store = TestStores.store(64 << 20, 128, new HandClock());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void section_transfersBetweenAccounts_keepTheSum() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        for (int i = 0; i < ACCOUNTS; i++) {
            store.put(bytes("account" + i), amount(100));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            results.add(threads.submit(() -> transfer(store.session(), random)));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
        assertEquals(100 * ACCOUNTS, sum(store.session()));
        Invariants.assertInvariants(store);
    }

    private static void transfer(StoreSession session, Random random) {
        for (int i = 0; i < 20_000; i++) {
            if (i % 100 == 0) {
                assertEquals(100 * ACCOUNTS, sum(session));
                continue;
            }
            byte[] from = bytes("account" + random.nextInt(ACCOUNTS));
            byte[] to = bytes("account" + random.nextInt(ACCOUNTS));
            session.include(heap(from), 0, from.length);
            session.include(heap(to), 0, to.length);
            session.lock();
            try {
                TestStores.put(session, from, amount(read(session, from) - 1), StoreSession.NO_EXPIRY);
                TestStores.put(session, to, amount(read(session, to) + 1), StoreSession.NO_EXPIRY);
            } finally {
                session.unlock();
            }
        }
    }

    private static int sum(StoreSession session) {
        for (int i = 0; i < ACCOUNTS; i++) {
            byte[] key = bytes("account" + i);
            session.include(heap(key), 0, key.length);
        }
        session.lock();
        try {
            int sum = 0;
            for (int i = 0; i < ACCOUNTS; i++) {
                sum += read(session, bytes("account" + i));
            }
            return sum;
        } finally {
            session.unlock();
        }
    }

    @Test
    void operation_keyNotIncluded_isRefused() {
        StoreSession session = store.session();
        session.include(heap(bytes("a")), 0, 1);
        session.lock();
        try {
            for (char other = 'b'; other <= 'z'; other++) {
                byte[] key = bytes("" + other);
                if (shard(key) != shard(bytes("a"))) {
                    assertThrows(IllegalStateException.class, () -> session.delete(heap(key), 0, 1));
                }
            }
            assertThrows(IllegalStateException.class, () -> session.scan(0, 1, (bytes, start, length) -> { }));
            assertThrows(IllegalStateException.class, () -> session.randomKey((bytes, start, length) -> { }));
            assertThrows(IllegalStateException.class, () -> session.include(heap(bytes("b")), 0, 1));
            assertThrows(IllegalStateException.class, session::lock);
            assertThrows(IllegalStateException.class, session::excludeAll);
        } finally {
            session.unlock();
        }
        TestStores.put(session, bytes("b"), bytes("1"), StoreSession.NO_EXPIRY);
        assertTrue(store.contains(bytes("b")));
    }

    @Test
    void lock_misused_isRefused() {
        StoreSession session = store.session();
        assertThrows(IllegalStateException.class, session::lock);
        assertThrows(IllegalStateException.class, session::unlock);
        session.include(heap(bytes("a")), 0, 1);
        session.excludeAll();
        assertThrows(IllegalStateException.class, session::lock);
    }

    @Test
    void lock_closedStore_isRefusedAndHoldsNothing() {
        StoreSession session = store.session();
        session.include(heap(bytes("a")), 0, 1);
        store.close();
        assertThrows(IllegalStateException.class, session::lock);
        assertThrows(IllegalStateException.class, session::unlock);
        for (int i = 0; i < store.shardCount(); i++) {
            assertTrue(!store.shard(i).lock.isWriteLocked());
        }
    }

    @Test
    void shardSet_manyNumbers_areReadInOrder() {
        ShardSet set = new ShardSet(200);
        int[] numbers = {0, 1, 63, 64, 127, 130, 199};
        for (int i = numbers.length - 1; i >= 0; i--) {
            set.add(numbers[i]);
        }
        int next = -1;
        for (int number : numbers) {
            next = set.next(next + 1);
            assertEquals(number, next);
        }
        assertEquals(-1, set.next(200));
    }

    private Shard shard(byte[] key) {
        return store.shardOf(store.hashing().hash(heap(key), 0, key.length));
    }

    private static byte[] amount(int amount) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(amount).array();
    }

    private static int read(StoreSession session, byte[] key) {
        ByteBuffer target = ByteBuffer.allocate(Integer.BYTES);
        session.read(heap(key), 0, key.length, target);
        return target.getInt(0);
    }
}
