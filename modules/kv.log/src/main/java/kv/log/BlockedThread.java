package kv.log;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A thread that waits for a durable position. */
final class BlockedThread extends DurabilityWaiter {
    /** Nobody is told that it will never be; so each looks now and then. */
    private static final long LOOK_NANOS = 50_000_000;

    private final Thread thread = Thread.currentThread();
    private volatile boolean done;

    @Override
    protected void durable() {
        done = true;
        LockSupport.unpark(thread);
    }

    /** Waits until it has been called, or is not to wait any longer. An interrupt is kept for later. */
    void await(BooleanSupplier goesOn) {
        boolean interrupted = false;
        while (!done && goesOn.getAsBoolean()) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            thread.interrupt();
        }
    }
}
