package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several values at once: all of them, or none. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PutAllTest {
    private record Values(byte[][] bytes) implements ValueSource {
        @Override
        public ByteBuffer value(int key) {
            return heap(bytes[key]);
        }

        @Override
        public int start(int key) {
            return 0;
        }

        @Override
        public int length(int key) {
            return bytes[key].length;
        }
    }

    @Test
    void putAll_noRoomForTheLast_changesNothing() {
        for (boolean prepare : new boolean[] {false, true}) {
            try (KeyValueStore store = TestStores.store(2 << 20, 4, new HandClock())) {
                store.put(bytes("b"), bytes("old"));
                long used = store.stats().memoryUsedBytes();
                String[] names = {"a", "b", "c", "d"};
                byte[][] values = {new byte[10], new byte[200_000], new byte[10_000], new byte[3 << 20]};
                assertTrue(!putAll(store, store.session(), names, values, prepare));
                assertInvariants(store);
                assertEquals(1, store.size());
                assertEquals(3, store.stats().valueBytes());
                assertArrayEquals(bytes("old"), store.get(bytes("b")));
                assertEquals(used, store.stats().memoryUsedBytes());
            }
        }
    }

    @Test
    void putAll_keyTwice_getsTheLast() {
        try (KeyValueStore store = TestStores.store()) {
            int[] lengths = {3, 100, 5000, 40_000};
            for (int old : lengths) {
                for (int first : lengths) {
                    for (int last : lengths) {
                        store.put(bytes("k"), new byte[old]);
                        byte[][] values = {TestStores.randomBytes(new Random(first), first), new byte[1],
                                TestStores.randomBytes(new Random(7), last)};
                        assertTrue(putAll(store, store.session(), new String[] {"k", "other", "k"}, values, old == first));
                        assertInvariants(store);
                        assertArrayEquals(values[2], store.get(bytes("k")));
                        assertEquals(2, store.size());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"65536, 3000, false", "1024, 12000, true", "3072, 90000, true"})
    void putAll_randomPairs_isThatOfAMap(int limitKibibytes, int valueBytesMax, boolean shortMemory) {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int refused = 0;
        try (KeyValueStore store = TestStores.store((long) limitKibibytes << 10, 4, new HandClock())) {
            StoreSession session = store.session();
            Map<String, byte[]> model = new HashMap<>();
            for (int i = 0; i < 3000; i++) {
                int count = 1 + random.nextInt(12);
                String[] names = new String[count];
                byte[][] values = new byte[count][];
                Map<String, byte[]> pairs = new HashMap<>();
                for (int k = 0; k < count; k++) {
                    names[k] = "key" + random.nextInt(random.nextBoolean() ? 10 : 200);
                    values[k] = TestStores.randomBytes(random, random.nextInt(1 + random.nextInt(valueBytesMax)));
                    pairs.put(names[k], values[k]);
                }
                if (putAll(store, session, names, values, random.nextBoolean())) {
                    model.putAll(pairs);
                } else {
                    refused++;
                    String some = "key" + random.nextInt(200);
                    assertEquals(model.remove(some) != null, store.delete(bytes(some)));
                }
                if (i % 100 == 0) {
                    assertInvariants(store);
                    assertEquals(model.size(), store.size());
                    model.forEach((name, value) -> assertArrayEquals(value, store.get(bytes(name))));
                }
            }
            assertEquals(shortMemory, refused > 0, refused + " were refused");
            model.keySet().forEach(name -> assertTrue(store.delete(bytes(name))));
            assertInvariants(store);
            assertEquals(0, store.stats().memoryUsedBytes());
        }
    }

    @Test
    void prepare_notPut_isGivenBack() {
        try (KeyValueStore store = TestStores.store()) {
            StoreSession session = store.session();
            Keys keys = session.newKeys();
            byte[] value = TestStores.randomBytes(new Random(1), 1 << 20);
            keys.add(heap(bytes("k")), 0, 1);
            session.prepare(keys, 0, heap(value), 0, value.length);
            assertTrue(store.stats().memoryUsedBytes() >= value.length * 9 / 10, "it has been written already");
            session.open(keys, 0, 1, Access.EXCLUSIVE, 0);
            session.close();
            assertEquals(0, store.stats().memoryUsedBytes());

            StoreSession holder = store.session();
            holder.hold(keys, 0, 1, 0);
            session.prepare(keys, 0, heap(value), 0, value.length);
            assertEquals(Opening.HELD, session.open(keys, 0, 1, Access.EXCLUSIVE, 0));
            holder.close();
            assertEquals(0, store.stats().memoryUsedBytes());

            session.prepare(keys, 0, heap(value), 0, value.length);
            session.open(keys, 0, 1, Access.EXCLUSIVE, 0);
            assertEquals(PutResult.CREATED, session.put(0, heap(value), 0, value.length, Deadline.NONE));
            session.close();
            assertInvariants(store);
            assertArrayEquals(value, store.get(bytes("k")));
        }
    }

    @Test
    void prepare_longKeys_areWholeAfterwards() {
        try (KeyValueStore store = TestStores.store()) {
            StoreSession session = store.session();
            for (int keyLength : new int[] {1, 4000, 32_759, 32_760, 32_761, 40_000, 65_535}) {
                for (int length : new int[] {0, 1, 32_759, 32_760, 65_519, 65_520, 65_521, 100_000}) {
                    byte[] key = TestStores.randomBytes(new Random(keyLength), keyLength);
                    byte[] value = TestStores.randomBytes(new Random(length), length);
                    Keys keys = session.newKeys();
                    keys.add(heap(key), 0, key.length);
                    session.prepare(keys, 0, heap(value), 0, length);
                    session.open(keys, 0, 1, Access.EXCLUSIVE, 0);
                    session.put(0, heap(value), 0, length, Deadline.NONE);
                    session.close();
                    assertInvariants(store);
                    assertArrayEquals(value, store.get(key));
                }
            }
        }
    }

    private static boolean putAll(KeyValueStore store, StoreSession session, String[] names, byte[][] values, boolean prepare) {
        Keys keys = session.newKeys();
        for (String name : names) {
            byte[] key = bytes(name);
            keys.add(heap(key), 0, key.length);
        }
        for (int k = 0; prepare && k < names.length; k++) {
            session.prepare(keys, k, heap(values[k]), 0, values[k].length);
        }
        assertEquals(Opening.OPEN, session.open(keys, 0, names.length, Access.EXCLUSIVE, store.nowMillis()));
        try {
            return session.putAll(0, names.length, new Values(values), Deadline.NONE);
        } finally {
            session.close();
        }
    }
}
