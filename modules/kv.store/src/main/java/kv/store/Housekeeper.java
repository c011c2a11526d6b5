package kv.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The store's one thread: takes expired keys away twice a second while any key expires, and has memory ready before it is needed.
 * It sleeps while there is nothing of both to do.
 */
final class Housekeeper {
    private static final long SWEEP_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Sweeper sweeper;
    private final PagePool pool;
    private final Thread thread = new Thread(this::run, "kv-store-keeper");
    /** Until somebody calls; not set while it looks up itself twice a second. */
    private volatile boolean asleep;
    private volatile boolean stopped;

    Housekeeper(Sweeper sweeper, PagePool pool) {
        this.sweeper = sweeper;
        this.pool = pool;
        thread.setDaemon(true);
    }

    void start() {
        pool.whenLow(() -> LockSupport.unpark(thread));
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

    /** To be called after a key has got a deadline. Costs one read unless the thread sleeps. */
    void keyExpires() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopped) {
            pool.reserve();
            sweeper.sweep();
            // Who gives a key a deadline writes that first and reads this flag then; we do it the other way round.
            asleep = true;
            boolean nothingExpires = sweeper.nothingExpires();
            asleep = nothingExpires;
            // A call meanwhile may have gone to a lock's wait in the sweep: so both are asked again, and then nothing waits but this.
            if (!pool.isLow() && !stopped) {
                if (nothingExpires) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, SWEEP_INTERVAL_NANOS);
                }
            }
            asleep = false;
        }
    }
}
