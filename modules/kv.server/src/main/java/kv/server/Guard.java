package kv.server;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Closes an embedded server when one of its threads has died, and then tells who embeds it. The thread {@code kv-guard} does
 * both, since the one that dies is among those that closing waits for, and since there may be no memory for a new one.
 *
 * <p>Any thread may call {@link #accept}; the first failure is the one that is told.
 */
final class Guard implements Consumer<Throwable> {
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Consumer<? super Throwable> onFailure;
    private final Thread thread = new Thread(this::run, "kv-guard");
    private volatile Runnable close;
    private volatile boolean ended;

    Guard(Consumer<? super Throwable> onFailure) {
        this.onFailure = onFailure;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The server is complete: a failure from now on, or an earlier one, closes it. */
    void watch(Runnable closing) {
        close = closing;
        LockSupport.unpark(thread);
    }

    @Override
    public void accept(Throwable death) {
        if (failure.compareAndSet(null, death)) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread and waits for it, unless it is the caller. */
    void end() throws InterruptedException {
        ended = true;
        LockSupport.unpark(thread);
        if (thread != Thread.currentThread()) {
            thread.join();
        }
    }

    private void run() {
        while (!ended) {
            if (failure.get() != null && close != null) {
                close.run();
                onFailure.accept(failure.get());
                return;
            }
            LockSupport.park(this);
        }
    }
}
