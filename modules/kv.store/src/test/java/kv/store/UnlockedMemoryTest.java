package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Memory comes from the system, and long values are written, while no shard's lock is held; and for want of memory that is only
 * not ready nothing is refused. The store has no thread that makes memory ready.
 *
 * <p>With a pool that grows in {@code take}, as it once did, the first two fail.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnlockedMemoryTest {
    private static final int VALUE_BYTES_MAX = 64 << 20;

    private final AtomicInteger segments = new AtomicInteger();
    private final KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(256 << 20).withShards(4)
            .withClock(new HandClock().clock()), Hashing.seeded(7), this::allocate);
    private final StoreSession session = store.session();
    private final Keys keys = session.newKeys();
    private boolean alone = true;

    private ByteBuffer allocate(int bytes) {
        segments.incrementAndGet();
        for (int i = 0; alone && i < store.shards().count(); i++) {
            Shard shard = store.shards().get(i);
            assertFalse(shard.lock.isWriteLocked() || shard.lock.isReadLocked(), "a segment under the lock of shard " + i);
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    @AfterEach
    void close() {
        if (session.keepsLocks()) {
            session.close(); // a test has failed
        }
        store.close();
    }

    private void open(String... names) {
        keys.clear();
        for (String name : names) {
            keys.add(heap(bytes(name)), 0, name.length());
        }
        assertEquals(Opening.OPEN, session.open(keys, 0, names.length, Access.EXCLUSIVE, 0));
    }

    @Test
    void put_moreInOneSectionThanWasReady_findsMemory() {
        open("a", "b", "c");
        byte[] value = new byte[Section.VISIT_BYTES_MAX];
        for (int i = 0; i < 3000; i++) { // each is the last of its key: 100 pages at a time, and 200 where they are lengthened
            int key = i % 3;
            assertNotEquals(PutResult.OUT_OF_MEMORY, session.put(key, heap(value), 0, 10_000 + i * 80, Deadline.NONE));
            assertNotEquals(StoreSession.NO_MEMORY, session.append(key, heap(value), 0, 5000));
            assertEquals(ExpireResult.CHANGED, session.expireAt(key, i % 2 == 0 ? 1 << 20 : Deadline.NONE));
        }
        session.close();
        assertInvariants(store);
    }

    @Test
    void section_thousandsOfKeys_findsMemoryForAll() {
        int count = 50_000;
        keys.clear();
        for (int i = 0; i < count; i++) {
            byte[] name = bytes("key" + i);
            keys.add(heap(name), 0, name.length);
        }
        session.open(keys, 0, count, Access.EXCLUSIVE, 0);
        for (int i = 0; i < count; i++) {
            assertEquals(PutResult.CREATED, session.put(i, heap(new byte[2000]), 0, 2000, Deadline.NONE));
        }
        session.close();
        assertEquals(count, store.size());
        assertTrue(segments.get() > 5, segments + " segments");
        assertInvariants(store);
    }

    @Test
    void setRange_farBeyondTheEnd_fillsWithZeros() {
        Random random = new Random(1);
        byte[] model = new byte[VALUE_BYTES_MAX];
        int length = 0;
        for (int[] write : new int[][] {{40_000_000, 1}, {300_000, 700_000}, {39_999_990, 20}, {64_000_000, 1_000_000},
                {0, 30_000_000}, {65_000_000, VALUE_BYTES_MAX - 65_000_000}}) {
            byte[] bytes = TestStores.randomBytes(random, write[1]);
            System.arraycopy(bytes, 0, model, write[0], bytes.length);
            length = Math.max(length, write[0] + bytes.length);
            open("k");
            assertEquals(length, session.setRange(0, write[0], heap(bytes), 0, bytes.length));
            session.close();
            assertValue("k", model, length);
            assertInvariants(store);
        }
    }

    @Test
    void setRange_manyLengths_areThoseOfAnArray() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] model = new byte[5 << 20];
            int length = 0;
            for (int i = 0; i < 4; i++) {
                int offset = random.nextInt(random.nextBoolean() ? length + 1 : 1 << 20);
                byte[] bytes = TestStores.randomBytes(random, random.nextInt(random.nextInt(4) == 0 ? 1 << 20 : 70_000));
                System.arraycopy(bytes, 0, model, offset, bytes.length);
                length = Math.max(length, offset + bytes.length);
                open("key" + round);
                assertEquals(length, session.setRange(0, offset, heap(bytes), 0, bytes.length));
                session.close();
                assertValue("key" + round, model, length);
            }
            store.delete(bytes("key" + round));
        }
        assertInvariants(store);
    }

    @Test
    void setRange_valueBeingReadWithoutTheLock_leavesTheReaderItsBytes() {
        byte[] value = TestStores.randomBytes(new Random(3), 3 << 20);
        store.put(bytes("k"), value);
        StoreSession reader = store.session();
        Keys read = reader.newKeys();
        read.add(heap(bytes("k")), 0, 1);
        reader.open(read, 0, 1, Access.SHARED, 0);
        assertEquals(value.length, reader.detach(0));
        reader.close();
        open("k");
        assertEquals(5 << 20, session.setRange(0, 1 << 20, heap(new byte[4 << 20]), 0, 4 << 20));
        session.close();
        ArraySink sink = new ArraySink();
        reader.copyDetached(0, sink);
        reader.releaseDetached();
        assertEquals(ByteBuffer.wrap(value), ByteBuffer.wrap(sink.value));
        assertInvariants(store);
    }

    @Test
    void setRange_notEnoughMemory_leavesTheValueAsItWas() {
        byte[] value = TestStores.randomBytes(new Random(4), 1 << 20);
        store.put(bytes("k"), value);
        for (int i = 0; i < 3; i++) {
            store.put(bytes("other" + i), new byte[VALUE_BYTES_MAX]);
        }
        open("k", "absent");
        assertEquals(StoreSession.NO_MEMORY, session.setRange(0, VALUE_BYTES_MAX - 1, heap(new byte[1]), 0, 1));
        assertEquals(StoreSession.NO_MEMORY, session.setRange(1, VALUE_BYTES_MAX - 1, heap(new byte[1]), 0, 1));
        assertEquals(StoreSession.NO_VALUE, session.valueLength(1));
        session.close();
        assertValue("k", value, value.length);
        assertInvariants(store);
    }

    @Test
    void put_longValueInASectionThatDidNotKnow_isWrittenWithoutTheLock() {
        byte[] value = TestStores.randomBytes(new Random(5), 20 << 20);
        open("a", "b");
        assertTrue(session.keepsLocks());
        for (int key = 0; key < 2; key++) {
            assertEquals(PutResult.CREATED, session.put(key, heap(value), 0, value.length - key, Deadline.NONE));
        }
        assertFalse(session.keepsLocks());
        assertEquals(Opening.HELD, heldFromOthers("a"));
        session.close();
        assertValue("a", value, value.length);
        assertValue("b", value, value.length - 1);
        assertInvariants(store);
    }

    @Test
    void get_longValueInAHoldingSection_isCopiedWithoutTheLock() {
        byte[] value = TestStores.randomBytes(new Random(6), 5 << 20);
        store.put(bytes("k"), value);
        keys.clear();
        keys.add(heap(bytes("k")), 0, 1);
        assertEquals(Opening.OPEN, session.hold(keys, 0, 1, 0));
        ArraySink sink = new ArraySink();
        assertTrue(session.get(0, new ValueSink() {
            @Override
            public void length(int valueBytes) {
                sink.length(valueBytes);
            }

            @Override
            public ByteBuffer space(int remaining) {
                for (int i = 0; i < store.shards().count(); i++) {
                    assertFalse(store.shards().get(i).lock.isReadLocked(), "copied under the lock");
                }
                return sink.space(remaining);
            }
        }));
        assertEquals(ByteBuffer.wrap(value), ByteBuffer.wrap(sink.value));
        ByteBuffer part = ByteBuffer.allocate(value.length);
        assertEquals(value.length, session.read(0, 5, value.length, part));
        assertEquals(ByteBuffer.wrap(value, 5, value.length - 5), part.flip());
        assertEquals(value.length, session.read(0, value.length, 10, part));
        assertEquals(value.length, session.read(0, value.length + 7, 1 << 20, part));
        session.close();
    }

    private Opening heldFromOthers(String name) {
        StoreSession other = store.session();
        Keys wanted = other.newKeys();
        wanted.add(heap(bytes(name)), 0, name.length());
        return other.open(wanted, 0, 1, Access.SHARED, 0);
    }

    @Test
    void write_manyThreadsTakeWhatWasReady_nothingIsRefused() {
        alone = false; // whose locks they are is not known
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int number = thread;
            threads.add(TestStores.runAsync(() -> {
                for (int i = 0; i < 60; i++) {
                    byte[] name = bytes("key" + number);
                    store.put(name, new byte[4_000_000]); // 122 pages: twice the margin
                    store.put(bytes("small" + number + "-" + i), new byte[100]);
                    assertTrue(store.delete(name));
                }
            }));
        }
        threads.forEach(CompletableFuture::join);
        assertEquals(8 * 60, store.size());
        assertInvariants(store);
    }

    private void assertValue(String name, byte[] model, int length) {
        ByteBuffer found = ByteBuffer.wrap(store.get(bytes(name)));
        assertEquals(length, found.capacity());
        assertEquals(-1, found.mismatch(ByteBuffer.wrap(model, 0, length)), "the first byte that differs");
    }
}
