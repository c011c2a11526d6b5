package kv.store;

import static kv.store.Invariants.assertInvariants;
import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How much memory entries take, index included, for one byte of key and value: at most 1.25 freshly filled and 1.4 after their
 * values have been written anew with others of that size, whatever the size from 100 bytes up; from 16 KB on 1.15 and 1.21. By
 * the pages in use: the same on each machine. Looked at once in steps of a fiftieth, up to 400 KB: 1.20, 1.36, 1.04 and 1.2001.
 */
class SizesTest {
    private static final int KEY_BYTES = 16;
    private static final int TOTAL_BYTES = 4 << 20;
    private static final int LONG = 16 << 10;
    private static final int MOST = 100 << 10;

    private final KeyValueStore store = TestStores.store(32 << 20, 1, new HandClock());
    private final KeySession session = new KeySession(store);
    private final ByteBuffer source = ByteBuffer.allocate(1 << 20).order(ByteOrder.nativeOrder());
    private final Random random = new Random(4);

    @Test
    void put_anySize_takesLittleMoreThanItsBytes() {
        List<String> tooMuch = new ArrayList<>();
        // In steps of a seventh, and then the sizes at which a piece, a page of a chain or a long entry begins, and the worst.
        for (int bytes = 100; bytes <= MOST; bytes += bytes / 7) {
            measure(bytes, tooMuch);
        }
        for (int bytes : new int[] {121, 4096, 4097, 8177, 12_265, 13_000, 16_384, 21_423, 24_000, 24_528, 28_700, 32_760,
            32_761, 65_521}) {
            measure(bytes, tooMuch);
        }
        assertEquals(List.of(), tooMuch);
        assertInvariants(store);
        store.close();
    }

    /** @param bytes of key and value */
    private void measure(int bytes, List<String> tooMuch) {
        int count = TOTAL_BYTES / bytes;
        for (int i = 0; i < count; i++) {
            put(i, bytes - KEY_BYTES);
        }
        check("fresh", bytes, count, bytes < LONG ? 1.25 : 1.15, tooMuch);
        for (int i = 0; i < 2 * count; i++) {
            // Not the same lengths: they would be written in place.
            put(random.nextInt(count), bytes - KEY_BYTES - random.nextInt(Math.min(bytes - KEY_BYTES, bytes / 10 + 9)));
        }
        for (int i = 0; i < count; i++) {
            put(i, bytes - KEY_BYTES);
        }
        check("churned", bytes, count, bytes < LONG ? 1.4 : 1.21, tooMuch);
        store.clear();
    }

    private void check(String when, int bytes, int count, double most, List<String> tooMuch) {
        double factor = store.stats().memoryUsedBytes() / ((double) bytes * count);
        if (factor > most) {
            tooMuch.add("%s, %d entries of %d bytes: %.3f".formatted(when, count, bytes, factor));
        }
    }

    private void put(int number, int valueBytes) {
        byte[] key = bytes("key-%012d".formatted(number));
        assertEquals(true, session.put(TestStores.heap(key), 0, KEY_BYTES, source, 0, valueBytes,
                KeySession.NO_EXPIRY) != PutResult.OUT_OF_MEMORY);
    }
}
