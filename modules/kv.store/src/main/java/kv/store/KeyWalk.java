package kv.store;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Walks over all keys in the order of their hashes, visiting a bounded part of one shard at a time under its lock and reporting
 * the keys found there without it.
 *
 * <p>Threads: confined to one, which holds no shard's lock. Keeps its memory for the next use.
 */
final class KeyWalk {
    private static final long POSITION_END = 1L << Shard.POSITION_BITS;
    /** What one visit of a shard, under its lock, may look at and copy. */
    private static final int VISIT_SLOTS_MAX = 1024;
    private static final int VISIT_BYTES_MAX = 256 << 10;
    /** In a shard with no more keys than that, the gaps between their positions differ too much for picking by a random position. */
    private static final int FEW_KEYS = 256;

    private final KeyValueStore store;
    private final KeyBatch batch = new KeyBatch();

    KeyWalk(KeyValueStore store) {
        this.store = store;
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
            position = visit(position, slots);
            batch.report(sink);
            reported += batch.count();
            slots = Math.min(2 * slots, VISIT_SLOTS_MAX);
        } while (reported < wanted && position < POSITION_END);
        return position < POSITION_END ? position : 0;
    }

    /** As {@link StoreSession#randomKey}. */
    boolean randomKey(KeySink sink) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Shard shard = store.randomShard(random);
        if (shard == null) {
            return reportOneOf(0, POSITION_END, sink); // perhaps a key has just come
        }
        long width = POSITION_END / store.shardCount();
        long first = shard.number * width;
        if (shard.keys() <= FEW_KEYS && reportEvenly(first, first + width, random, sink)) {
            return true;
        }
        long start = first + random.nextLong(width);
        return reportOneOf(start, POSITION_END, sink) || reportOneOf(0, start, sink);
    }

    /** Counts the keys between two positions, then reports one of them, each as likely; false if there is none. */
    private boolean reportEvenly(long from, long to, ThreadLocalRandom random, KeySink sink) {
        int keys = 0;
        for (long position = from; position < to; keys += batch.count()) {
            position = visit(position, VISIT_SLOTS_MAX);
        }
        if (keys == 0) {
            return false;
        }
        int chosen = random.nextInt(keys);
        for (long position = from; position < to; chosen -= batch.count()) {
            position = visit(position, VISIT_SLOTS_MAX);
            if (chosen < batch.count()) {
                batch.reportOne(chosen, sink);
                return true;
            }
        }
        return false; // some have gone meanwhile
    }

    /** Reports one of the first keys that a walk from a position to another meets, which it may go beyond. */
    private boolean reportOneOf(long from, long to, KeySink sink) {
        for (long position = from; position < to; ) {
            position = visit(position, VISIT_SLOTS_MAX);
            if (batch.count() > 0) {
                batch.reportOne(ThreadLocalRandom.current().nextInt(batch.count()), sink);
                return true;
            }
        }
        return false;
    }

    /** Fills the batch with keys from a position on and returns the position after them. */
    private long visit(long position, int homeSlots) {
        Shard shard = store.shardOf(position << Long.SIZE - Shard.POSITION_BITS);
        int slots = homeSlots;
        while (true) {
            batch.clear();
            long end;
            long stamp = shard.lockForReading();
            try {
                end = shard.collect(position, slots, batch);
            } finally {
                shard.lock.unlockRead(stamp);
            }
            if (batch.sizeBytes() <= VISIT_BYTES_MAX || slots == 1) {
                return end;
            }
            // Long keys: less at a time, for a short hold and a small batch.
            slots = Math.max(1, slots / 4);
        }
    }
}
