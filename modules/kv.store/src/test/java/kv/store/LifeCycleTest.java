package kv.store;

import static kv.store.TestStores.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifeCycleTest {
    @Test
    void store_openedAndClosed200Times_leavesNoThreadAndNoMemory() {
        long before = directBytes();
        for (int i = 0; i < 200; i++) {
            KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(2 << 20));
            for (int key = 0; key < 1000; key++) {
                store.put(bytes("key" + key), new byte[500], Duration.ofMillis(1 + key % 3));
            }
            store.close();
            assertEquals(0, store.pool().reservedBytes());
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("kv-store-keeper")));
        assertTrue(directBytes() <= before + (4 << 20), "memory waits for a garbage collection");
    }

    /** What reads without a lock while the memory goes: a segment freed too early would end the JVM. */
    @Test
    void close_whileOthersPrefetch_freesNothingUnderThem() throws Exception {
        for (int i = 0; i < 50; i++) {
            KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20));
            StoreSession session = store.session();
            Keys keys = session.newKeys();
            for (int key = 0; key < 2000; key++) {
                store.put(bytes("key" + key), new byte[500]);
                byte[] name = bytes("key" + key);
                keys.add(TestStores.heap(name), 0, name.length);
            }
            AtomicBoolean closed = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Void> reader = TestStores.runAsync(() -> {
                while (!closed.get()) {
                    session.prefetch(keys, 0, keys.size());
                    begun.countDown();
                }
            });
            begun.await();
            store.close();
            closed.set(true);
            reader.get();
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Test
    void everyMethod_closedStore_throws() {
        KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(1 << 20));
        KeySession session = new KeySession(store);
        byte[] k = bytes("k");
        store.put(k, k);
        store.close();
        store.close();
        ByteBuffer key = TestStores.heap(k);
        List<Executable> calls = new ArrayList<>(List.of(
                () -> store.get(k), () -> store.put(k, k), () -> store.put(k, k, Duration.ofSeconds(1)),
                () -> store.putIfAbsent(k, k), () -> store.delete(k), () -> store.contains(k), () -> store.timeToLive(k),
                () -> store.expire(k, Duration.ofSeconds(1)), () -> store.persist(k), () -> store.keys(k), store::size,
                store::clear, store::stats));
        calls.add(() -> session.read(key, 0, 1, ByteBuffer.allocate(1)));
        calls.add(() -> session.scan(0, 1, (bytes, start, length) -> { }));
        calls.add(() -> session.randomKey((bytes, start, length) -> { }));
        for (Executable call : calls) {
            assertThrows(IllegalStateException.class, call);
        }
    }

    @Test
    void emptyStore_reservesNothing() {
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults())) {
            assertEquals(0, store.stats().memoryReservedBytes());
        }
    }

    @Test
    void config_badSetting_isNamedWithValueAndRange() {
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(1 << 30);
        assertEquals(256, config.shards());
        assertEquals(4, config.withMemoryLimitBytes(1 << 20).shards());
        assertTrue(config.withMemoryLimitBytes(6L << 40).shards() * (96L << 20) >= Math.min(6L << 40, MachineMemory.BYTES));
        assertMessage("shards: 3 is not a power of two", () -> config.withShards(3));
        assertMessage("shards: 0 is not in 1 to 65536", () -> config.withShards(0));
        assertMessage("memoryLimitBytes: 1 is not in 131072 to 100663296", () -> config.withMemoryLimitBytes(1));
        assertMessage("memoryLimitBytes: 1073741824 is not in 131072 to 100663296", () -> config.withShards(1));
        assertMessage("keyBytesMax: 65536 is not in 1 to 65535", () -> config.withKeyBytesMax(65536));
        assertMessage("valueBytesMax: 67108865 is not in 0 to 67108864", () -> config.withValueBytesMax((64 << 20) + 1));
        assertThrows(NullPointerException.class, () -> config.withClock(null));
    }

    private static void assertMessage(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    /** 4 GB it was, in 65536 shards, on a machine that could never fill them. */
    @Test
    void config_limitBeyondTheMachine_makesNoShardsForIt() {
        Assumptions.assumeTrue(MachineMemory.BYTES < 1L << 36, "a large machine");
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(6L << 40))) {
            for (int i = 0; i < 100_000; i++) {
                store.put(bytes("key" + i), bytes("value"));
            }
            assertTrue(store.stats().memoryUsedBytes() < 64 << 20, store.stats().toString());
            assertEquals(6L << 40, store.stats().memoryLimitBytes());
        }
    }

    @Test
    void machineMemory_unreadableFile_isUnknown() {
        assertEquals(Long.MAX_VALUE, MachineMemory.read(Path.of("/nosuch")));
        assertEquals(Long.MAX_VALUE, MachineMemory.read(Path.of("/dev/null")));
    }

    @Test
    void config_defaults_fitTheJvm() {
        StoreConfig config = StoreConfig.defaults();
        assertEquals(Runtime.getRuntime().maxMemory(), config.memoryLimitBytes());
        assertTrue(config.shards() >= 1);
    }
}
