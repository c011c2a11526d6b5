package kv.store;

import java.util.Arrays;

/**
 * Some shards, kept from others together: locked in ascending order, or marked.
 *
 * <p>Threads: confined to one. Locks are released without their stamps, which are a note of what is locked how, and we know that.
 */
final class ShardSet {
    private final Shards shards;
    private final long[] bits;

    ShardSet(Shards shards) {
        this.shards = shards;
        bits = new long[(shards.count() + Long.SIZE - 1) / Long.SIZE];
    }

    void add(int shard) {
        bits[shard / Long.SIZE] |= 1L << shard;
    }

    void addAll() {
        for (int shard = 0; shard < shards.count(); shard++) {
            add(shard);
        }
    }

    /** The lowest number from {@code from} on, or -1. */
    int next(int from) {
        for (int word = from / Long.SIZE, first = word; word < bits.length; word++) {
            long rest = word == first ? bits[word] & -1L << from : bits[word];
            if (rest != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(rest);
            }
        }
        return -1;
    }

    /** Locks all; or returns who holds one of them, with nothing locked and the set empty. */
    Holder lock(boolean exclusive, LockWaits waits) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            Shard shard = shards.get(number);
            waits.lock(shard, exclusive);
            Holder holder = shard.holder;
            if (holder != null) {
                unlock(exclusive, number + 1);
                return holder;
            }
        }
        return null;
    }

    /** After {@link #lock}; the set is empty then. */
    void unlock(boolean exclusive) {
        unlock(exclusive, shards.count());
    }

    private void unlock(boolean exclusive, int end) {
        for (int number = next(0); number >= 0 && number < end; number = next(number + 1)) {
            Shard shard = shards.get(number);
            boolean unlocked = exclusive ? shard.lock.tryUnlockWrite() : shard.lock.tryUnlockRead();
            assert unlocked : number;
        }
        Arrays.fill(bits, 0);
    }

    /** Unlocks shards that are locked for writing, and has them held instead. */
    void mark(Holder holder) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            Shard shard = shards.get(number);
            shard.holder = holder;
            shard.lock.tryUnlockWrite();
        }
    }

    /**
     * After {@link #mark}; the set is empty then.
     *
     * @param left who holds them from now on, or null
     * @param journalPosition that of the last change, or 0
     */
    void unmark(Holder mark, Holder left, long journalPosition) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            Shard shard = shards.get(number);
            long taken = shard.lock.writeLock();
            if (shard.holder == mark) { // else the store has been closed, or is broken
                shard.holder = left;
            }
            shard.journalMarks.changedAny(journalPosition);
            shard.lock.unlockWrite(taken);
        }
        Arrays.fill(bits, 0);
    }

    /** Takes all keys of a database away, as {@link ShardRemoval#clear} does, where they are marked. */
    void clear(Holder mark, int database) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            Shard shard = shards.get(number);
            long taken = shard.lock.writeLock();
            try {
                mark.requireHolderOf(shard);
                ShardRemoval.clear(shard, database);
            } catch (Throwable thrown) {
                shard.holder = Holder.BROKEN;
                throw thrown;
            } finally {
                shard.lock.unlockWrite(taken);
            }
        }
    }

    /** Of shards that are locked for writing. */
    void setHolder(Holder holder) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            shards.get(number).holder = holder;
        }
    }

    /** Of shards that are locked for writing. */
    void setJournalPosition(long position) {
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            shards.get(number).journalMarks.changedAny(position);
        }
    }

    /** The highest of shards that are locked. */
    long journalPosition() {
        long highest = 0;
        for (int number = next(0); number >= 0; number = next(number + 1)) {
            highest = Math.max(highest, shards.get(number).journalMarks.ofAll());
        }
        return highest;
    }
}
