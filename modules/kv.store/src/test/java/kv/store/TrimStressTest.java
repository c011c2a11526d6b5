package kv.store;

import static kv.store.Invariants.assertInvariants;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Segments are given back while others read without a lock. What is freed is filled with a poison here instead, which no page in
 * use ever holds: who finds it would have ended the JVM.
 *
 * <p>Seen to fail when the trimmer frees without asking the readers. The long form: {@code -Dkv.test.cycles=500}.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrimStressTest {
    private static final int POISON = 0x5F5F5F5F;
    private static final int CYCLES = Integer.getInteger("kv.test.cycles", 12);
    private static final int KEYS = 20_000;
    private static final int READERS = 2;

    private final AtomicInteger freed = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();
    private final StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(128 << 20).withShards(4);
    private final KeyValueStore store = new KeyValueStore(config, Hashing.seeded(3), ByteBuffer::allocateDirect, this::poison);

    private void poison(ByteBuffer segment) {
        freed.incrementAndGet();
        for (int at = 0; at < segment.capacity(); at += Integer.BYTES) {
            segment.putInt(at, POISON);
        }
    }

    @Test
    void trim_whileOthersRead_freesNothingThatIsRead() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2 * READERS + 2);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int seed = i;
                results.add(threads.submit(() -> readUnlocked(new Random(seed))));
                results.add(threads.submit(() -> readValues(new Random(-1 - seed))));
            }
            results.add(threads.submit(this::trim));
            results.add(threads.submit(this::fillAndEmpty));
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            done.set(true);
            threads.shutdown();
        }
        assertTrue(freed.get() >= 2 * CYCLES, freed + " segments freed");
        assertInvariants(store);
        store.close();
    }

    /** Values of all kinds, of which every twentieth stays until all go. */
    private void fillAndEmpty() {
        try {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                int before = freed.get();
                for (int i = 0; i < KEYS; i++) {
                    store.put(key(i), value(i));
                }
                for (int i = 0; i < KEYS; i++) {
                    if (i % 20 != 0) {
                        store.delete(key(i));
                    }
                }
                awaitFreed(before + 1);
                store.clear();
                awaitFreed(before + 2);
            }
        } finally {
            done.set(true);
        }
    }

    private void awaitFreed(int count) {
        while (freed.get() < count) {
            Thread.yield(); // bounded by the class's timeout
        }
    }

    private void trim() {
        while (!done.get()) {
            store.trimmer().trim();
            Thread.yield();
        }
    }

    /** As {@link Prefetch} does, but it holds on longer to what it has come upon. */
    private void readUnlocked(Random random) {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        while (!done.get()) {
            keys.clear();
            for (int i = 0; i < 64; i++) {
                byte[] key = key(random.nextInt(KEYS));
                keys.add(TestStores.heap(key), 0, key.length);
            }
            session.prefetch(keys, 0, keys.size());
            int slot = store.readers().begin(random.nextInt());
            assertNotEquals(Readers.NONE, slot);
            try {
                IndexPage page = store.shards().of(keys.hash(0)).index(keys).pageUnlocked(keys.hash(0));
                int number = random.nextInt(4096);
                ByteBuffer segment = segmentOf(number);
                for (int i = 0; i < 200; i++) {
                    assertNotEquals(POISON, page.content(random.nextInt(IndexPage.SLOTS)));
                    if (segment != null) {
                        assertNotEquals(POISON, segment.getInt(random.nextInt(segment.capacity() / 4) * 4));
                    }
                }
            } finally {
                store.readers().end(slot);
            }
        }
    }

    /** What {@link PagePool#touch} looks into, if there is anything. */
    private ByteBuffer segmentOf(int page) {
        try {
            return store.pool().segment(page);
        } catch (IndexOutOfBoundsException none) {
            return null;
        }
    }

    /** Under the lock, and detached. */
    private void readValues(Random random) {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        DetachTest.Collector sink = new DetachTest.Collector();
        while (!done.get()) {
            int number = random.nextInt(KEYS);
            byte[] key = key(number);
            keys.clear();
            keys.add(TestStores.heap(key), 0, key.length);
            session.openPatiently(keys, 1, Access.SHARED);
            int length = session.detach(0);
            session.close();
            if (length >= 0) {
                session.copyDetached(0, sink);
                assertArrayEquals(value(number), sink.bytes());
            } else {
                assertEquals(StoreSession.NO_VALUE, length);
            }
            session.releaseDetached();
        }
    }

    private static byte[] key(int number) {
        return TestStores.bytes("key" + number);
    }

    private static byte[] value(int number) {
        int length = number % 500 == 0 ? 200_000 : number % 50 == 0 ? 6000 : 1000 + number % 1000;
        ByteBuffer value = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + Integer.BYTES <= length; at += 64) {
            value.putInt(at, number * 31 + at);
        }
        return value.array();
    }
}
