package kv.store;

import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Long sections: they keep others out, and nobody waits for them who does not want to. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HoldTest {
    private static final int ACCOUNTS = 12;

    private final HandClock clock = new HandClock();
    private final KeyValueStore store = TestStores.store(64 << 20, 16, clock);
    private final StoreSession holder = store.session();
    private final Keys held = holder.newKeys();
    private final StoreSession other = store.session();
    private final Keys wanted = other.newKeys();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void open_heldKey_isToldSoAndCalledBackOnce() {
        hold("k");
        wanted.add(heap(bytes("k")), 0, 1);
        AtomicInteger calls = new AtomicInteger();
        for (Access access : Access.values()) {
            assertEquals(Opening.HELD, other.open(wanted, 0, 1, access, 0));
            other.whenReleased(calls::incrementAndGet);
        }
        assertThrows(IllegalStateException.class, other::close);
        assertEquals(0, calls.get());
        holder.put(0, heap(bytes("v")), 0, 1, Deadline.NONE);
        holder.close();
        assertEquals(2, calls.get());
        other.whenReleased(calls::incrementAndGet);
        assertEquals(3, calls.get(), "who asks too late is called at once");
        assertEquals(Opening.OPEN, other.open(wanted, 0, 1, Access.SHARED, 0));
        assertEquals(1, other.valueLength(0));
        other.close();
    }

    @Test
    void open_severalKeysOneOfThemHeld_keepsNoLock() {
        hold("k");
        for (int i = 0; i < 100; i++) {
            byte[] key = bytes("other" + i);
            wanted.add(heap(key), 0, key.length);
        }
        wanted.add(heap(bytes("k")), 0, 1);
        assertEquals(Opening.HELD, other.open(wanted, 0, wanted.size(), Access.EXCLUSIVE, 0));
        assertEquals(Opening.HELD, other.hold(wanted, 0, wanted.size(), 0));
        assertEquals(Opening.HELD, other.holdAll(wanted, 0));
        for (int i = 0; i < store.shards().count(); i++) {
            assertFalse(store.shards().get(i).lock.isWriteLocked());
            assertFalse(store.shards().get(i).lock.isReadLocked());
        }
        holder.close();
        assertEquals(Opening.OPEN, other.open(wanted, 0, wanted.size(), Access.EXCLUSIVE, 0));
        other.close();
    }

    @Test
    void operations_ofTheHolder_leaveTheLockFree() {
        hold("k");
        Shard shard = store.shards().of(held.hash(0));
        holder.put(0, heap(bytes("value")), 0, 5, Deadline.NONE);
        assertFalse(shard.lock.isWriteLocked());
        holder.append(0, heap(bytes("s")), 0, 1);
        assertEquals(6, holder.valueLength(0));
        assertThrows(UnsupportedOperationException.class, () -> holder.get(0, new BrokenSink()));
        assertFalse(shard.lock.isReadLocked());
        assertTrue(holder.delete(0));
        assertFalse(shard.lock.isWriteLocked());
        holder.close();
    }

    @Test
    void scanAndRandomKeyAndClear_heldShards_areToldSo() {
        for (int i = 0; i < 1000; i++) {
            store.put(bytes("key" + i), bytes("v"));
        }
        hold("k");
        long cursor = 0;
        AtomicInteger seen = new AtomicInteger();
        for (long next; (next = other.scan(0, cursor, 50, 0, (key, start, length) ->
                seen.incrementAndGet())) != StoreSession.HELD; ) {
            cursor = next;
        }
        assertTrue(seen.get() < 1000);
        assertEquals(1, other.randomKey(0, 0, (key, start, length) -> { }), "another shard has keys");
        assertEquals(Opening.HELD, other.clear(0));
        holder.close();
        while ((cursor = other.scan(0, cursor, 50, 0, (key, start, length) -> seen.incrementAndGet())) != 0) { }
        assertEquals(Opening.OPEN, other.clear(0));
        holder.holdAll(held, 0);
        assertEquals(StoreSession.HELD, other.randomKey(0, 0, (key, start, length) -> { }));
        assertEquals(StoreSession.HELD, other.scan(0, 0, 1, 0, (key, start, length) -> { }));
        assertEquals(0, store.stats().keys(), "figures do not wait");
        holder.close();
    }

    @Test
    void sweep_keyThatHasEndedSince_staysForTheHolder() {
        store.put(bytes("k"), bytes("v"), Duration.ofMillis(5));
        hold("k");
        clock.advanceMillis(10);
        store.sweep();
        assertEquals(1, holder.valueLength(0));
        holder.close();
        store.sweep();
        assertEquals(0, store.size());
    }

    @Test
    void holdAll_keysAddedWhileItIsOpen_areInIt() {
        assertEquals(Opening.OPEN, holder.holdAll(held, 0));
        for (int i = 0; i < 100; i++) {
            byte[] key = bytes("key" + i);
            int k = held.add(heap(key), 0, key.length);
            holder.put(k, heap(key), 0, key.length, Deadline.NONE);
        }
        holder.close();
        assertEquals(100, store.size());
        Invariants.assertInvariants(store);
    }

    @Test
    void convenience_heldKey_waits() throws Exception {
        hold("k");
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<byte[]> reader = TestStores.supplyAsync(() -> {
            begun.countDown();
            return store.get(bytes("k"));
        });
        begun.await();
        holder.put(0, heap(bytes("v")), 0, 1, Deadline.NONE);
        holder.close();
        assertArrayEquals(bytes("v"), reader.get());
    }

    @Test
    void close_storeWhileHeld_endsTheSectionAndWhoWaits() throws Exception {
        hold("k");
        CompletableFuture<Throwable> waiting = TestStores.supplyAsync(
                () -> assertThrows(IllegalStateException.class, () -> store.get(bytes("k"))));
        store.close();
        assertThrows(IllegalStateException.class, () -> holder.valueLength(0));
        holder.close();
        assertNotNull(waiting.get());
    }

    /**
     * Transfers between accounts, in sections short and long, by threads that try again when they are told to. Seen to fail with
     * the look at the holder left out of Section.openOne, and out of Section.lockSeveral.
     */
    @Test
    void transfers_shortAndLongSections_keepTheSum() throws Exception {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        for (int i = 0; i < ACCOUNTS; i++) {
            store.put(bytes("account" + i), bytes("100"));
        }
        AtomicInteger timesHeld = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            threads.add(TestStores.runAsync(() -> transfer(random, timesHeld)));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get();
        }
        int sum = 0;
        for (int i = 0; i < ACCOUNTS; i++) {
            sum += Integer.parseInt(new String(store.get(bytes("account" + i))));
        }
        assertEquals(100 * ACCOUNTS, sum);
        assertTrue(timesHeld.get() > 0, "nobody was ever held up");
    }

    /** At least 5000 rounds; more where the threads happen to run one after another, until somebody was held up. */
    private void transfer(Random random, AtomicInteger timesHeld) {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        for (int i = 0; i < 5000 || i < 5_000_000 && timesHeld.get() == 0; i++) {
            int from = random.nextInt(ACCOUNTS);
            int to = random.nextInt(ACCOUNTS);
            if (i % 2 == 0) {
                timesHeld.addAndGet(open(session, keys, random.nextInt(4) == 0, from, to));
                add(session, 0, -1);
                add(session, 1, 1);
                session.close();
            } else {
                timesHeld.addAndGet(open(session, keys, false, from));
                add(session, 0, -1);
                session.close();
                timesHeld.addAndGet(open(session, keys, false, to));
                add(session, 0, 1);
                session.close();
            }
        }
    }

    private static int open(StoreSession session, Keys keys, boolean hold, int... accounts) {
        keys.clear();
        for (int account : accounts) {
            byte[] key = bytes("account" + account);
            keys.add(heap(key), 0, key.length);
        }
        int timesHeld = 0;
        while ((hold ? session.hold(keys, 0, keys.size(), 0) : session.open(keys, 0, keys.size(), Access.EXCLUSIVE,
                0)) == Opening.HELD) {
            timesHeld++;
            CountDownLatch released = new CountDownLatch(1);
            session.whenReleased(released::countDown);
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return timesHeld;
    }

    private static void add(StoreSession session, int key, int amount) {
        ByteBuffer target = ByteBuffer.allocate(20);
        session.read(key, 0, 20, target);
        if (ThreadLocalRandom.current().nextInt(32) == 0) {
            Thread.yield(); // not each time: on a busy machine every one costs a turn of all others
        }
        byte[] sum = bytes(Integer.toString(Integer.parseInt(new String(target.array(), 0, target.position())) + amount));
        session.put(key, heap(sum), 0, sum.length, Deadline.KEEP);
    }

    private void hold(String key) {
        held.add(heap(bytes(key)), 0, key.length());
        assertEquals(Opening.OPEN, holder.hold(held, 0, 1, store.nowMillis()));
    }

    private static final class BrokenSink implements ValueSink {
        @Override
        public void length(int valueBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBuffer space(int remaining) {
            throw new UnsupportedOperationException();
        }
    }
}
