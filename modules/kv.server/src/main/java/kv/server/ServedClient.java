package kv.server;

import java.util.function.LongConsumer;
import kv.commands.Client;
import kv.log.DurabilityWaiter;
import kv.net.Hold;

/**
 * One connection's client, and what keeps its replies back until all that it has seen is on disk.
 *
 * <p>Owner: the worker that serves the connection; while that is held, the log's thread.
 */
final class ServedClient extends DurabilityWaiter {
    final Client client;
    private Hold hold;
    /** Since when it is held, and who wants to know how long that is. */
    private long heldNanos;
    private LongConsumer wait;

    ServedClient(Client client) {
        this.client = client;
    }

    void holdBy(Hold taken, LongConsumer told) {
        hold = taken;
        wait = told;
        heldNanos = System.nanoTime();
    }

    @Override
    protected void durable() {
        Hold released = hold;
        hold = null;
        wait.accept(System.nanoTime() - heldNanos);
        released.release();
    }
}
