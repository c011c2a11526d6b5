package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The correctness suite: each case ends in a walk of the invariants. */
class StoreTest {
    private final KeyValueStore store = TestStores.store();

    @AfterEach
    void assertInvariantsAndClose() {
        assertInvariants(store);
        store.close();
    }

    @Test
    void get_afterPut_returnsValue() {
        store.put(bytes("foo"), bytes("bar"));
        assertArrayEquals(bytes("bar"), store.get(bytes("foo")));
        assertTrue(store.contains(bytes("foo")));
        assertEquals(1, store.size());
    }

    @Test
    void get_absentKey_returnsNull() {
        assertNull(store.get(bytes("foo")));
        assertFalse(store.contains(bytes("foo")));
        store.put(bytes("foo"), bytes("bar"));
        assertNull(store.get(bytes("fop")));
    }

    @Test
    void put_existingKey_replacesValue() {
        store.put(bytes("a"), bytes("1"));
        store.put(bytes("a"), bytes("2"));
        assertArrayEquals(bytes("2"), store.get(bytes("a")));
        store.put(bytes("a"), new byte[1000]);
        assertArrayEquals(new byte[1000], store.get(bytes("a")));
        store.put(bytes("a"), bytes(""));
        assertArrayEquals(bytes(""), store.get(bytes("a")));
        assertEquals(1, store.size());
        assertEquals(0, store.stats().valueBytes());
    }

    @Test
    void put_emptyKeyAndValue_areStored() {
        store.put(new byte[0], new byte[0]);
        assertArrayEquals(new byte[0], store.get(new byte[0]));
        assertTrue(store.delete(new byte[0]));
    }

    @Test
    void putIfAbsent_existingKey_keepsValue() {
        assertTrue(store.putIfAbsent(bytes("a"), bytes("1")));
        assertFalse(store.putIfAbsent(bytes("a"), bytes("2")));
        assertArrayEquals(bytes("1"), store.get(bytes("a")));
    }

    @Test
    void delete_existingKey_takesItAwayOnce() {
        store.put(bytes("a"), bytes("1"));
        assertTrue(store.delete(bytes("a")));
        assertFalse(store.delete(bytes("a")));
        assertNull(store.get(bytes("a")));
        assertEquals(0, store.size());
    }

    @Test
    void delete_missingKey_changesNothing() {
        assertFalse(store.delete(bytes("a")));
        store.put(bytes("b"), bytes("1"));
        assertFalse(store.delete(bytes("a")));
        assertEquals(1, store.size());
    }

    @Test
    void delete_everyOtherOf1000_leavesTheRest() {
        for (int i = 0; i < 1000; i++) {
            store.put(bytes("key" + i), bytes("value" + i));
        }
        assertInvariants(store);
        for (int i = 0; i < 1000; i += 2) {
            assertTrue(store.delete(bytes("key" + i)));
        }
        assertEquals(500, store.size());
        for (int i = 0; i < 1000; i++) {
            assertArrayEquals(i % 2 == 0 ? null : bytes("value" + i), store.get(bytes("key" + i)));
        }
    }

    @Test
    void put_twoKeysInOneBucket_areKeptApart() {
        byte[][] pair = keysWithEqualSlotAndTag();
        store.put(pair[0], bytes("first"));
        store.put(pair[1], bytes("second"));
        assertInvariants(store);
        assertArrayEquals(bytes("first"), store.get(pair[0]));
        assertArrayEquals(bytes("second"), store.get(pair[1]));
        assertTrue(store.delete(pair[0]));
        assertInvariants(store);
        assertNull(store.get(pair[0]));
        assertArrayEquals(bytes("second"), store.get(pair[1]));
    }

    private byte[][] keysWithEqualSlotAndTag() {
        Map<Long, byte[]> seen = new HashMap<>();
        for (int i = 0; ; i++) {
            byte[] key = bytes("bucket" + i);
            long hash = store.hashing().hash(TestStores.heap(key), 0, key.length);
            // 4 shards: 2 bits, then the home slot; the tag lies at the other end.
            byte[] other = seen.put(hash >>> Long.SIZE - 2 - IndexPage.SLOT_BITS << 8 | hash & 0xFF, key);
            if (other != null) {
                return new byte[][] {other, key};
            }
        }
    }

    @Test
    void keys_prefix_returnsMatchingOnly() {
        for (int i = 0; i < 300; i++) {
            store.put(bytes("a" + i), bytes("1"));
            store.put(bytes("b" + i), bytes("1"));
        }
        Set<String> found = new HashSet<>();
        store.keys(bytes("a1")).forEach(key -> assertTrue(found.add(new String(key))));
        assertEquals(1 + 10 + 100, found.size());
        assertTrue(found.contains("a199"));
        assertEquals(600, store.keys(new byte[0]).size());
    }

    @Test
    void clear_filledStore_givesAllPagesBack() {
        for (int i = 0; i < 20_000; i++) {
            store.put(bytes("key" + i), new byte[i % 100]);
        }
        store.put(bytes("large"), new byte[200_000]);
        store.clear();
        assertInvariants(store);
        assertEquals(0, store.size());
        assertEquals(0, store.stats().memoryUsedBytes());
        store.put(bytes("key"), bytes("again"));
        assertArrayEquals(bytes("again"), store.get(bytes("key")));
    }

    @Test
    void put_largeKeysAndValues_spanPages() {
        int[] keyLengths = {1, 4088, 4097, 32_000, 32_760, 40_000, 65_535};
        int[] valueLengths = {0, 10, 4087, 4088, 4095, 4096, 8175, 8176, 16_400, 32_703, 32_704, 32_759, 32_760, 65_519, 65_520,
                1 << 20};
        for (int keyLength : keyLengths) {
            for (int valueLength : valueLengths) {
                byte[] key = new byte[keyLength];
                key[keyLength - 1] = (byte) (valueLength >>> 8);
                byte[] value = TestStores.randomBytes(new Random(valueLength), valueLength);
                store.put(key, value);
                assertArrayEquals(value, store.get(key));
                assertInvariants(store);
                assertTrue(store.expire(key, Duration.ofHours(1)));
                assertArrayEquals(value, store.get(key));
                key[0] ^= 1;
                assertNull(store.get(key));
            }
        }
    }

    @Test
    void session_foreignByteOrder_isRejected() {
        ByteBuffer other = ByteBuffer.allocate(8);
        ByteOrder foreign = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        other.order(foreign);
        assertThrows(IllegalArgumentException.class, () -> new KeySession(store).valueLength(other, 0, 3));
    }

    @Test
    void put_overlongKeyOrValue_isRejected() {
        KeyValueStore small = new KeyValueStore(
                StoreConfig.defaults().withMemoryLimitBytes(1 << 20).withKeyBytesMax(3).withValueBytesMax(4), Hashing.seeded(1),
                ByteBuffer::allocateDirect);
        assertThrows(IllegalArgumentException.class, () -> small.put(bytes("long"), bytes("v")));
        assertThrows(IllegalArgumentException.class, () -> small.put(bytes("k"), bytes("value")));
        small.put(bytes("key"), bytes("four"));
        assertThrows(IndexOutOfBoundsException.class,
                () -> new KeySession(small).valueLength(ByteBuffer.allocate(2).order(ByteOrder.nativeOrder()), 1, 2));
        small.close();
    }

    @Test
    void read_targetTooSmall_copiesNothing() {
        store.put(bytes("k"), bytes("value"));
        KeySession session = new KeySession(store);
        ByteBuffer key = TestStores.direct(bytes("k"));
        ByteBuffer target = ByteBuffer.allocate(4);
        assertEquals(5, session.read(key, 0, 1, target));
        assertEquals(0, target.position());
        ByteBuffer enough = ByteBuffer.allocate(6);
        assertEquals(5, session.read(key, 0, 1, enough));
        assertArrayEquals(bytes("value"), Arrays.copyOf(enough.array(), enough.position()));
        assertEquals(StoreSession.NO_VALUE, session.read(TestStores.direct(bytes("x")), 0, 1, enough));
    }

    @Test
    void get_sinkInPieces_receivesWholeValue() {
        for (int length : new int[] {0, 1, 100, 5000, 100_000}) {
            byte[] value = TestStores.randomBytes(new Random(length), length);
            store.put(bytes("k"), value);
            ByteBuffer collected = ByteBuffer.allocate(length);
            int[] announced = {-1};
            assertTrue(new KeySession(store).get(TestStores.heap(bytes("k")), 0, 1, new ValueSink() {
                @Override
                public void length(int valueBytes) {
                    announced[0] = valueBytes;
                }

                @Override
                public ByteBuffer space(int remaining) {
                    assertEquals(length - collected.position(), remaining);
                    return collected.limit(Math.min(collected.capacity(), collected.position() + 777));
                }
            }));
            assertEquals(length, announced[0]);
            assertArrayEquals(value, collected.array());
        }
    }

    @Test
    void get_sinkThrows_releasesTheLock() {
        store.put(bytes("k"), bytes("value"));
        ValueSink broken = new ValueSink() {
            @Override
            public void length(int valueBytes) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ByteBuffer space(int remaining) {
                throw new UnsupportedOperationException();
            }
        };
        assertThrows(UnsupportedOperationException.class, () ->
                new KeySession(store).get(TestStores.heap(bytes("k")), 0, 1, broken));
        store.put(bytes("k"), bytes("other"));
        assertArrayEquals(bytes("other"), store.get(bytes("k")));
    }
}
