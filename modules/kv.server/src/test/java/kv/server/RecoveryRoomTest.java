package kv.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that holds more than the store may. */
@Timeout(600)
class RecoveryRoomTest {
    private static final int KEYS = 4000;
    private static final int VALUE_BYTES = 10_000;

    @TempDir
    Path folder;

    private KeyValueStore store;

    private DataDirectory open(int mebibytes, Eviction eviction) throws IOException {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes((long) mebibytes << 20).withEviction(eviction));
        ServerConfig config = ServerConfig.defaults().with("data-dir", folder.resolve("data").toString()).with("fsync", "no");
        return DataDirectory.open(config, null, store, death -> { }, StartProgress.quiet(line -> { }), null);
    }

    private void fill() throws IOException {
        DataDirectory data = open(128, Eviction.NONE);
        for (int i = 0; i < KEYS; i++) {
            store.put(key(i), new byte[VALUE_BYTES]);
        }
        data.close();
        store.close();
    }

    private static byte[] key(int number) {
        return ("key" + number).getBytes(US_ASCII);
    }

    @Test
    void directory_largerThanAStoreThatEvicts_isThereAsFarAsItFits() throws IOException {
        fill();
        DataDirectory data = open(24, Eviction.ALL);
        long kept = store.size();
        assertTrue(kept > 500 && kept < KEYS, kept + " keys");
        assertEquals(24L << 20, store.stats().memoryLimitBytes());
        assertEquals(Eviction.ALL, store.eviction());
        for (int i = 0; i < KEYS; i++) {
            byte[] value = store.get(key(i));
            assertTrue(value == null || value.length == VALUE_BYTES);
        }
        data.close();
        store.close();
        // What was evicted is deleted in the log as well.
        data = open(128, Eviction.NONE);
        assertEquals(kept, store.size());
        data.close();
        store.close();
    }

    /** What has expired meanwhile is in the log as well. Seen to be refused without more memory for the time being. */
    @Test
    void directory_ofAStoreThatNeverHeldAllAtOnce_isRecovered() throws Exception {
        DataDirectory data = open(24, Eviction.NONE);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 1500; i++) {
                store.put(key(round * KEYS + i), new byte[VALUE_BYTES], Duration.ofMillis(round < 2 ? 1 : 1_000_000));
            }
            while (store.size() > 0 && round < 2) {
                Thread.sleep(1);
            }
        }
        assertEquals(1500, store.size());
        data.close();
        store.close();
        data = open(24, Eviction.NONE);
        assertEquals(1500, store.size());
        assertEquals(24L << 20, store.stats().memoryLimitBytes());
        data.close();
        store.close();
    }

    @Test
    void directory_ofWhichNothingMayBeEvicted_isRefusedWithBothSizes() throws IOException {
        fill();
        String message = assertThrows(IOException.class, () -> open(24, Eviction.VOLATILE)).getMessage();
        assertTrue(message.contains(Long.toString(24 << 20)), message);
        store.close();
        message = assertThrows(IOException.class, () -> open(24, Eviction.NONE)).getMessage();
        assertTrue(message.contains("does not fit") && message.contains(Long.toString(24 << 20)), message);
        store.close();
    }
}
