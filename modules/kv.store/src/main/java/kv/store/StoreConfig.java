package kv.store;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Settings of a {@link KeyValueStore}. Immutable.
 *
 * @param memoryLimitBytes direct memory that the store may take for keys, values and index, 128 KiB to 6 TiB. It is taken when
 *         needed, 16 MiB at a time.
 *         The JVM must allow as much: {@code -XX:MaxDirectMemorySize}, by default as much as the heap.
 * @param shards independent parts, each with its own lock; a power of two from 1 to 65536. A shard that holds any key takes 64
 *         KiB at least, and addresses
 * 96 MiB: the limit must lie between {@code shards} times the one and {@code shards} times the other, or above the machine's
 * memory, which it
 *         cannot reach.
 * @param keyBytesMax longest key allowed, 1 to 65,535 bytes
 * @param valueBytesMax longest value allowed, 0 to 64 MiB
 * @param clock what keys expire by
 * @param eviction which keys are given up when the store is full
 * @param failureHandler told once, by the thread that met it and without any lock, of a failure after which nobody may trust the
 *         store: something
 * was thrown in the middle of a change, or the store's own thread has died. From then on all methods throw IllegalStateException.
 * A handler that
 *         ends the process should need no memory for it.
 */
public record StoreConfig(long memoryLimitBytes, int shards, int keyBytesMax, int valueBytesMax, StoreClock clock,
        Eviction eviction, Consumer<Throwable> failureHandler) {
    private static final long SHARD_BYTES_MIN = 2L * PagePool.PAGE_BYTES;
    private static final long SHARD_BYTES_MAX = 96L << 20;
    private static final int SHARDS_MAX = 1 << 16;
    private static final int SHARDS_DEFAULT = 256;

    /** Checks the settings; throws IllegalArgumentException with name, value and range. */
    public StoreConfig {
        require("shards", shards, 1, SHARDS_MAX);
        if (Integer.bitCount(shards) != 1) {
            throw new IllegalArgumentException("shards: " + shards + " is not a power of two");
        }
        boolean enough = shards * SHARD_BYTES_MAX >= MachineMemory.BYTES;
        require("memoryLimitBytes", memoryLimitBytes, Math.max(2, shards) * SHARD_BYTES_MIN,
                (enough ? SHARDS_MAX : shards) * SHARD_BYTES_MAX);
        require("keyBytesMax", keyBytesMax, 1, EntryHeader.KEY_BYTES_MAX);
        require("valueBytesMax", valueBytesMax, 0, EntryHeader.VALUE_BYTES_MAX);
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(eviction, "eviction");
        Objects.requireNonNull(failureHandler, "failureHandler");
    }

    /**
     * As much memory as the heap may have (the JVM's own default limit for direct memory), all lengths allowed, the system's
     * clock.
     */
    public static StoreConfig defaults() {
        long limit = Math.min(Runtime.getRuntime().maxMemory(), SHARDS_MAX * SHARD_BYTES_MAX);
        return new StoreConfig(limit, shardsFor(limit, Eviction.NONE), EntryHeader.KEY_BYTES_MAX, EntryHeader.VALUE_BYTES_MAX,
                StoreClock.system(), Eviction.NONE, failure -> { });
    }

    /** The same with another memory limit, and with the number of shards that suits it. */
    public StoreConfig withMemoryLimitBytes(long bytes) {
        return new StoreConfig(bytes, shardsFor(bytes, eviction), keyBytesMax, valueBytesMax, clock, eviction, failureHandler);
    }

    /** The same with another number of shards. */
    public StoreConfig withShards(int count) {
        return new StoreConfig(memoryLimitBytes, count, keyBytesMax, valueBytesMax, clock, eviction, failureHandler);
    }

    /** The same with another longest key. */
    public StoreConfig withKeyBytesMax(int bytes) {
        return new StoreConfig(memoryLimitBytes, shards, bytes, valueBytesMax, clock, eviction, failureHandler);
    }

    /** The same with another longest value. */
    public StoreConfig withValueBytesMax(int bytes) {
        return new StoreConfig(memoryLimitBytes, shards, keyBytesMax, bytes, clock, eviction, failureHandler);
    }

    /** The same with another clock, which several stores may share. */
    public StoreConfig withClock(StoreClock other) {
        return new StoreConfig(memoryLimitBytes, shards, keyBytesMax, valueBytesMax, other, eviction, failureHandler);
    }

    /** The same with another choice of keys to be given up, and with the number of shards that suits it. */
    public StoreConfig withEviction(Eviction other) {
        return new StoreConfig(memoryLimitBytes, shardsFor(memoryLimitBytes, other), keyBytesMax, valueBytesMax, clock, other,
                failureHandler);
    }

    /** The same with another failure handler. */
    public StoreConfig withFailureHandler(Consumer<Throwable> handler) {
        return new StoreConfig(memoryLimitBytes, shards, keyBytesMax, valueBytesMax, clock, eviction, handler);
    }

    /**
     * 256; more where a shard could not address its part of a large limit, fewer where its first pages would use up a small one.
     * Of a limit that the machine cannot reach counts what it can: 65536 shards take 4 GiB as soon as each has a key. Which keys
     * are given up is decided within a shard, of which some hundred pages make a fair picture of all.
     */
    private static int shardsFor(long limitBytes, Eviction eviction) {
        long memoryLimitBytes = Math.min(limitBytes, MachineMemory.BYTES);
        int shards = SHARDS_DEFAULT;
        while (shards > 1 && memoryLimitBytes / shards < (eviction == Eviction.NONE ? 4 : 64) * SHARD_BYTES_MIN) {
            shards /= 2;
        }
        while (shards < SHARDS_MAX && memoryLimitBytes / shards > SHARD_BYTES_MAX) {
            shards *= 2;
        }
        return shards;
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " is not in " + min + " to " + max);
        }
    }
}
