package kv.net;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What happens when a thread of the server dies of something that is not one connection's: all others end, and whoever runs the
 * server is told, once. Half a server would go on accepting clients that nobody serves.
 *
 * <p>Any thread. Allocates nothing: memory may be what has run out.
 */
final class Failures {
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Consumer<Throwable> onFailure;
    private EventLoop[] loops = {};

    Failures(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    /** Before any thread is started. */
    void endWith(EventLoop[] all) {
        loops = all;
    }

    boolean hasFailed() {
        return failed.get();
    }

    /** The calling thread is about to end. */
    void threadDies(Throwable cause) {
        if (!failed.compareAndSet(false, true)) {
            return;
        }
        for (EventLoop loop : loops) {
            loop.stop();
        }
        onFailure.accept(cause);
    }
}
