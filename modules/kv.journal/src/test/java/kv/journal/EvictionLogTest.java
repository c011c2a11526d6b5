package kv.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import kv.log.DiskStorage;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that evicts, closed and opened again. */
@Timeout(600)
class EvictionLogTest {
    private static final int KEYS = 30_000;

    @TempDir
    Path folder;

    private KeyValueStore store;
    private StoreLog log;

    private void open(long limitBytes) throws IOException {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(limitBytes).withEviction(Eviction.ALL));
        log = StoreLog.open(DiskStorage.open(folder), StoreLogConfig.defaults(new StoreLogListener() { }), store);
    }

    private void close() throws IOException {
        log.close();
        store.close();
    }

    /** Seen to fail with evictions that are not written down: keys come back that were not there. */
    @Test
    void reopened_whatWasEvicted_isGone() throws IOException {
        open(16 << 20);
        for (int i = 0; i < KEYS; i++) {
            store.put(key(i), value(i), Duration.ofHours(1 + i % 2));
        }
        boolean[] there = new boolean[KEYS];
        for (int i = 0; i < KEYS; i++) {
            there[i] = store.contains(key(i));
        }
        long evicted = store.stats().evictedTotal();
        assertTrue(evicted > KEYS / 3, store.stats()::toString);
        close();
        open(64 << 20);
        assertEquals(KEYS - evicted, store.size());
        for (int i = 0; i < KEYS; i++) {
            assertArrayEquals(there[i] ? value(i) : null, store.get(key(i)));
        }
        close();
    }

    private static byte[] key(int number) {
        return ("key" + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] value(int number) {
        byte[] value = new byte[900 + number % 100];
        value[number % 900] = 1;
        return value;
    }
}
