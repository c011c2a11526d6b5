package kv.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;

/**
 * Takes expired keys away when nobody asks for them.
 *
 * <p>Threads: {@link #sweep} may be called by any, and is; one of our own calls it twice a second, and sleeps while no key expires.
 * <p>Locks: a shard's lock for the time that one data page takes, never two.
 */
final class Sweeper {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Shard[] shards;
    private final StoreClock clock;
    private final Thread thread = new Thread(this::run, "kv-store-sweeper");
    private volatile boolean asleep;
    private volatile boolean stopped;

    Sweeper(Shard[] shards, StoreClock clock) {
        this.shards = shards;
        this.clock = clock;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends and joins the thread, if it was started. An interrupt of the caller is kept for later. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called after a key has got a deadline. Costs one read unless the sweeper sleeps. */
    void keyExpires() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** Takes away all keys whose deadline has passed when it is called. */
    void sweep() {
        long now = clock.nowMillis();
        for (Shard shard : shards) {
            // Again, because a merge of pages may move expired entries to where the sweep has been.
            while (shard.nextDeadlineMillis() < now) {
                sweep(shard, now);
            }
        }
    }

    private static void sweep(Shard shard, long now) {
        StampedLock lock = shard.lock;
        int page = 1;
        while (page != 0) {
            long stamp = lock.writeLock();
            try {
                page = shard.sweepNextPage(page, now);
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    private void run() {
        while (!stopped) {
            sweep();
            // Who gives a key a deadline writes that first and reads this flag then; we do it the other way round.
            asleep = true;
            boolean nothingExpires = nothingExpires();
            asleep = nothingExpires;
            if (nothingExpires && !stopped) {
                LockSupport.park(this);
            } else if (!stopped) {
                LockSupport.parkNanos(this, INTERVAL_NANOS);
            }
            asleep = false;
        }
    }

    private boolean nothingExpires() {
        for (Shard shard : shards) {
            if (shard.nextDeadlineMillis() != StoreClock.NEVER) {
                return false;
            }
        }
        return true;
    }
}
