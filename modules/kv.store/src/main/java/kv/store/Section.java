package kv.store;

import java.nio.ByteBuffer;

/**
 * The shards of some keys, kept from others, and one moment that does not move: what a command, or several, work in.
 *
 * <p>Threads: confined to one.
 * <p>Locks: those of the keys' shards, taken in ascending order and kept until the end; a <em>holding</em> section marks its
 * shards instead ({@link Holder}) and takes one of their locks at a time, for each operation. It is opened as such, or becomes
 * one when it meets with something that takes long: {@link #letGoOfLocks}.
 * <p>Failure: what is thrown after the first change breaks the section's shards, under their locks, and is reported when these
 * are released.
 */
final class Section {
    /*
     * One key is the usual case, and has no set of shards: its shard and the lock's stamp are two fields. Several keys are put
     * into a set, which has each shard once, and in order.
     */
    private enum State { CLOSED, ONE, SEVERAL, HOLDING }

    /** Stands for all databases. */
    static final int ALL = -1;
    /** What is copied at a time while others wait for a shard's lock, about: some 30 us. */
    static final int VISIT_BYTES_MAX = 256 << 10;

    private final Shards shards;
    private final PagePool pool;
    private final StoreFailure failure;
    private State state = State.CLOSED;
    private boolean exclusive;
    private Keys keys;
    private int from;
    private int to;
    private long nowMillis;
    /** Keys beside those that it was opened on. */
    private int includedFrom;
    private int includedTo;

    /** The shard of a section on one key. */
    private Shard one;
    /** That of its key, while there is none beside it. */
    private long oneHash;
    private boolean oneKey;
    private long stamp;
    /** The shards of a section on several keys; made when first needed. */
    private ShardSet several;

    /** What a holding section has marked its shards with; null if it is none. */
    Holder mark;
    /** Who was met when the last opening failed. */
    private Holder met;

    private boolean changed;
    private Throwable broken;
    final LockWaits lockWaits = new LockWaits();

    /** Null without a journal. */
    private final JournalWriter journal;
    final SeenPosition seen = new SeenPosition();

    Section(Shards shards, PagePool pool, StoreFailure failure, JournalWriter journal) {
        this.shards = shards;
        this.pool = pool;
        this.failure = failure;
        this.journal = journal;
    }

    Opening open(Keys ofKeys, int first, int end, Access access, long now) {
        requireClosed();
        begin(ofKeys, first, end, access == Access.EXCLUSIVE, now);
        return end - first == 1 ? openOne(ofKeys.hash(first)) : openSeveral();
    }

    /** Opens for long: keeps others out, but not their lock. */
    Opening hold(Keys ofKeys, int first, int end, long now) {
        requireClosed();
        begin(ofKeys, first, end, true, now);
        if (openSeveral() == Opening.HELD) {
            return Opening.HELD;
        }
        return markAll();
    }

    /** As {@link #hold}, of all shards, and with keys that may be added later. */
    Opening holdAll(Keys ofKeys, long now) {
        requireClosed();
        begin(ofKeys, 0, Integer.MAX_VALUE, true, now);
        set().addAll();
        return lockSeveral() == Opening.HELD ? Opening.HELD : markAll();
    }

    /**
     * Goes on as a holding section, if it is none: nobody else comes in, but nobody waits for a lock meanwhile. Between two
     * operations of a section that may change something.
     */
    void letGoOfLocks() {
        requireExclusive();
        if (state == State.ONE) {
            set().add(one.number);
            seen.upTo(one.journalMarks.ofAll());
        }
        if (state != State.HOLDING) {
            markAll();
        }
    }

    void close() {
        if (state == State.ONE && journal == null && broken == null) {
            state = State.CLOSED; // the usual case
            one.lock.unlock(stamp);
            return;
        }
        requireOpen();
        if (journal != null && changed && broken == null) {
            endJournal();
        }
        switch (state) {
            case ONE -> one.lock.unlock(stamp);
            case SEVERAL -> several.unlock(exclusive);
            // At most too high for what was seen, but not changed, which nobody minds.
            default -> several.unmark(mark, broken == null ? null : Holder.BROKEN, changed ? seen.get() : 0);
        }
        Throwable failed = broken;
        Holder released = mark;
        state = State.CLOSED;
        mark = null;
        broken = null;
        if (failed != null) {
            failure.report(failed);
        }
        if (released != null) {
            released.release();
        }
    }

    /** While nobody else can see what has changed: its place in the journal is its place in time. */
    private void endJournal() {
        try {
            long position = journal.end();
            if (position < 0) {
                return;
            }
            seen.upTo(position);
            if (state == State.ONE) {
                one.journalMarks.changed(oneKey, oneHash, position);
            } else if (state == State.SEVERAL) {
                several.setJournalPosition(position);
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    Keys keys() {
        return keys;
    }

    long nowMillis() {
        return nowMillis;
    }

    /** The shard of a key, to be read; to be left again. */
    Shard enter(int key) {
        requireKey(key);
        return state == State.ONE ? one : enterOneOfSeveral(key, false);
    }

    /** The shard of a key, to be changed; to be left again. */
    Shard enterToChange(int key) {
        requireKey(key);
        requireExclusive();
        changed = true;
        return state == State.ONE ? one : enterOneOfSeveral(key, true);
    }

    void leave(Shard shard) {
        if (state == State.HOLDING) {
            shard.lock.unlock(stamp);
        }
    }

    /** Something was thrown while a shard that was entered to be changed was changing. */
    void torn(Shard shard, Throwable thrown) {
        shard.holder = Holder.BROKEN;
        failed(thrown);
    }

    /** Something was thrown in the section; harmless before the first change. */
    void failed(Throwable thrown) {
        requireOpen();
        if (!changed || broken != null) {
            return;
        }
        broken = thrown;
        if (state == State.ONE) {
            one.holder = Holder.BROKEN;
        } else if (state == State.SEVERAL) {
            several.setHolder(Holder.BROKEN);
        }
    }

    /** In a shard that was entered. */
    long deadlineOf(Shard shard, int key) {
        int entry = shard.find(keys, key, nowMillis);
        return entry == DataPages.NO_ENTRY ? Deadline.NONE : shard.deadlineMillis(entry);
    }

    /**
     * Takes all keys of a database away, in a section that holds all.
     *
     * @param database as {@link DatabaseNumbers#tag} takes it, or {@link #ALL}
     */
    void clear(int database) {
        requireAll();
        changed = true;
        try {
            several.clear(mark, database);
        } catch (Throwable thrown) {
            failed(thrown);
            throw thrown;
        }
        if (journal != null) {
            journal.clear(database == ALL ? JournalWriter.ALL_DATABASES : shards.numbers().tag(database));
        }
    }

    /** Gives two numbers each other's database, in a section that holds all. */
    void swap(int first, int second) {
        requireAll();
        if (first == second) {
            return;
        }
        changed = true;
        shards.numbers().swap(first, second);
        if (journal != null) {
            journal.databases(shards.numbers().tags());
        }
    }

    /** What the section has marked all shards with; null if it is closed. */
    Holder markOfAll() {
        if (state == State.CLOSED) {
            return null;
        }
        requireAll();
        return mark;
    }

    private void requireAll() {
        if (!holdsAll()) {
            throw new IllegalStateException("not in a section that holds all");
        }
    }

    /** The section that was in the way of the last opening. */
    Holder met() {
        return met;
    }

    /** Lets the section have other keys of its list, too, whose shards are in it; those of the call before no more. */
    void include(int first, int end) {
        requireOpen();
        for (int key = first; key < end; key++) {
            int number = shards.numberOf(keys.hash(key));
            if (state == State.ONE ? number != one.number : several.next(number) != number) {
                throw new IllegalStateException("key " + key + " is in no shard of the section");
            }
        }
        if (state == State.ONE) {
            oneKey = false;
            seen.upTo(one.journalMarks.ofAll());
        }
        includedFrom = first;
        includedTo = end;
    }

    boolean keepsLocks() {
        return state == State.ONE || state == State.SEVERAL;
    }

    boolean holdsAll() {
        return state == State.HOLDING && to == Integer.MAX_VALUE;
    }

    void requireClosed() {
        if (state != State.CLOSED) {
            throw new IllegalStateException("not allowed in a section");
        }
    }

    private void begin(Keys ofKeys, int first, int end, boolean alone, long now) {
        if (first < 0 || first >= end || end > ofKeys.size() && end != Integer.MAX_VALUE) {
            throw new IndexOutOfBoundsException("keys " + first + " to " + end + " of " + ofKeys.size());
        }
        keys = ofKeys;
        from = first;
        to = end;
        exclusive = alone;
        nowMillis = now;
        includedTo = 0;
        changed = false;
    }

    private Opening openOne(long hash) {
        Shard shard = shards.of(hash);
        long taken = lockWaits.lock(shard, exclusive);
        Holder holder = shard.holder;
        if (holder != null) {
            shard.lock.unlock(taken);
            return refused(holder);
        }
        one = shard;
        oneHash = hash;
        oneKey = true;
        stamp = taken;
        state = State.ONE;
        seen.upTo(shard.journalMarks.of(hash));
        return Opening.OPEN;
    }

    private Opening openSeveral() {
        ShardSet set = set();
        for (int key = from; key < to; key++) {
            set.add(shards.numberOf(keys.hash(key)));
        }
        return lockSeveral();
    }

    private Opening lockSeveral() {
        Holder holder = several.lock(exclusive, lockWaits);
        if (holder != null) {
            return refused(holder);
        }
        seen.upTo(several.journalPosition());
        state = State.SEVERAL;
        return Opening.OPEN;
    }

    private Opening markAll() {
        mark = new Holder();
        several.mark(mark);
        state = State.HOLDING;
        return Opening.OPEN;
    }

    private Shard enterOneOfSeveral(int key, boolean toChange) {
        Shard shard = shards.of(keys.hash(key));
        if (state == State.HOLDING) {
            if (toChange) {
                pool.makeReady(Room.PAGES_A_KEY);
            }
            stamp = toChange ? shard.lock.writeLock() : shard.lock.readLock();
            try {
                mark.requireHolderOf(shard);
            } catch (Throwable ended) {
                shard.lock.unlock(stamp);
                throw ended;
            }
        }
        return shard;
    }

    private Opening refused(Holder holder) {
        holder.requireSection();
        met = holder;
        return Opening.HELD;
    }

    private void requireKey(int key) {
        requireOpen();
        if ((key < from || key >= to) && (key < includedFrom || key >= includedTo)) {
            throw new IllegalStateException("key " + key + " is not in the section");
        }
    }

    private void requireExclusive() {
        requireOpen();
        if (!exclusive) {
            throw new IllegalStateException("a shared section changes nothing");
        }
    }

    private void requireOpen() {
        if (state == State.CLOSED) {
            throw new IllegalStateException("not in a section");
        }
    }

    private ShardSet set() {
        if (several == null) {
            several = new ShardSet(shards);
        }
        return several;
    }
}
