package kv.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Exchanges that go to a worker and come back together, with the memory for what they read and write.
 *
 * <p>Owner: its event loop until submitted and again once {@link #isDone()}; the worker in between. Many small requests and
 * replies lie side by side in two areas, so a connection needs no buffer of its own as long as nothing has to wait, and
 * a round touches a few cache lines instead of two pages a connection.
 */
final class Batch {
    /** A batch that holds so many received bytes is full. */
    static final int FULL_BYTES = 128 << 10;
    /** Received at once from one connection at most: a value of 64 KiB comes in one piece. */
    static final int READ_BYTES_MAX = 128 << 10;
    static final int EXCHANGES_MAX = 256;
    private static final int OUTPUT_BYTES = 256 << 10;

    final ByteBuffer input = ByteBuffer.allocateDirect(FULL_BYTES + READ_BYTES_MAX).order(ByteOrder.nativeOrder());
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT_BYTES);
    private final Exchange[] exchanges = new Exchange[EXCHANGES_MAX];
    private int count;
    private int requests;
    private Worker.Completion completion;
    private volatile boolean done;
    private volatile boolean late;

    void add(Exchange exchange) {
        exchanges[count++] = exchange;
    }

    /** How many requests its worker has executed. */
    int requests() {
        return requests;
    }

    boolean isDone() {
        return done;
    }

    /** Whether its worker has met a request that takes long. */
    boolean isLate() {
        return late;
    }

    /** Worker: the event loop should not wait. */
    void late() {
        if (late) return;
        late = true;
        completion.batchMoved();
    }

    /** Event loop: empty again. */
    void reset() {
        for (int i = 0; i < count; i++) exchanges[i] = null;
        count = 0;
        done = false;
        late = false;
        input.clear();
        output.clear();
    }

    /** Worker: runs all exchanges. A handler's bug costs its connection only. */
    void run(RequestHandler handler, boolean slow, Worker.Completion onMove, Worker.Failure onFailure) {
        completion = onMove;
        handler.beginBatch();
        requests = 0;
        for (int i = 0; i < count; i++) {
            Exchange exchange = exchanges[i];
            try {
                requests += exchange.run(handler, this, output, slow);
            } catch (Throwable failure) {
                exchange.failed = true;
                exchange.discard();
                onFailure.failed(failure);
            }
        }
        done = true;
        onMove.batchMoved();
    }
}
