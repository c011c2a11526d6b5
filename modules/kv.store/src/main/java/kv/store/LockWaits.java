package kv.store;

import java.util.concurrent.locks.StampedLock;
import java.util.function.LongConsumer;

/** Takes the locks of shards for one session, and tells how long each was waited for. Who need not wait reads no clock. */
final class LockWaits {
    /** Told of each wait, in nanoseconds, under locks: it returns at once, and throws nothing. */
    LongConsumer listener = nanos -> { };

    /** @return the lock's stamp */
    long lock(Shard shard, boolean exclusive) {
        long taken = exclusive ? shard.lock.tryWriteLock() : shard.lock.tryReadLock();
        return taken == 0 ? await(shard.lock, exclusive) : taken;
    }

    private long await(StampedLock lock, boolean exclusive) {
        long began = System.nanoTime();
        long taken = exclusive ? lock.writeLock() : lock.readLock();
        listener.accept(System.nanoTime() - began);
        return taken;
    }
}
