package kv.commands;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waiting on the slow lane for a long section that holds what a reply wants next. */
final class HeldKeys {
    /** How soon it is noticed that a client has gone which waits for a long section. */
    private static final long RELEASE_POLL_MILLIS = 10;

    private HeldKeys() {
    }

    /**
     * On the slow lane, without a section, in the midst of a long reply: waits until the long section that was met has ended.
     * False if the client has gone first.
     */
    static boolean awaitRelease(CommandContext c) {
        Semaphore released = new Semaphore(0);
        c.session.whenReleased(released::release);
        try {
            while (!released.tryAcquire(RELEASE_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (c.endIfCancelled()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException nobodyInterruptsThisThread) {
            throw new IllegalStateException(nobodyInterruptsThisThread);
        }
    }
}
