package kv.store;

import static kv.store.Invariants.assertInvariants;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads that read, write, append, give deadlines and hold sections, in a store that is full all the time: every value is one
 * that its key was given, what a section has seen stays as long as it is open, no key goes that the policy keeps, the memory
 * stays within its limit, and all accounts are exact in the end.
 *
 * <p>That nothing goes of the shards that a long section holds is too rare to be missed here: {@link HeldShardEvictionTest}.
 */
@Timeout(600)
class EvictionStressTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 15_000;
    private static final int KEYS = 4000;
    private static final int KEPT = 40;
    private static final int VALUE_MAX = 200_000;
    private static final long LIMIT = 6 << 20;

    @ParameterizedTest
    @EnumSource(value = Eviction.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void store_fullAllTheTime_keepsItsPromises(Eviction eviction) throws Exception {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(LIMIT).withEviction(eviction))) {
            for (int i = 0; i < KEPT; i++) {
                store.put(("kept" + i).getBytes(), new byte[1000]);
            }
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Worker worker = new Worker(store, eviction, new Random(seed + i));
                results.add(threads.submit(worker));
            }
            for (Future<Void> result : results) {
                result.get();
            }
            StoreStats stats = store.stats();
            assertTrue(stats.evictedTotal() > 1000, stats.toString());
            assertTrue(stats.memoryUsedBytes() <= LIMIT, stats.toString());
            if (eviction.keepsLasting()) {
                for (int i = 0; i < KEPT; i++) {
                    assertTrue(store.contains(("kept" + i).getBytes()), "kept" + i);
                }
            }
            assertInvariants(store);
        } finally {
            threads.shutdownNow();
        }
    }

    private static final class Worker implements Callable<Void> {
        private final StoreSession session;
        private final Eviction eviction;
        private final KeyValueStore store;
        private final Random random;
        private final Keys keys;
        private final ByteBuffer bytes = ByteBuffer.allocate(16 + VALUE_MAX).order(ByteOrder.nativeOrder());
        private final ByteBuffer found = ByteBuffer.allocate(VALUE_MAX).order(ByteOrder.nativeOrder());

        Worker(KeyValueStore store, Eviction eviction, Random random) {
            this.store = store;
            this.eviction = eviction;
            this.random = random;
            this.session = store.session();
            this.keys = session.newKeys();
        }

        @Override
        public Void call() {
            for (int i = 0; i < OPERATIONS; i++) {
                int number = (int) (KEYS * Math.pow(random.nextDouble(), 2));
                keys.clear();
                bytes.putLong(0, number).putLong(8, number + KEYS);
                keys.add(bytes, 0, 8);
                keys.add(bytes, 8, 8);
                switch (random.nextInt(40)) {
                    case 0 -> hold(number);
                    case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> put(number);
                    default -> read(number);
                }
            }
            return null;
        }

        private void read(int number) {
            if (session.open(keys, 0, 1, Access.SHARED, store.nowMillis()) == Opening.HELD) {
                session.awaitRelease();
                return;
            }
            try {
                check(number, session.read(0, 0, VALUE_MAX, found.clear()));
            } finally {
                session.close();
            }
        }

        /** A value is its length times the last byte of its key's number. */
        private void check(int number, int length) {
            for (int at = 0; at < length; at += 1 + length / 16) {
                assertEquals((byte) number, found.get(at));
            }
        }

        private void put(int number) {
            int length = random.nextInt(100) == 0 ? random.nextInt(VALUE_MAX) : random.nextInt(10) == 0 ? random.nextInt(20_000)
                    : 1 + random.nextInt(1000);
            for (int at = 16; at < 16 + length; at++) {
                bytes.put(at, (byte) number);
            }
            boolean expires = eviction.keepsLasting() || random.nextBoolean();
            long deadline = expires ? store.nowMillis() + 1_000_000 + number : Deadline.NONE;
            for (int tries = 1; tries <= StoreSession.TRIES_MAX; tries++) {
                session.prepare(keys, 0, bytes, 16, length);
                if (session.open(keys, 0, 1, Access.EXCLUSIVE, store.nowMillis()) == Opening.HELD) {
                    session.awaitRelease();
                    continue;
                }
                boolean done;
                try {
                    done = session.put(0, bytes, 16, length, deadline) != PutResult.OUT_OF_MEMORY;
                } finally {
                    session.close();
                }
                if (done || !session.makeRoom()) {
                    return;
                }
            }
        }

        /** In a long section, which others are told of, what is there stays. */
        private void hold(int number) {
            if (session.hold(keys, 0, 2, store.nowMillis()) == Opening.HELD) {
                session.awaitRelease();
                return;
            }
            try {
                int length = session.valueLength(0);
                int other = session.valueLength(1);
                for (int i = 0; i < 20; i++) {
                    Thread.yield();
                    assertEquals(length, session.read(0, 0, VALUE_MAX, found.clear()));
                    check(number, length);
                    assertEquals(other, session.valueLength(1));
                }
            } finally {
                session.close();
            }
        }
    }
}
