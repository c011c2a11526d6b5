package kv.store;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** The shards of a store, in the order of the hashes that they are for. Any thread. */
final class Shards {
    private final Shard[] shards;
    private final int bits;
    private final DatabaseNumbers numbers = new DatabaseNumbers();
    private final AtomicInteger hand = new AtomicInteger();

    Shards(int count, PagePool pool, RetiredChains retired, Hashing hashing) {
        shards = new Shard[count];
        bits = Integer.numberOfTrailingZeros(count);
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(i, bits, pool, retired, hashing, numbers);
        }
    }

    Shard of(long hash) {
        return shards[numberOf(hash)];
    }

    int numberOf(long hash) {
        // Two steps, because a shift by 64 would be one by 0.
        return (int) (hash >>> 1 >>> Long.SIZE - 1 - bits);
    }

    Shard get(int number) {
        return shards[number];
    }

    /** What all indexes take, by what can be read without the locks. */
    long indexBytes() {
        long pages = 0;
        for (Shard shard : shards) {
            for (Database database : shard.databases()) {
                pages += database.index.pageCount();
            }
        }
        return pages * PagePool.PAGE_BYTES;
    }

    int count() {
        return shards.length;
    }

    DatabaseNumbers numbers() {
        return numbers;
    }

    /**
     * A shard, the likelier the more keys of a database it has, by what can be read without the locks; null if there seem to be
     * none.
     */
    Shard any(int database, Random random) {
        long total = 0;
        for (Shard shard : shards) {
            total += shard.database(database).keys();
        }
        long chosen = total <= 0 ? 0 : random.nextLong(total);
        for (Shard shard : shards) {
            chosen -= shard.database(database).keys();
            if (chosen < 0) {
                return shard;
            }
        }
        return null;
    }

    /** Where to look for room first: at each after the other. */
    int nextHand() {
        return hand.getAndIncrement() & shards.length - 1;
    }

    /** What may be evicted from now on. */
    void allowEviction(Eviction allowed) {
        for (Shard shard : shards) {
            long stamp = shard.lock.writeLock();
            try {
                shard.eviction(allowed);
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
    }

    /**
     * Empties one after another; returns who holds the one that it could not empty, or null. What is thrown has broken the shard.
     *
     * @param database as for {@link Section#clear}
     */
    Holder clear(int database) {
        int cleared = database == Section.ALL ? Section.ALL : DatabaseNumbers.unswapped(numbers.tag(database));
        for (Shard shard : shards) {
            long stamp = shard.lock.writeLock();
            try {
                if (shard.holder != null) {
                    return shard.holder;
                }
                ShardRemoval.clear(shard, cleared);
            } catch (Throwable thrown) {
                shard.holder = Holder.BROKEN;
                throw thrown;
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
        return null;
    }

    /** Sets the holder of every shard, whoever has it now, and closes each if that is the store's end. */
    void end(Holder holder) {
        for (Shard shard : shards) {
            long stamp = shard.lock.writeLock();
            try {
                shard.holder = holder;
                if (holder == Holder.CLOSED) {
                    ShardRemoval.clearAll(shard);
                }
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
    }
}
