package kv.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The store's one thread: takes expired keys away, has memory ready before it is needed, and gives back what is not needed any
 * more. It looks twice a second as long as any key expires or there is memory to give back, and sleeps otherwise.
 *
 * <p>Failure: whatever ends the thread but {@link #stop} is reported as the store's failure.
 */
final class Housekeeper {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Sweeper sweeper;
    private final Trimmer trimmer;
    private final PagePool pool;
    private final StoreFailure failure;
    private final Thread thread = new Thread(this::runOrReport, "kv-store-keeper");
    /** Until somebody calls; not set while it looks up itself twice a second. */
    private volatile boolean asleep;
    private volatile boolean stopped;
    private long trimmedNanos = System.nanoTime();

    Housekeeper(Sweeper sweeper, Trimmer trimmer, PagePool pool, StoreFailure failure) {
        this.sweeper = sweeper;
        this.trimmer = trimmer;
        this.pool = pool;
        this.failure = failure;
        thread.setDaemon(true);
    }

    void start() {
        pool.whenToBeKept(() -> LockSupport.unpark(thread));
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

    /** A store without its thread would grow full of expired keys: the thread's end is the store's. */
    private void runOrReport() {
        try {
            run();
        } catch (Throwable death) {
            failure.report(death);
        }
    }

    private void run() {
        while (!stopped) {
            pool.reserve();
            sweeper.sweep();
            trimNowAndThen();
            // Who gives a key a deadline writes that first and reads this flag then; we do it the other way round.
            asleep = true;
            boolean nothingExpires = sweeper.nothingExpires();
            asleep = nothingExpires;
            // A call meanwhile may have gone to a lock's wait in the sweep: so both are asked again, and then nothing waits but
            // this.
            if (!pool.isLow() && !stopped) {
                park(nothingExpires);
            }
            asleep = false;
        }
    }

    private void trimNowAndThen() {
        long now = System.nanoTime();
        if (now - trimmedNanos >= INTERVAL_NANOS) {
            trimmedNanos = now;
            trimmer.trim();
        }
    }

    private void park(boolean nothingExpires) {
        long untilRetry = pool.nanosToRetry();
        if (!nothingExpires || pool.isGrown()) {
            LockSupport.parkNanos(this, untilRetry > 0 ? Math.min(untilRetry, INTERVAL_NANOS) : INTERVAL_NANOS);
        } else if (untilRetry > 0) {
            LockSupport.parkNanos(this, untilRetry);
        } else {
            LockSupport.park(this);
        }
    }
}
