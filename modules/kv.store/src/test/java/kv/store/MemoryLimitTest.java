package kv.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A memory limit that is changed while there is data. */
final class MemoryLimitTest {
    private static byte[] key(int i) {
        return ("key" + i).getBytes(StandardCharsets.US_ASCII);
    }

    private static int fill(KeyValueStore store, int from) {
        byte[] value = new byte[1000];
        int i = from;
        try {
            while (true) {
                store.put(key(i), value);
                i++;
            }
        } catch (StoreFullException full) {
            return i;
        }
    }

    @Test
    @Timeout(600)
    void limit_loweredBelowWhatIsHeldOrBeyondTheShards_isRefusedAndNothingChanges() throws InterruptedException {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(48 << 20).withShards(4))) {
            int count = fill(store, 0);
            IllegalArgumentException held = assertThrows(IllegalArgumentException.class,
                    () -> store.setMemoryLimitBytes(32 << 20));
            assertTrue(held.getMessage().contains("bytes are in use"), held.getMessage());
            assertEquals(48 << 20, store.stats().memoryLimitBytes());
            if (MachineMemory.BYTES > 4L * (96 << 20)) {
                assertThrows(IllegalArgumentException.class, () -> store.setMemoryLimitBytes(4L * (96 << 20) + 1));
            }
            store.setMemoryLimitBytes(96 << 20);
            int more = fill(store, count);
            assertTrue(more > count + count / 2, more + " after " + count);
            for (int i = 0; i < more; i += 97) {
                assertArrayEquals(new byte[1000], store.get(key(i)));
            }
            store.clear();
            store.setMemoryLimitBytes(16 << 20);
            while (store.stats().memoryReservedBytes() > 16 << 20) {
                Thread.sleep(10); // until the housekeeper has given it back; bounded by the timeout
            }
            int fewer = fill(store, 0);
            assertTrue(fewer < count && fewer > 0, fewer + " instead of " + count);
        }
    }
}
