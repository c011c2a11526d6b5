package kv.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Who keeps all others out of a shard without keeping its lock: a long section, or the end of the store.
 *
 * <p>A shard's {@link Shard#holder} is read and written under the shard's lock: whoever takes that lock looks there before
 * anything else.
 * <p>Threads: any. The monitor guards only who waits for the release; callbacks are called without it and without any shard's
 * lock.
 */
final class Holder {
    /** The store has been closed. */
    static final Holder CLOSED = new Holder();
    /** Something was thrown in the middle of a change: nobody may trust the shard again. */
    static final Holder BROKEN = new Holder();

    private final List<Runnable> waiting = new ArrayList<>();
    private boolean released;

    /** Throws unless this is a section, which will end. */
    void requireSection() {
        if (this == CLOSED) {
            throw new IllegalStateException("the store is closed");
        }
        if (this == BROKEN) {
            throw new IllegalStateException("the store is broken by an earlier failure");
        }
    }

    /** In a section that has marked the shard with this: throws if the store has been closed, or broken, meanwhile. */
    void requireHolderOf(Shard shard) {
        if (shard.holder != this) {
            shard.holder.requireSection();
            throw new AssertionError("a held shard has another holder");
        }
    }

    /** Calls back once the section has ended: at once if it has. */
    void whenReleased(Runnable callback) {
        synchronized (this) {
            if (!released) {
                waiting.add(callback);
                return;
            }
        }
        callback.run();
    }

    /** Waits until the section has ended. An interrupt is kept for later. */
    synchronized void await() {
        boolean interrupted = false;
        while (!released) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called when no shard has this holder any more. */
    void release() {
        synchronized (this) {
            released = true;
            notifyAll();
        }
        // Nobody adds from now on. Whatever one of them throws, the others are called.
        Throwable thrown = null;
        for (Runnable callback : waiting) {
            try {
                callback.run();
            } catch (RuntimeException | Error failure) {
                thrown = failure;
            }
        }
        waiting.clear();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }
}
