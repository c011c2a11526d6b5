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
    /** A batch is handed over when it holds so many received bytes: the worker starts while the loop reads on. */
    static final int CHUNK_BYTES = 16 << 10;
    /** Received at once from one connection at most. */
    static final int READ_BYTES_MAX = 64 << 10;
    static final int EXCHANGES_MAX = 256;
    private static final int OUTPUT_BYTES = 128 << 10;

    final ByteBuffer input = ByteBuffer.allocateDirect(CHUNK_BYTES + READ_BYTES_MAX).order(ByteOrder.nativeOrder());
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT_BYTES);
    private final Exchange[] exchanges = new Exchange[EXCHANGES_MAX];
    private int count;
    private Worker.Completion completion;
    private volatile boolean done;
    private volatile boolean late;

    void add(Exchange exchange) {
        exchanges[count++] = exchange;
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
        for (int i = 0; i < count; i++) {
            Exchange exchange = exchanges[i];
            try {
                exchange.run(handler, this, output, slow);
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
