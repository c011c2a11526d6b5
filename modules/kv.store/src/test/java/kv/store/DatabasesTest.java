package kv.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Databases beside each other in one store: the same keys with other values, one memory, and swaps. */
class DatabasesTest {
    private final KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withShards(4));
    private final StoreSession session = store.session();
    private final Keys keys = session.newKeys();

    @AfterEach
    void close() {
        Invariants.assertInvariants(store);
        store.close();
    }

    private void open(int database, String key) {
        keys.clear();
        keys.select(database);
        keys.add(TestStores.heap(key.getBytes(ISO_8859_1)), 0, key.length());
        session.openPatiently(keys, 1, Access.EXCLUSIVE);
    }

    private void put(int database, String key, String value, long deadline) {
        open(database, key);
        session.put(0, TestStores.heap(value.getBytes(ISO_8859_1)), 0, value.length(), deadline);
        session.close();
    }

    private boolean delete(int database, String key) {
        open(database, key);
        boolean deleted = session.delete(0);
        session.close();
        return deleted;
    }

    private String get(int database, String key) {
        open(database, key);
        ByteBuffer target = ByteBuffer.allocate(1 << 17);
        int length = session.read(0, 0, 1 << 17, target);
        session.close();
        return length < 0 ? null : new String(target.array(), 0, length, ISO_8859_1);
    }

    private Set<String> scan(int database) {
        Set<String> found = new HashSet<>();
        long cursor = 0;
        do {
            cursor = session.scan(database, cursor, 100, store.nowMillis(), (bytes, start, length) -> {
                byte[] key = new byte[length];
                bytes.get(start, key);
                assertTrue(found.add(new String(key, ISO_8859_1)));
            });
        } while (cursor != 0);
        return found;
    }

    @Test
    void randomChanges_inAllDatabases_areAsInAModel() {
        long seed = Long.getLong("kv.seed", 1);
        SplittableRandom random = new SplittableRandom(seed);
        List<Map<String, String>> model = new ArrayList<>();
        for (int i = 0; i < KeyValueStore.DATABASES; i++) {
            model.add(new HashMap<>());
        }
        for (int step = 0; step < 60_000; step++) {
            int database = random.nextInt(4) * 5;
            String key = "k" + random.nextInt(3000);
            switch (random.nextInt(200)) {
                case 0 -> {
                    session.clear(database);
                    model.get(database).clear();
                }
                case 1 -> {
                    int other = random.nextInt(4) * 5;
                    session.swap(database, other);
                    Map<String, String> swapped = model.get(database);
                    model.set(database, model.get(other));
                    model.set(other, swapped);
                }
                case 2 -> assertEquals(model.get(database).keySet(), scan(database), "seed " + seed);
                case 3 -> {
                    put(database, key, "gone", 1);
                    store.sweep();
                    model.get(database).remove(key);
                }
                default -> {
                    if (random.nextInt(3) == 0) {
                        assertEquals(model.get(database).remove(key) != null, delete(database, key), "seed " + seed);
                    } else {
                        String value = "v".repeat(random.nextInt(100) == 0 ? random.nextInt(100_000) : random.nextInt(60)) + step;
                        put(database, key, value, random.nextBoolean() ? Deadline.NONE : Long.MAX_VALUE - 1);
                        model.get(database).put(key, value);
                    }
                }
            }
        }
        // A sweep is made once a millisecond, and the last one may have come before a key that was past when it was put.
        long last = store.nowMillis();
        while (store.nowMillis() == last) {
            Thread.onSpinWait();
        }
        for (int database = 0; database < KeyValueStore.DATABASES; database++) {
            assertEquals(model.get(database).size(), store.stats(database).keys(), "seed " + seed);
            for (Map.Entry<String, String> entry : model.get(database).entrySet()) {
                assertEquals(entry.getValue(), get(database, entry.getKey()), "seed " + seed);
            }
        }
        assertEquals(model.stream().mapToLong(Map::size).sum(), store.stats().keys());
    }

    @Test
    void plainMethods_workInDatabase0() {
        put(1, "a", "one", Deadline.NONE);
        assertEquals(0, store.size());
        store.put("a".getBytes(ISO_8859_1), "zero".getBytes(ISO_8859_1));
        assertEquals(1, store.size());
        assertEquals(1, store.keys(new byte[0]).size());
        store.clear();
        assertEquals(0, store.size());
        assertEquals("one", get(1, "a"));
        session.swap(0, 1);
        assertEquals("one", new String(store.get("a".getBytes(ISO_8859_1)), ISO_8859_1));
    }

    @Test
    void clear_oneOfSeveral_givesItsMemoryBack() {
        for (int i = 0; i < 20_000; i++) {
            put(0, "key" + i, "value", Deadline.NONE);
        }
        long before = store.stats().memoryUsedBytes();
        for (int i = 0; i < 20_000; i++) {
            put(7, "key" + i, "value".repeat(10), i + Long.MAX_VALUE / 2);
        }
        session.clear(7);
        assertTrue(store.stats().memoryUsedBytes() < before * 5 / 4, store.stats().memoryUsedBytes() + " after " + before);
        assertEquals(0, store.stats().expiringKeys());
        assertEquals(20_000, store.size());
        session.clearAll();
        assertEquals(0, store.stats().memoryUsedBytes());
    }

    @Test
    void randomKey_isOfItsDatabase() {
        for (int i = 0; i < 1000; i++) {
            put(0, "zero" + i, "v", Deadline.NONE);
        }
        put(3, "three", "v", Deadline.NONE);
        for (int i = 0; i < 100; i++) {
            assertEquals(1, session.randomKey(3, store.nowMillis(), (bytes, start, length) -> assertEquals(5, length)));
        }
        assertEquals(0, session.randomKey(4, store.nowMillis(), (bytes, start, length) -> { }));
    }

    @Test
    void databaseThatDoesNotExist_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> keys.select(-1));
        assertThrows(IllegalArgumentException.class, () -> keys.select(2 * KeyValueStore.DATABASES));
        assertThrows(IllegalArgumentException.class, () -> session.scan(-1, 0, 1, 0, (bytes, start, length) -> { }));
        assertThrows(IndexOutOfBoundsException.class, () -> session.swap(0, KeyValueStore.DATABASES));
    }

    @Test
    void section_holdingAll_scansAndClearsAndSwaps() {
        put(0, "zero", "v", Deadline.NONE);
        put(1, "one", "v", Deadline.NONE);
        assertEquals(Opening.OPEN, session.holdAll(keys, store.nowMillis()));
        assertEquals(Set.of("zero"), scan(0));
        session.swap(0, 1);
        assertEquals(Set.of("one"), scan(0));
        session.clear(0);
        assertEquals(Set.of(), scan(0));
        assertEquals(1, session.randomKey(1, store.nowMillis(), (bytes, start, length) -> { }));
        session.close();
        assertEquals(Set.of("zero"), scan(1));
    }
}
