package kv.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The end of a store by a failure that leaves its memory in a state nobody may trust: told to the handler, once, and to all
 * shards.
 *
 * <p>Threads: any, without a shard's lock. The handler is called first, for it may end the process, and needs no memory of ours.
 */
final class StoreFailure {
    private final Shards shards;
    private final Consumer<Throwable> handler;
    private final AtomicBoolean reported = new AtomicBoolean();

    StoreFailure(Shards shards, Consumer<Throwable> handler) {
        this.shards = shards;
        this.handler = handler;
    }

    void report(Throwable failure) {
        if (!reported.compareAndSet(false, true)) {
            return;
        }
        try {
            handler.accept(failure);
        } finally {
            shards.end(Holder.BROKEN);
        }
    }
}
