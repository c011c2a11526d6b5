package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * A hash table from byte strings to byte strings, in direct memory of bounded size, whose keys may expire.
 *
 * <p>Threads: any, without further locking. Each method is atomic, but for {@link #keys}, {@link #clear}, {@link #size} and {@link #stats}, which
 * take one shard after another. Arrays given are copied, arrays returned are the caller's.
 * <p>Errors: IllegalArgumentException for a key or value longer than configured, {@link StoreFullException} when the memory limit is reached,
 * IllegalStateException after {@link #close}. An absent key is a result, not an error.
 * <p>{@link #session} gives access without copies and allocations, expiry that is kept on overwriting, scans, and atomic steps on several keys.
 */
public final class KeyValueStore implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final StoreConfig config;
    private final Hashing hashing;
    private final PagePool pool;
    private final Shard[] shards;
    private final int shardBits;
    private final StoreClock clock;
    private final Sweeper sweeper;
    private final Housekeeper housekeeper;
    private boolean closed;

    /** Opens an empty store and starts its one thread, {@code kv-store-keeper}. Takes no memory for keys until the first one. */
    public KeyValueStore(StoreConfig config) {
        this(config, Hashing.random(), ByteBuffer::allocateDirect);
        housekeeper.start();
    }

    /** Without a thread: for tests, which sweep by hand. */
    KeyValueStore(StoreConfig config, Hashing hashing, IntFunction<ByteBuffer> allocator) {
        this.config = config;
        this.hashing = hashing;
        this.pool = new PagePool(config.memoryLimitBytes(), allocator);
        this.shards = new Shard[config.shards()];
        this.shardBits = Integer.numberOfTrailingZeros(config.shards());
        this.clock = new StoreClock(config.nanoClock());
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(i, shardBits, pool, hashing, clock);
        }
        this.sweeper = new Sweeper(shards, clock);
        this.housekeeper = new Housekeeper(sweeper, pool);
    }

    /** The key's value, or null if it is absent. */
    public byte[] get(byte[] key) {
        ArraySink sink = new ArraySink();
        session().get(wrap(key), 0, key.length, sink);
        return sink.value;
    }

    /** Gives the key a value that does not expire. */
    public void put(byte[] key, byte[] value) {
        put(session(), key, value, StoreSession.NO_EXPIRY);
    }

    /** Gives the key a value that expires after a time, which is rounded up to milliseconds and must be positive. */
    public void put(byte[] key, byte[] value, Duration timeToLive) {
        put(session(), key, value, ttlMillis(timeToLive));
    }

    /** Gives the key a value, unless it has one; returns whether it had none. */
    public boolean putIfAbsent(byte[] key, byte[] value) {
        StoreSession session = session();
        ByteBuffer source = wrap(key);
        session.include(source, 0, key.length);
        session.lock();
        try {
            boolean absent = session.valueLength(source, 0, key.length) == StoreSession.NO_VALUE;
            if (absent) {
                put(session, key, value, StoreSession.NO_EXPIRY);
            }
            return absent;
        } finally {
            session.unlock();
        }
    }

    /** Takes the key away; returns whether it was there. */
    public boolean delete(byte[] key) {
        return session().delete(wrap(key), 0, key.length);
    }

    public boolean contains(byte[] key) {
        return session().valueLength(wrap(key), 0, key.length) != StoreSession.NO_VALUE;
    }

    /** The time that the key has left; empty if it does not expire, and if it is absent. */
    public Optional<Duration> timeToLive(byte[] key) {
        long millis = session().ttlMillis(wrap(key), 0, key.length);
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    /** Lets the key expire after a time, which is rounded up to milliseconds and must be positive; returns whether the key is there. */
    public boolean expire(byte[] key, Duration timeToLive) {
        return expire(key, ttlMillis(timeToLive));
    }

    /** Lets the key expire no more; returns whether the key is there. Never fails for lack of memory. */
    public boolean persist(byte[] key) {
        return expire(key, StoreSession.NO_EXPIRY);
    }

    /** The keys that begin with a prefix, in no order: every one that is there all the time, and others perhaps. */
    public List<byte[]> keys(byte[] prefix) {
        List<byte[]> keys = new ArrayList<>();
        StoreSession session = session();
        long cursor = 0;
        do {
            cursor = session.scan(cursor, 1000, (bytes, start, length) -> {
                byte[] key = new byte[length];
                bytes.get(start, key);
                if (length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                    keys.add(key);
                }
            });
        } while (cursor != 0);
        return keys;
    }

    /** Milliseconds since the store was opened, of the clock that keys expire by; it never goes back. */
    public long nowMillis() {
        return clock.nowMillis();
    }

    /** The number of live keys. */
    public long size() {
        return stats().keys();
    }

    /** Takes all keys away and keeps their memory for new ones. */
    public void clear() {
        for (Shard shard : shards) {
            long stamp = shard.lockForWriting();
            try {
                shard.clear();
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
    }

    /** Figures of this moment. Takes expired keys away first, so that none is counted. */
    public StoreStats stats() {
        sweep();
        long keys = 0;
        long valueBytes = 0;
        long expiringKeys = 0;
        long expiredTotal = 0;
        for (Shard shard : shards) {
            long stamp = shard.lockForReading();
            try {
                keys += shard.keys();
                valueBytes += shard.valueBytes();
                expiringKeys += shard.expiry().keys();
                expiredTotal += shard.expiry().expiredTotal();
            } finally {
                shard.lock.unlockRead(stamp);
            }
        }
        return new StoreStats(keys, valueBytes, expiringKeys, expiredTotal, pool.usedBytes(), pool.reservedBytes(), pool.limitBytes());
    }

    /** A session for one thread. Cheap, needs no closing; meant to be kept. */
    public StoreSession session() {
        return new StoreSession(this);
    }

    /**
     * Ends the store: waits for operations under way, joins the thread, drops all keys and all references to direct memory, which the
     * garbage collector then frees. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        housekeeper.stop();
        for (Shard shard : shards) {
            long stamp = shard.lock.writeLock();
            try {
                shard.close();
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
        pool.close();
    }

    /** Takes away what has expired, as the housekeeper does twice a second. */
    void sweep() {
        sweeper.sweep();
    }

    Shard shardOf(long hash) {
        // Two steps, because a shift by 64 would be one by 0.
        return shards[(int) (hash >>> 1 >>> Long.SIZE - 1 - shardBits)];
    }

    Shard shard(int number) {
        return shards[number];
    }

    /** A shard, the likelier the more keys it has, by what can be read without the locks; null if there seem to be no keys. */
    Shard randomShard(Random random) {
        long total = 0;
        for (Shard shard : shards) {
            total += shard.keys();
        }
        long chosen = total <= 0 ? 0 : random.nextLong(total);
        for (Shard shard : shards) {
            chosen -= shard.keys();
            if (chosen < 0) {
                return shard;
            }
        }
        return null;
    }

    int shardCount() {
        return shards.length;
    }

    Hashing hashing() {
        return hashing;
    }

    PagePool pool() {
        return pool;
    }

    StoreClock clock() {
        return clock;
    }

    Housekeeper housekeeper() {
        return housekeeper;
    }

    int keyBytesMax() {
        return config.keyBytesMax();
    }

    int valueBytesMax() {
        return config.valueBytesMax();
    }

    private void put(StoreSession session, byte[] key, byte[] value, long ttlMillis) {
        PutResult result = session.put(wrap(key), 0, key.length, wrap(value), 0, value.length, ttlMillis);
        if (result == PutResult.OUT_OF_MEMORY) {
            throw new StoreFullException(pool.limitBytes());
        }
    }

    private boolean expire(byte[] key, long ttlMillis) {
        ExpireResult result = session().expire(wrap(key), 0, key.length, ttlMillis);
        if (result == ExpireResult.OUT_OF_MEMORY) {
            throw new StoreFullException(pool.limitBytes());
        }
        return result == ExpireResult.CHANGED;
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static long ttlMillis(Duration timeToLive) {
        if (timeToLive.isNegative() || timeToLive.isZero()) {
            throw new IllegalArgumentException("time to live: " + timeToLive + " is not positive");
        }
        long seconds = timeToLive.getSeconds();
        if (seconds >= Long.MAX_VALUE / 1000) {
            return Long.MAX_VALUE;
        }
        return seconds * 1000 + (timeToLive.getNano() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    static IllegalStateException closed() {
        return new IllegalStateException("the store is closed");
    }

    private static final class ArraySink implements ValueSink {
        private byte[] value;

        @Override
        public void length(int valueBytes) {
            value = new byte[valueBytes];
        }

        @Override
        public ByteBuffer space(int remaining) {
            return ByteBuffer.wrap(value, value.length - remaining, remaining);
        }
    }
}
