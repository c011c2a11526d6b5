package kv.store;

import static kv.store.TestStores.bytes;
import static kv.store.TestStores.direct;
import static kv.store.TestStores.heap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class KeysTest {
    private final Hashing hashing = Hashing.seeded(1);
    private final Keys keys = new Keys(hashing, 10, 1);

    @Test
    void add_manyKeys_areNumberedAndHashed() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5000; i++) {
                byte[] key = bytes("" + i);
                assertEquals(i, keys.add(heap(key), 0, key.length));
            }
            assertEquals(5000, keys.size());
            for (int i = 0; i < 5000; i++) {
                byte[] key = bytes("" + i);
                assertEquals(hashing.hash(heap(key), 0, key.length), keys.hash(i));
                assertEquals(key.length, keys.length(i));
            }
            keys.clear();
            assertEquals(0, keys.size());
        }
    }

    @Test
    void add_keyThatMayNotBe_isRefusedAndNotAdded() {
        ByteBuffer foreign = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        assertThrows(IllegalArgumentException.class, () -> keys.add(foreign, 0, 3));
        assertThrows(IllegalArgumentException.class, () -> keys.add(heap(new byte[20]), 0, 11));
        assertThrows(IndexOutOfBoundsException.class, () -> keys.add(heap(new byte[5]), 3, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> keys.add(heap(new byte[5]), -1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> keys.add(heap(new byte[5]), 1, -1));
        assertEquals(0, keys.size());
    }

    @Test
    void areEqual_sameBytesElsewhere_are() {
        keys.add(heap(bytes("abcdef")), 1, 3);
        keys.add(direct(bytes("bcd")), 0, 3);
        keys.add(heap(bytes("bce")), 0, 3);
        keys.add(heap(bytes("bcd")), 0, 2);
        assertTrue(keys.areEqual(0, 1));
        assertFalse(keys.areEqual(0, 2));
        assertFalse(keys.areEqual(1, 3));
    }
}
