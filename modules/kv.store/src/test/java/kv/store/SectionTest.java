package kv.store;

import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SectionTest {
    private static final int ACCOUNTS = 10;

    private final KeyValueStore store = TestStores.store(64 << 20, 128, new HandClock());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void section_transfersBetweenAccounts_keepTheSum() throws Exception {
        long seed = Long.getLong("kv.seed", 1);
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
            open(session, from, to);
            try {
                put(session, 0, amount(read(session, 0) - 1));
                put(session, 1, amount(read(session, 1) + 1));
            } finally {
                session.close();
            }
        }
    }

    private static int sum(StoreSession session) {
        byte[][] accounts = new byte[ACCOUNTS][];
        for (int i = 0; i < ACCOUNTS; i++) {
            accounts[i] = bytes("account" + i);
        }
        open(session, accounts);
        try {
            int sum = 0;
            for (int i = 0; i < ACCOUNTS; i++) {
                sum += read(session, i);
            }
            return sum;
        } finally {
            session.close();
        }
    }

    private static void open(StoreSession session, byte[]... names) {
        Keys keys = session.newKeys();
        for (byte[] name : names) {
            keys.add(heap(name), 0, name.length);
        }
        assertEquals(Opening.OPEN, session.open(keys, 0, names.length, Access.EXCLUSIVE, 0));
    }

    @Test
    void operation_keyNotInTheSection_isRefused() {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        for (char name = 'a'; name <= 'f'; name++) {
            keys.add(heap(bytes("" + name)), 0, 1);
        }
        for (int[] range : new int[][] {{2, 3}, {2, 4}}) {
            session.open(keys, range[0], range[1], Access.EXCLUSIVE, 0);
            assertFalse(session.delete(2));
            assertThrows(IllegalStateException.class, () -> session.delete(1));
            assertThrows(IllegalStateException.class, () -> session.delete(4));
            assertThrows(IllegalStateException.class, () -> session.scan(0, 0, 1, 0, (bytes, start, length) -> { }));
            assertThrows(IllegalStateException.class, () -> session.randomKey(0, 0, (bytes, start, length) -> { }));
            assertThrows(IllegalStateException.class, () -> session.clear(0));
            assertThrows(IllegalStateException.class, () -> session.prepare(keys, 0, heap(bytes("v")), 0, 1));
            assertThrows(IllegalStateException.class, () -> session.open(keys, 0, 1, Access.SHARED, 0));
            session.close();
        }
        assertThrows(IllegalStateException.class, () -> session.delete(2));
        assertThrows(IllegalStateException.class, session::close);
    }

    @Test
    void change_sharedSection_isRefused() {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        keys.add(heap(bytes("a")), 0, 1);
        session.open(keys, 0, 1, Access.SHARED, 0);
        assertThrows(IllegalStateException.class, () -> session.put(0, heap(bytes("v")), 0, 1, Deadline.NONE));
        assertThrows(IllegalStateException.class, () -> session.delete(0));
        session.failed(new IllegalStateException());
        session.close();
        assertEquals(0, store.size());
    }

    @Test
    void open_noKeysOrOthersThanThereAre_isRefused() {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        keys.add(heap(bytes("a")), 0, 1);
        assertThrows(IndexOutOfBoundsException.class, () -> session.open(keys, 0, 0, Access.SHARED, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> session.open(keys, 0, 2, Access.SHARED, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> session.open(keys, -1, 1, Access.SHARED, 0));
        assertThrows(IllegalStateException.class, session::close);
    }

    @Test
    void open_sharedSections_areOpenAtATime() {
        StoreSession one = store.session();
        StoreSession other = store.session();
        Keys keys = one.newKeys();
        keys.add(heap(bytes("a")), 0, 1);
        keys.add(heap(bytes("b")), 0, 1);
        one.open(keys, 0, 2, Access.SHARED, 0);
        other.open(keys, 0, 2, Access.SHARED, 0);
        one.close();
        other.close();
    }

    @Test
    void open_closedStore_isRefusedAndHoldsNothing() {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        for (int i = 0; i < 10; i++) {
            byte[] key = bytes("key" + i);
            keys.add(heap(key), 0, key.length);
        }
        store.close();
        assertThrows(IllegalStateException.class, () -> session.open(keys, 0, 1, Access.EXCLUSIVE, 0));
        assertThrows(IllegalStateException.class, () -> session.open(keys, 0, 10, Access.EXCLUSIVE, 0));
        assertThrows(IllegalStateException.class, () -> session.hold(keys, 0, 10, 0));
        assertThrows(IllegalStateException.class, session::close);
        for (int i = 0; i < store.shards().count(); i++) {
            assertTrue(!store.shards().get(i).lock.isWriteLocked());
        }
    }

    @Test
    void shardSet_manyNumbers_areReadInOrder() {
        ShardSet set = new ShardSet(new Shards(256, store.pool(), store.retired(), store.hashing()));
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

    private static byte[] amount(int amount) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(amount).array();
    }

    private static void put(StoreSession session, int key, byte[] value) {
        session.put(key, heap(value), 0, value.length, Deadline.NONE);
    }

    private static int read(StoreSession session, int key) {
        ByteBuffer target = ByteBuffer.allocate(Integer.BYTES);
        session.read(key, 0, Integer.BYTES, target);
        return target.getInt(0);
    }
}
