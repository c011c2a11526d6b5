package kv.store;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Walks over all keys in the order of their hashes, visiting a bounded part of one shard at a time under its lock and reporting
 * the keys found there without it.
 *
 * <p>Threads: confined to one, which holds no shard's lock. Keeps its memory for the next use.
 */
final class KeyWalk {
    private static final long POSITION_END = 1L << ShardScan.POSITION_BITS;
    /** What one visit of a shard, under its lock, may look at; and copy, {@link ShardScan#BYTES_MAX}. */
    private static final int VISIT_SLOTS_MAX = 1024;
    /** The shard to be visited is held. */
    private static final long IN_THE_WAY = -2;
    /** So often a random key is looked for where one seems to be, before all are walked over. */
    private static final int PICKS_MAX = 16;

    private final Shards shards;
    private final KeyBatch batch = new KeyBatch();
    private int database;
    private long nowMillis;
    /** The caller's own, in which the walk takes place; null outside of one. */
    private Holder own;
    /** The section that was in the way of the last visit. */
    private Holder met;

    KeyWalk(Shards shards) {
        this.shards = shards;
    }

    Holder met() {
        return met;
    }

    /** Prepares for a walk in a database, at one moment. */
    void begin(int inDatabase, long now, Holder ownMark) {
        database = inDatabase;
        nowMillis = now;
        own = ownMark;
    }

    /** As {@link StoreSession#scan}. */
    long scan(long cursor, int wanted, KeySink sink) {
        if (cursor < 0 || cursor >= POSITION_END) {
            return 0;
        }
        long position = cursor;
        int reported = 0;
        int slots = Math.min(wanted, VISIT_SLOTS_MAX);
        do {
            long next = visit(position, slots);
            if (next == StoreSession.HELD) {
                return position > cursor ? position : StoreSession.HELD;
            }
            position = next;
            batch.report(sink);
            reported += batch.count();
            slots = Math.min(2 * slots, VISIT_SLOTS_MAX);
        } while (reported < wanted && position < POSITION_END);
        return position < POSITION_END ? position : 0;
    }

    /** As {@link StoreSession#randomKey}. */
    int randomKey(KeySink sink) {
        met = null;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < PICKS_MAX; i++) {
            Shard shard = shards.any(database, random);
            if (shard != null && pick(shard, random)) {
                batch.report(sink);
                return 1;
            }
        }
        // There is none, or it is held, or most that are counted have expired.
        long start = random.nextLong(POSITION_END);
        if (reportOneOf(start, POSITION_END, sink) || reportOneOf(0, start, sink)) {
            return 1;
        }
        return met == null ? 0 : StoreSession.HELD;
    }

    /** Fills the batch with one key, each of the shard's as likely; false if it has expired, or the shard is held. */
    private boolean pick(Shard shard, ThreadLocalRandom random) {
        batch.clear();
        long stamp = shard.lock.readLock();
        try {
            if (isInTheWay(shard)) {
                return false;
            }
            int entry = shard.database(database).index.anyEntry(random);
            if (entry == DataPages.NO_ENTRY || shard.isExpired(entry, nowMillis)) {
                return false;
            }
            batch.add(shard.entries(), entry);
            return true;
        } finally {
            shard.lock.unlockRead(stamp);
        }
    }

    /** Reports one of the first keys that a walk from a position to another meets, which it may go beyond. */
    private boolean reportOneOf(long from, long to, KeySink sink) {
        for (long position = from; position < to; ) {
            position = visitOrSkip(position);
            if (batch.count() > 0) {
                batch.reportOne(ThreadLocalRandom.current().nextInt(batch.count()), sink);
                return true;
            }
        }
        return false;
    }

    /** As {@link #visit}, but a shard that is held seems to be empty. */
    private long visitOrSkip(long position) {
        long end = visit(position, VISIT_SLOTS_MAX);
        return end == StoreSession.HELD ? skip(position) : end;
    }

    /** The end of a shard that is held. */
    private long skip(long position) {
        batch.clear();
        long width = POSITION_END / shards.count();
        return (position / width + 1) * width;
    }

    /**
     * Fills the batch with keys from a position on and returns the position after them; {@link StoreSession#HELD} if the shard is
     * held.
     */
    private long visit(long position, int homeSlots) {
        int slots = homeSlots;
        batch.clear();
        long end = visitOnce(position, slots);
        while (end == ShardScan.TOO_MUCH) {
            // Long keys: less at a time, for a short hold and a small batch.
            slots = Math.max(1, slots / 4);
            batch.clear();
            end = visitOnce(position, slots);
        }
        return end == IN_THE_WAY ? StoreSession.HELD : end;
    }

    private long visitOnce(long position, int homeSlots) {
        Shard shard = shards.of(position << Long.SIZE - ShardScan.POSITION_BITS);
        long stamp = shard.lock.readLock();
        try {
            if (isInTheWay(shard)) {
                return IN_THE_WAY;
            }
            return ShardScan.collect(shard, database, position, homeSlots, nowMillis, batch);
        } finally {
            shard.lock.unlockRead(stamp);
        }
    }

    private boolean isInTheWay(Shard shard) {
        Holder holder = shard.holder;
        if (holder == own) {
            return false;
        }
        holder.requireSection();
        met = holder;
        return true;
    }
}
