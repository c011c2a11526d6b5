package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Stores without a thread, with known secrets and a clock to be moved by hand; and the bytes to try them with. */
final class TestStores {
    private TestStores() { }

    /**
     * On a thread of its own. The common pool, which is what CompletableFuture takes by itself from JDK 25 on, has but one on two
     * processors: there, tasks that are to meet would run one after another.
     */
    static CompletableFuture<Void> runAsync(Runnable task) {
        return supplyAsync(() -> {
            task.run();
            return null;
        });
    }

    /** As {@link #runAsync}, of a task with a result. */
    static <T> CompletableFuture<T> supplyAsync(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, runnable -> new Thread(runnable).start());
    }

    static KeyValueStore store(long memoryLimitBytes, int shards, HandClock clock) {
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(memoryLimitBytes).withShards(shards)
                .withClock(clock.clock());
        return new KeyValueStore(config, Hashing.seeded(42), ByteBuffer::allocateDirect);
    }

    static KeyValueStore store() {
        return store(64 << 20, 4, new HandClock());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static ByteBuffer heap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder()).put(0, bytes);
    }

    static PutResult put(KeySession session, byte[] key, byte[] value, long ttlMillis) {
        return session.put(heap(key), 0, key.length, heap(value), 0, value.length, ttlMillis);
    }
}
