package kv.store;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One thread's access to a {@link KeyValueStore}, without a copy or an allocation of its own.
 *
 * <p>Threads: confined to one. Any number of sessions work at a time. A session needs no end; once its store is closed, or
 * broken, it opens nothing more: IllegalStateException.
 *
 * <p>Keys are named by their numbers in a list, {@link Keys}, in which each is hashed once. All work on them is done in a
 * <em>section</em>, which keeps their shards from others and in which one moment stands still: nothing expires while it is open.
 * <pre>{@code
 * keys.clear();
 * int a = keys.add(buffer, aStart, aLength);
 * int b = keys.add(buffer, bStart, bLength);
 * if (session.open(keys, 0, keys.size(), Access.EXCLUSIVE, clock.nowMillis()) == Opening.HELD) {
 *     session.whenReleased(callback);   // or do something else, and try later
 *     return;
 * }
 * try {
 *     // operations on a and b: none of them takes a lock, reads a clock or hashes
 * } catch (Throwable thrown) {
 *     session.failed(thrown);
 *     throw thrown;
 * } finally {
 *     session.close();
 * }
 * }</pre>
 * <p>Values are ranges of the caller's buffers, given by absolute position: a buffer's own position and limit are neither changed
 * nor heeded, except that ranges must end at the limit or before. Buffers may be direct or on the heap; those that are read from
 * must be in <em>native byte order</em>, or IllegalArgumentException is thrown (as it is for lengths over the configured ones).
 */
public final class StoreSession extends SectionWrites {
    /** Answer where a length is asked for: there is no such key. */
    public static final int NO_VALUE = -1;
    /** Answer of {@link #append} and {@link #setRange}: the memory limit is reached, the value is what it was. */
    public static final int NO_MEMORY = -2;
    /** Answer of {@link #detach}: not possible now. */
    public static final int NOT_DETACHED = -2;
    /** So often a change is worth being tried, in a store that evicts, {@link #makeRoom making room} each time. */
    public static final int TRIES_MAX = 8;
    /** Answer of {@link #scan} and {@link #randomKey}: a long section holds what would be visited next. */
    public static final int HELD = -1;

    private final Room room;
    /** These are made when first needed. */
    private Prefetch prefetch;
    private KeyWalk walk;
    /** Who was in the way last. */
    private Holder met;
    /** What the next section will write in short values. */
    private long announcedBytes;

    StoreSession(KeyValueStore store) {
        super(store, store.journal() == null ? null : store.journal().newWriter());
        this.room = new Room(store, journalRoom);
    }

    /** An empty list for keys of this store. Any session of the store may use it. */
    public Keys newKeys() {
        return store.newKeys(16);
    }

    /**
     * Moves what operations on these keys will read first toward the processor. Changes nothing but the speed of these
     * operations: a key costs about two cache misses, which one after another take longer than all else; here those of all keys
     * are under way at once. For a part of a list of many keys: those of the next few dozen operations.
     */
    public void prefetch(Keys keys, int from, int to) {
        if (prefetch == null) {
            prefetch = new Prefetch(store.shards(), store.pool(), store.readers());
        }
        prefetch.run(keys, from, to);
    }

    /**
     * Opens a short section on the keys {@code from} (inclusive) to {@code to} (exclusive), at least one. Waits while other short
     * sections work on their shards; whoever has this open must not wait for anything. If something in it takes long, more than
     * 256 KiB to be written that were not {@link #prepare prepared}, or memory that is not ready, it goes on as a long one by
     * itself: what is done in it stays one change.
     */
    public Opening open(Keys keys, int from, int to, Access access, long nowMillis) {
        Opening outcome = null;
        try {
            if (access == Access.EXCLUSIVE) {
                prepareChange(keys, from, to);
            }
            outcome = section.open(keys, from, to, access, nowMillis);
        } finally {
            opened(outcome);
        }
        return outcome;
    }

    /**
     * Opens a long section, exclusive: as {@link #open} for its owner, but others who meet it do not wait, they are told that it
     * is HELD. It may take its time. Costs more: each operation takes a lock.
     */
    public Opening hold(Keys keys, int from, int to, long nowMillis) {
        Opening outcome = null;
        try {
            prepareChange(keys, from, to);
            outcome = section.hold(keys, from, to, nowMillis);
        } finally {
            opened(outcome);
        }
        return outcome;
    }

    /**
     * As {@link #hold}, on all keys there are: the list may grow while it is open. Takes expired keys away first, so that they
     * are not counted in it.
     */
    public Opening holdAll(Keys keys, long nowMillis) {
        store.sweep();
        return holdAllAsTheyAre(keys, nowMillis);
    }

    private Opening holdAllAsTheyAre(Keys keys, long nowMillis) {
        Opening outcome = null;
        try {
            announcedBytes += CHANGE_BYTES; // of no key
            prepareChange(keys, 0, keys.size());
            outcome = section.holdAll(keys, nowMillis);
        } finally {
            opened(outcome);
        }
        return outcome;
    }

    private void prepareChange(Keys keys, int from, int to) {
        section.requireClosed();
        long announced = announcedBytes;
        announcedBytes = 0;
        room.ready(to - from, announced);
        if (journal != null) {
            takeJournalRoom(keys, from, to, announced);
        }
    }

    /** @param outcome null if something was thrown */
    private void opened(Opening outcome) {
        expires = false;
        if (outcome != Opening.OPEN) {
            met = section.met();
            journalRoom.release();
            dropPrepared();
        }
    }

    /**
     * Writes a long value into memory before the section opens in which it will be put: there it is then only linked. For short
     * values, and without memory, it does nothing. What is prepared and not put is given back when the section closes, or is not
     * opened: prepare it again then.
     */
    public void prepare(Keys keys, int key, ByteBuffer value, int start, int length) {
        section.requireClosed();
        try {
            requireValue(value, start, length);
            int pages = NewChains.pages(keys, key, length);
            if (pages > 0) {
                room.readyForChain(pages);
                prepared.add(keys, key, value, start, length);
            }
            preparedBytes += length;
        } catch (Throwable thrown) {
            dropPrepared(); // its section is not opened, and the next one's keys are others
            throw thrown;
        }
    }

    /**
     * Tells how much the next section that is opened will write, beside what is {@link #prepare prepared}: room for all of it is
     * made before, where the store evicts.
     */
    public void announce(long bytes) {
        announcedBytes = bytes;
    }

    /**
     * After a change was refused for want of memory, and its section was closed: evicts as much as it wanted, of what the store
     * may evict. False if there is not so much: else it is worth trying again, though others may be faster.
     */
    public boolean makeRoom() {
        section.requireClosed();
        return room.makeFor(lackedBytes);
    }

    /** Evicts until so little is in use, if that can be had. */
    void shrinkTo(long bytes) {
        room.shrinkTo(bytes);
    }

    /**
     * After HELD: calls back when it is worth trying again, at once if it is so now. Called without a lock, by the thread that
     * ends the long section.
     */
    public void whenReleased(Runnable callback) {
        met.whenReleased(callback);
    }

    /** After HELD: which section was in the way. To be compared only. */
    public Object met() {
        return met;
    }

    /** After HELD: waits until it is worth trying again. Not for a thread that the long section may need. */
    public void awaitRelease() {
        met.await();
    }

    /** Opens a section on the first keys of a list, at this moment; waits while one is held. */
    void openPatiently(Keys keys, int count, Access access) {
        while (open(keys, 0, count, access, store.nowMillis()) == Opening.HELD) {
            awaitRelease();
        }
    }

    /**
     * Lets the open section work on other keys of its list as well, {@code from} (inclusive) to {@code to} (exclusive), instead
     * of those of the call before. They must lie in shards that it has, as keys do that are equal to its own.
     *
     * @throws IllegalStateException if a shard is not the section's
     */
    public void include(int from, int to) {
        section.include(from, to);
    }

    /** Ends the section. */
    public void close() {
        section.close();
        journalRoom.release();
        if (expires) {
            store.housekeeper().keyExpires();
        }
        if (!prepared.isEmpty()) {
            prepared.giveBack();
        }
        store.retired().giveBack();
    }

    /** What a section should write at most that was not announced: of the journal's memory. */
    public long unannouncedBytesMax() {
        return journal == null ? Long.MAX_VALUE : journal.unpreparedBytesMax();
    }

    /** Whether a section is open that keeps locks: then nothing must be done that takes one, such as asking for figures. */
    public boolean keepsLocks() {
        return section.keepsLocks();
    }

    /** Tells an open section that something was thrown in it. If it has changed anything, the store is broken by that. */
    public void failed(Throwable thrown) {
        section.failed(thrown);
    }

    /**
     * The journal's position up to which all is that was seen of the store since the last call: what was read or changed outlives
     * a crash once the journal is durable up to it. 0 without a journal.
     */
    public long takeSeenPosition() {
        return section.seen.take();
    }

    /** All of the store has been seen, by other ways than this session's. */
    public void sawAll() {
        if (journal != null) {
            section.seen.upTo(store.journal().position());
        }
    }

    /**
     * From now on this session keeps room in the journal for its next change, a little memory: for a thread that lives as long as
     * the store and makes many. Others take it anew for each section.
     */
    public void keepRoom() {
        journalRoom.isKept = true;
    }

    /**
     * Whether this session's thread waits where the journal's disk is behind, before it changes anything; it does unless told.
     * Else {@link StoreNotWritableException} says so, where a section would be opened or room be made for one.
     */
    public void waits(boolean waits) {
        journalRoom.waits = waits;
    }

    /**
     * Reports keys of a database, about as many as wanted, from where the cursor stands. In a section it is allowed if that holds
     * all keys.
     *
     * <p>A key that is there from the first call of a scan to its last is reported once. One that comes or goes meanwhile is
     * reported or not.
     *
     * @param database 0 to 15, or what {@link KeyValueStore#unswapped} returns
     * @param cursor 0 to begin, then what the call before has returned
     * @param wanted keys to report before the call returns, at least 1; there may be fewer anywhere, and about twice as many
     * @return the cursor for the next call, below 2^47; 0 when the scan is complete; {@link #HELD} if not even a step could be
     *         made
     */
    public long scan(int database, long cursor, int wanted, long nowMillis, KeySink sink) {
        if (wanted < 1) {
            throw new IllegalArgumentException("wanted: " + wanted + " is not positive");
        }
        beginWalk(database, nowMillis);
        long next = walk.scan(cursor, wanted, sink);
        met = walk.met();
        sawAll();
        return next;
    }

    /**
     * Reports one key of a database, picked evenly, or about so in a large one. In a section it is allowed if that holds all.
     *
     * @return 1; or 0 if there is no key; or {@link #HELD} if all there are may be held
     */
    public int randomKey(int database, long nowMillis, KeySink sink) {
        beginWalk(database, nowMillis);
        int reported = walk.randomKey(sink);
        met = walk.met();
        sawAll();
        return reported;
    }

    /** Takes all keys of a database away, a shard after another: after HELD, some. Allowed in a section that holds all. */
    public Opening clear(int database) {
        return clearOneOrAll(DatabaseNumbers.require(database));
    }

    /** As {@link #clear}, of all databases. */
    public Opening clearAll() {
        return clearOneOrAll(Section.ALL);
    }

    private Opening clearOneOrAll(int database) {
        if (section.markOfAll() != null) {
            section.clear(database);
            return Opening.OPEN;
        }
        if (journal != null) {
            return asOne(() -> section.clear(database));
        }
        Holder holder;
        try {
            holder = store.shards().clear(database);
        } catch (Throwable thrown) {
            store.failure().report(thrown);
            throw thrown;
        }
        store.retired().giveBack();
        if (holder == null) {
            return Opening.OPEN;
        }
        holder.requireSection();
        met = holder;
        return Opening.HELD;
    }

    /**
     * Gives two databases, 0 to 15, each other's number: at one moment, and at no cost. In a section it is allowed if that holds
     * all.
     */
    public Opening swap(int first, int second) {
        Objects.checkIndex(first, KeyValueStore.DATABASES);
        Objects.checkIndex(second, KeyValueStore.DATABASES);
        if (section.markOfAll() != null) {
            section.swap(first, second);
            return Opening.OPEN;
        }
        return asOne(() -> section.swap(first, second));
    }

    /** At one moment, in which nobody else sees or changes anything; a change that does not ask when that is. */
    private Opening asOne(Runnable change) {
        if (holdAllAsTheyAre(store.newKeys(1), 0) == Opening.HELD) {
            return Opening.HELD;
        }
        try {
            change.run();
        } finally {
            close();
        }
        return Opening.OPEN;
    }

    private void beginWalk(int database, long nowMillis) {
        DatabaseNumbers.require(database);
        if (walk == null) {
            walk = new KeyWalk(store.shards());
        }
        walk.begin(database, nowMillis, section.markOfAll());
    }
}
