package kv.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import kv.memory.DirectBuffers;

/**
 * A hash table from byte strings to byte strings, in direct memory of bounded size, whose keys may expire.
 *
 * <p>Threads: any, without further locking. Each method is atomic, but for {@link #keys}, {@link #clear}, {@link #size} and
 * {@link #stats}, which take one shard after another. Arrays given are copied, arrays returned are the caller's.
 * <p>Errors: IllegalArgumentException for a key or value longer than configured, {@link StoreFullException} when the memory limit
 * is reached, IllegalStateException after {@link #close}. An absent key is a result, not an error.
 * <p>There are {@value #DATABASES} databases, each with keys of its own; the methods here work in number 0, but for {@link
 * #stats()}, and sessions in all. One that is not used costs nothing.
 * <p>While a long section holds a key ({@link StoreSession#hold}), methods that need it wait.
 * <p>{@link #session} gives access without copies and allocations, expiry that is kept on overwriting, scans, and atomic steps on
 * several keys.
 */
public final class KeyValueStore implements AutoCloseable {
    public static final int DATABASES = 16;

    private final StoreConfig config;
    private final Hashing hashing;
    /** Null for a store that a test gives its memory. */
    private final DirectBuffers memory;
    private final PagePool pool;
    private final Readers readers = new Readers();
    private final RetiredChains retired;
    private final Shards shards;
    private final StoreFailure failure;
    private final Sweeper sweeper;
    private final Trimmer trimmer;
    private final Housekeeper housekeeper;
    private final Lookups lookups = new Lookups();
    private volatile Eviction eviction = Eviction.NONE;
    private volatile EvictionListener evictionListener;
    private volatile Journal journal;
    private boolean closed;

    /** Opens an empty store and starts its one thread, {@code kv-store-keeper}. Takes no memory for keys until the first one. */
    public KeyValueStore(StoreConfig config) {
        this(config, Hashing.random(), new DirectBuffers());
        housekeeper.start();
    }

    private KeyValueStore(StoreConfig config, Hashing hashing, DirectBuffers memory) {
        this(config, hashing, memory, memory::allocate, memory::free);
    }

    /** Without a thread: for tests, which sweep and trim by hand, and whose memory the garbage collector frees. */
    KeyValueStore(StoreConfig config, Hashing hashing, IntFunction<ByteBuffer> allocator) {
        this(config, hashing, allocator, segment -> { });
    }

    /** @param freer is told of segments that the store gives back */
    KeyValueStore(StoreConfig config, Hashing hashing, IntFunction<ByteBuffer> allocator, Consumer<ByteBuffer> freer) {
        this(config, hashing, null, allocator, freer);
    }

    private KeyValueStore(StoreConfig config, Hashing hashing, DirectBuffers memory, IntFunction<ByteBuffer> allocator,
            Consumer<ByteBuffer> freer) {
        this.config = config;
        this.hashing = hashing;
        this.memory = memory;
        this.pool = new PagePool(config.memoryLimitBytes(), allocator, config.clock()::nanoTime);
        this.retired = new RetiredChains(new OverflowChain(pool), readers);
        this.shards = new Shards(config.shards(), pool, retired, hashing);
        this.failure = new StoreFailure(shards, config.failureHandler());
        this.sweeper = new Sweeper(shards, config.clock(), failure);
        this.trimmer = new Trimmer(shards, pool, readers, retired, failure, freer);
        this.housekeeper = new Housekeeper(sweeper, trimmer, pool, failure);
        setEviction(config.eviction());
    }

    /** The key's value, or null if it is absent. */
    public byte[] get(byte[] key) {
        return new SingleKey(this, key).get();
    }

    /** Gives the key a value that does not expire. */
    public void put(byte[] key, byte[] value) {
        new SingleKey(this, key).put(value, now -> Deadline.NONE);
    }

    /** Gives the key a value that expires after a time, which is rounded up to milliseconds and must be positive. */
    public void put(byte[] key, byte[] value, Duration timeToLive) {
        long life = Deadline.millis(timeToLive);
        new SingleKey(this, key).put(value, now -> Deadline.after(now, life));
    }

    /** Gives the key a value, unless it has one; returns whether it had none. */
    public boolean putIfAbsent(byte[] key, byte[] value) {
        return new SingleKey(this, key).putIfAbsent(value);
    }

    /** Takes the key away; returns whether it was there. */
    public boolean delete(byte[] key) {
        return new SingleKey(this, key).delete();
    }

    public boolean contains(byte[] key) {
        return new SingleKey(this, key).exists();
    }

    /** The time that the key has left; empty if it does not expire, and if it is absent. */
    public Optional<Duration> timeToLive(byte[] key) {
        return new SingleKey(this, key).timeToLive();
    }

    /**
     * Lets the key expire after a time, which is rounded up to milliseconds and must be positive; returns whether the key is
     * there.
     */
    public boolean expire(byte[] key, Duration timeToLive) {
        long life = Deadline.millis(timeToLive);
        return new SingleKey(this, key).expireAt(now -> Deadline.after(now, life));
    }

    /** Lets the key expire no more; returns whether the key is there. Never fails for lack of memory. */
    public boolean persist(byte[] key) {
        return new SingleKey(this, key).expireAt(now -> Deadline.NONE);
    }

    /** The keys that begin with a prefix, in no order: every one that is there all the time, and others perhaps. */
    public List<byte[]> keys(byte[] prefix) {
        List<byte[]> keys = new ArrayList<>();
        KeySink sink = (bytes, start, length) -> {
            byte[] key = new byte[length];
            bytes.get(start, key);
            if (length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                keys.add(key);
            }
        };
        StoreSession session = new StoreSession(this);
        long cursor = 0;
        do {
            long next = session.scan(0, cursor, 1000, nowMillis(), sink);
            if (next == StoreSession.HELD) {
                session.awaitRelease();
            } else {
                cursor = next;
            }
        } while (cursor != 0);
        return keys;
    }

    /** The time of {@link #clock}. */
    public long nowMillis() {
        return config.clock().nowMillis();
    }

    /** What keys expire by. */
    public StoreClock clock() {
        return config.clock();
    }

    /** The number of live keys. */
    public long size() {
        return stats(0).keys();
    }

    /** Takes all keys away. Their memory is for new ones; what nobody needs within a second goes back to the system. */
    public void clear() {
        StoreSession session = new StoreSession(this);
        while (session.clear(0) == Opening.HELD) {
            session.awaitRelease();
        }
    }

    /**
     * From now on the store takes so much memory at most. What is not needed any more goes back to the system soon. If more is in
     * use, the store evicts what it may; all other keys stay.
     *
     * @throws IllegalArgumentException if its shards cannot address so much ({@link StoreConfig#shards}), or if more is in use;
     *         then the limit is what it was
     */
    public void setMemoryLimitBytes(long bytes) {
        new StoreConfig(bytes, config.shards(), config.keyBytesMax(), config.valueBytesMax(), config.clock(), eviction,
                config.failureHandler());
        new StoreSession(this).shrinkTo(bytes);
        if (!pool.setLimitBytes(bytes)) {
            throw new IllegalArgumentException("memoryLimitBytes: " + pool.usedBytes() + " bytes are in use, more than " + bytes);
        }
    }

    /**
     * For how many milliseconds the key that has expired first has not been taken away, though nobody sees it; 0 if there is
     * none. Takes no lock.
     */
    public long expiryLagMillis() {
        return sweeper.lagMillis();
    }

    /** Figures of this moment. Takes expired keys away first, so that none is counted, except where a long section holds them. */
    public StoreStats stats() {
        sweep();
        Totals totals = new Totals();
        for (int i = 0; i < shards.count(); i++) {
            ShardFigures.addTo(shards.get(i), totals);
        }
        return totals.with(lookups, pool);
    }

    /** Figures of one database, from 0 to 15, or of what {@link #unswapped} returns; taken as {@link #stats()}. */
    public DatabaseStats stats(int database) {
        DatabaseNumbers.require(database);
        sweep();
        DatabaseStats sum = DatabaseStats.NONE;
        for (int i = 0; i < shards.count(); i++) {
            sum = sum.plus(ShardFigures.stats(shards.get(i), database));
        }
        return sum;
    }

    /** Figures of all databases, by their numbers. */
    public List<DatabaseStats> databaseStats() {
        sweep();
        DatabaseStats[] sums = new DatabaseStats[DATABASES];
        Arrays.fill(sums, DatabaseStats.NONE);
        for (int i = 0; i < shards.count(); i++) {
            ShardFigures.addTo(shards.get(i), sums);
        }
        return List.of(sums);
    }

    /** What stands for the database of a tag ({@link JournalWriter}), whatever number swaps give it. */
    public int unswapped(int tag) {
        return DatabaseNumbers.unswapped(tag);
    }

    /** The tags of the databases, by their numbers. Without a section that keeps swaps away they may be of a moment ago. */
    public byte[] databaseTags() {
        return shards.numbers().tags();
    }

    /** Repeats what {@link JournalWriter#databases} was told; of a store that nobody uses yet. */
    public void setDatabaseTags(byte[] tags) {
        shards.numbers().set(tags);
    }

    /** How much of the memory in use is index; a hint. */
    public long indexBytes() {
        return shards.indexBytes();
    }

    /** A session for one thread. Cheap, needs no closing; meant to be kept. */
    public StoreSession session() {
        StoreSession session = new StoreSession(this);
        lookups.add(session);
        return session;
    }

    Lookups lookups() {
        return lookups;
    }

    /**
     * Ends the store: waits for operations under way, joins the thread, drops all keys and frees the memory. A long section ends
     * with its next operation. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        housekeeper.stop();
        shards.end(Holder.CLOSED);
        boolean quiet = readers.awaitNone();
        pool.close();
        // Who prefetches began before that, or finds no memory any more.
        if (quiet && readers.awaitNone() && memory != null) {
            memory.freeAll();
        }
    }

    /** Takes away what has expired, as the housekeeper does twice a second. */
    void sweep() {
        sweeper.sweep();
        retired.giveBack();
    }

    /**
     * Whether keys whose deadline has come are kept, though nobody sees them: while changes are repeated, of which one may still
     * make such a key last longer.
     */
    public void keepExpired(boolean kept) {
        sweeper.pause(kept);
    }

    /** What the store gives up when it is full. */
    public Eviction eviction() {
        return eviction;
    }

    /**
     * Changes what the store gives up when it is full, from now on; it begins with {@link StoreConfig#withEviction}. Waits for
     * short sections.
     */
    public synchronized void setEviction(Eviction allowed) {
        shards.allowEviction(allowed);
        eviction = allowed;
    }

    /** Has somebody told of each round of evictions from now on. */
    public void onEviction(EvictionListener listener) {
        evictionListener = Objects.requireNonNull(listener);
    }

    /** Null for none. */
    EvictionListener evictionListener() {
        return evictionListener;
    }

    /** The moment by which who evicts knows what has expired. */
    long evictionMillis() {
        return sweeper.isPaused() ? Long.MIN_VALUE : nowMillis();
    }

    /** Lets all sessions made from now on write their changes down. To be called once, before others use the store. */
    public void attach(Journal kept) {
        if (journal != null) {
            throw new IllegalStateException("there is a journal");
        }
        journal = Objects.requireNonNull(kept);
        for (int i = 0; i < shards.count(); i++) {
            shards.get(i).journalMarks.begin();
        }
    }

    /** Waits until all that has been changed so far outlives a crash; returns at once without a journal. */
    public void awaitDurable() {
        Journal kept = journal;
        if (kept != null) {
            kept.awaitDurable(kept.position());
        }
    }

    Journal journal() {
        return journal;
    }

    Shards shards() {
        return shards;
    }

    RetiredChains retired() {
        return retired;
    }

    Readers readers() {
        return readers;
    }

    StoreFailure failure() {
        return failure;
    }

    Hashing hashing() {
        return hashing;
    }

    PagePool pool() {
        return pool;
    }

    Trimmer trimmer() {
        return trimmer;
    }

    Housekeeper housekeeper() {
        return housekeeper;
    }

    Keys newKeys(int capacity) {
        return new Keys(hashing, config.keyBytesMax(), capacity);
    }

    int valueBytesMax() {
        return config.valueBytesMax();
    }
}
