package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * One thread's access to a {@link KeyValueStore}, without a copy or an allocation of its own.
 *
 * <p>Threads: confined to one. Any number of sessions work at a time. A session needs no closing; a store that is closed
 * makes all its methods throw IllegalStateException.
 * <p>Keys and values are ranges of the caller's buffers, given by absolute position: a buffer's own position and limit are neither changed nor
 * heeded, except that ranges must end at the limit or before. Buffers may be direct or on the heap; those that keys and values are read from must
 * be in <em>native byte order</em>, or IllegalArgumentException is thrown (as it is for lengths over the configured ones).
 * <p>Each operation is atomic. To make several, on one key or many, one atomic step, use a section:
 * <pre>{@code
 * session.include(source, aStart, aLength);
 * session.include(source, bStart, bLength);
 * session.lock();
 * try {
 *     // operations on these keys only
 * } finally {
 *     session.unlock();
 * }
 * }</pre>
 */
public final class StoreSession {
    /** The key does not expire. */
    public static final long NO_EXPIRY = -1;
    /** As a deadline: the key does not expire. */
    public static final long NO_DEADLINE = StoreClock.NEVER;
    /** Answer of {@link #ttlMillis} and {@link #deadlineMillis}: there is no such key. */
    public static final long ABSENT = -2;
    /** For {@link #put}: the expiry of the value replaced, if there is one, stays. */
    public static final long KEEP_EXPIRY = -3;
    /** Answer of {@link #valueLength} and {@link #read}: there is no such key. */
    public static final int NO_VALUE = -1;

    private final KeyValueStore store;
    private final Prefetch announced;
    private final BufferSink bufferSink = new BufferSink();
    /** Made when first needed. */
    private KeyWalk walk;
    /** The section's shards. */
    private final ShardSet included;
    private boolean locked;

    StoreSession(KeyValueStore store) {
        this.store = store;
        this.announced = new Prefetch(store);
        this.included = new ShardSet(store.shardCount());
    }

    /**
     * Names a key that operations will soon be about; {@link #prefetch} is for all named since the last one.
     *
     * @return false if no more can be named: prefetch first
     */
    public boolean announce(ByteBuffer source, int keyStart, int keyLength) {
        return !announced.isFull() && announced.add(hash(source, keyStart, keyLength));
    }

    /**
     * Moves what operations on the keys announced will read first toward the processor. Changes nothing but the speed of these operations: a
     * key costs about two cache misses, which one after another take longer than all else; here those of all keys are under way at
     * once.
     */
    public void prefetch() {
        announced.run();
    }

    /** Copies the key's value into the sink; false, without a call to it, if the key is absent. */
    public boolean get(ByteBuffer source, int keyStart, int keyLength, ValueSink sink) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForReading(shard);
        try {
            int entry = shard.find(hash, source, keyStart, keyLength);
            if (entry == DataPages.NO_ENTRY) {
                return false;
            }
            shard.copyValue(entry, sink);
            return true;
        } finally {
            unlock(shard, stamp);
        }
    }

    /** The length of the key's value in bytes, or {@link #NO_VALUE}. */
    public int valueLength(ByteBuffer source, int keyStart, int keyLength) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForReading(shard);
        try {
            int entry = shard.find(hash, source, keyStart, keyLength);
            return entry == DataPages.NO_ENTRY ? NO_VALUE : shard.valueBytes(entry);
        } finally {
            unlock(shard, stamp);
        }
    }

    /**
     * Puts the key's value at the target's position, which it advances, if the value fits there; otherwise copies nothing.
     *
     * @param target of any byte order
     * @return the value's length in bytes, whether it fits or not, or {@link #NO_VALUE}
     */
    public int read(ByteBuffer source, int keyStart, int keyLength, ByteBuffer target) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForReading(shard);
        try {
            int entry = shard.find(hash, source, keyStart, keyLength);
            if (entry == DataPages.NO_ENTRY) {
                return NO_VALUE;
            }
            int length = shard.valueBytes(entry);
            if (length <= target.remaining()) {
                bufferSink.target = target;
                shard.copyValue(entry, bufferSink);
            }
            return length;
        } finally {
            bufferSink.target = null;
            unlock(shard, stamp);
        }
    }

    /**
     * Gives the key a value.
     *
     * @param ttlMillis milliseconds, at least 1, after which the key ends; or {@link #NO_EXPIRY}, or {@link #KEEP_EXPIRY}
     */
    public PutResult put(ByteBuffer source, int keyStart, int keyLength, ByteBuffer value, int valueStart, int valueLength, long ttlMillis) {
        long deadline = ttlMillis == KEEP_EXPIRY ? KEEP_EXPIRY : deadlineIn(ttlMillis);
        return putUntil(source, keyStart, keyLength, value, valueStart, valueLength, deadline);
    }

    /**
     * Gives the key a value until a moment.
     *
     * @param deadlineMillis the last moment of {@link KeyValueStore#nowMillis} at which the key is there; or {@link #NO_DEADLINE}, or
     *         {@link #KEEP_EXPIRY}
     */
    public PutResult putUntil(ByteBuffer source, int keyStart, int keyLength, ByteBuffer value, int valueStart, int valueLength,
            long deadlineMillis) {
        long hash = hash(source, keyStart, keyLength);
        checkValue(value, valueStart, valueLength);
        if (deadlineMillis != KEEP_EXPIRY) {
            checkDeadline(deadlineMillis);
        }
        Shard shard = store.shardOf(hash);
        PutResult result;
        long stamp = lockForWriting(shard);
        try {
            result = shard.put(hash, source, keyStart, keyLength, value, valueStart, valueLength, deadlineMillis);
        } finally {
            unlock(shard, stamp);
        }
        wakeHousekeeperFor(deadlineMillis);
        return result;
    }

    /** Takes the key away; false if it is absent. */
    public boolean delete(ByteBuffer source, int keyStart, int keyLength) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForWriting(shard);
        try {
            return shard.delete(hash, source, keyStart, keyLength);
        } finally {
            unlock(shard, stamp);
        }
    }

    /** Milliseconds that the key has left, or {@link #NO_EXPIRY}, or {@link #ABSENT}. */
    public long ttlMillis(ByteBuffer source, int keyStart, int keyLength) {
        long deadline = deadlineMillis(source, keyStart, keyLength);
        if (deadline == ABSENT) {
            return ABSENT;
        }
        return deadline == NO_DEADLINE ? NO_EXPIRY : Math.max(0, deadline - store.nowMillis());
    }

    /** The last moment of {@link KeyValueStore#nowMillis} at which the key is there, or {@link #NO_DEADLINE}, or {@link #ABSENT}. */
    public long deadlineMillis(ByteBuffer source, int keyStart, int keyLength) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForReading(shard);
        try {
            int entry = shard.find(hash, source, keyStart, keyLength);
            return entry == DataPages.NO_ENTRY ? ABSENT : shard.deadlineMillis(entry);
        } finally {
            unlock(shard, stamp);
        }
    }

    /** The bytes of memory that the key takes with its value and its place in the index, or {@link #NO_VALUE}. */
    public long memoryBytes(ByteBuffer source, int keyStart, int keyLength) {
        long hash = hash(source, keyStart, keyLength);
        Shard shard = store.shardOf(hash);
        long stamp = lockForReading(shard);
        try {
            int entry = shard.find(hash, source, keyStart, keyLength);
            return entry == DataPages.NO_ENTRY ? NO_VALUE : shard.memoryBytes(entry);
        } finally {
            unlock(shard, stamp);
        }
    }

    /**
     * Changes when a key ends.
     *
     * @param ttlMillis milliseconds from now, at least 1, or {@link #NO_EXPIRY}, for which no memory is ever needed
     */
    public ExpireResult expire(ByteBuffer source, int keyStart, int keyLength, long ttlMillis) {
        return expireAt(source, keyStart, keyLength, deadlineIn(ttlMillis));
    }

    /**
     * Changes the moment at which a key ends.
     *
     * @param deadlineMillis the last moment of {@link KeyValueStore#nowMillis} at which the key is there, or {@link #NO_DEADLINE}, for which no
     *         memory is ever needed
     */
    public ExpireResult expireAt(ByteBuffer source, int keyStart, int keyLength, long deadlineMillis) {
        long hash = hash(source, keyStart, keyLength);
        checkDeadline(deadlineMillis);
        Shard shard = store.shardOf(hash);
        ExpireResult result;
        long stamp = lockForWriting(shard);
        try {
            result = shard.expire(hash, source, keyStart, keyLength, deadlineMillis);
        } finally {
            unlock(shard, stamp);
        }
        wakeHousekeeperFor(deadlineMillis);
        return result;
    }

    private long deadlineIn(long ttlMillis) {
        if (ttlMillis == NO_EXPIRY) {
            return NO_DEADLINE;
        }
        if (ttlMillis < 1) {
            throw new IllegalArgumentException("ttlMillis: " + ttlMillis + " is not positive");
        }
        return store.clock().deadlineMillis(ttlMillis);
    }

    private static void checkDeadline(long deadlineMillis) {
        if (deadlineMillis < 0) {
            throw new IllegalArgumentException("deadlineMillis: " + deadlineMillis + " is negative");
        }
    }

    private void wakeHousekeeperFor(long deadlineMillis) {
        if (deadlineMillis != NO_DEADLINE && deadlineMillis != KEEP_EXPIRY) {
            store.housekeeper().keyExpires();
        }
    }

    /** Names a key that the next section will work on. */
    public void include(ByteBuffer source, int keyStart, int keyLength) {
        requireLocked(false);
        included.add(store.shardOf(hash(source, keyStart, keyLength)).number);
    }

    /** Begins a section: until {@link #unlock}, nobody else reads or changes the keys included, and operations on other keys are not allowed. */
    public void lock() {
        requireLocked(false);
        if (included.next(0) < 0) {
            throw new IllegalStateException("no key is included");
        }
        boolean closed = false;
        for (int number = included.next(0); number >= 0; number = included.next(number + 1)) {
            Shard shard = store.shard(number);
            shard.lock.writeLock();
            closed |= shard.isClosed();
        }
        locked = true;
        if (closed) {
            unlock();
            throw KeyValueStore.closed();
        }
    }

    /** Ends a section, and forgets its keys. */
    public void unlock() {
        requireLocked(true);
        locked = false;
        for (int number = included.next(0); number >= 0; number = included.next(number + 1)) {
            store.shard(number).lock.tryUnlockWrite();
        }
        included.clear();
    }

    /** Forgets the keys included so far: no section will be needed. */
    public void excludeAll() {
        requireLocked(false);
        included.clear();
    }

    /**
     * Reports keys, about as many as wanted, from where the cursor stands.
     *
     * <p>A key that is there from the first call of a scan to its last is reported once. One that comes or goes meanwhile is reported or
     * not. Not allowed in a section.
     *
     * @param cursor 0 to begin, then what the call before has returned
     * @param wanted keys to report before the call returns, at least 1; there may be fewer at the end, and about twice as many anywhere
     * @return the cursor for the next call, below 2^47; 0 when the scan is complete
     */
    public long scan(long cursor, int wanted, KeySink sink) {
        requireLocked(false);
        if (wanted < 1) {
            throw new IllegalArgumentException("wanted: " + wanted + " is not positive");
        }
        return walk().scan(cursor, wanted, sink);
    }

    /** Reports one key, picked evenly, or about so in a large store; false if there is none. Not allowed in a section. */
    public boolean randomKey(KeySink sink) {
        requireLocked(false);
        return walk().randomKey(sink);
    }

    private KeyWalk walk() {
        if (walk == null) {
            walk = new KeyWalk(store);
        }
        return walk;
    }

    private long hash(ByteBuffer source, int start, int length) {
        if (length > store.keyBytesMax()) {
            throw new IllegalArgumentException("key of " + length + " bytes is longer than " + store.keyBytesMax());
        }
        checkRange(source, start, length);
        return store.hashing().hash(source, start, length);
    }

    private void checkValue(ByteBuffer value, int start, int length) {
        if (length > store.valueBytesMax()) {
            throw new IllegalArgumentException("value of " + length + " bytes is longer than " + store.valueBytesMax());
        }
        checkRange(value, start, length);
    }

    private static void checkRange(ByteBuffer buffer, int start, int length) {
        Objects.checkFromIndexSize(start, length, buffer.limit());
        if (buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("the buffer's byte order is " + buffer.order() + ", not the native one");
        }
    }

    /** Returns 0 in a section, which holds the lock already. */
    private long lockForReading(Shard shard) {
        if (locked) {
            requireIncluded(shard);
            return 0;
        }
        return shard.lockForReading();
    }

    /** Returns 0 in a section, which holds the lock already. */
    private long lockForWriting(Shard shard) {
        if (locked) {
            requireIncluded(shard);
            return 0;
        }
        return shard.lockForWriting();
    }

    private static void unlock(Shard shard, long stamp) {
        if (stamp != 0) {
            shard.lock.unlock(stamp);
        }
    }

    private void requireIncluded(Shard shard) {
        if (!included.contains(shard.number)) {
            throw new IllegalStateException("the key is not included in the section");
        }
    }

    private void requireLocked(boolean expected) {
        if (locked != expected) {
            throw new IllegalStateException(expected ? "not in a section" : "not allowed in a section");
        }
    }

    private static final class BufferSink implements ValueSink {
        private ByteBuffer target;

        @Override
        public void length(int valueBytes) { }

        @Override
        public ByteBuffer space(int remaining) {
            return target;
        }
    }
}
