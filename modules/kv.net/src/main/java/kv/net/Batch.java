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
    /** Room for what fills it, and for one more short beginning of a request with what is read behind it. */
    private static final int INPUT_BYTES = FULL_BYTES + BufferPool.BLOCK_BYTES + READ_BYTES_MAX;
    /** Memory of a batch. */
    static final int BYTES = INPUT_BYTES + OUTPUT_BYTES;

    final ByteBuffer input;
    private final ByteBuffer output;
    private final Exchange[] exchanges = new Exchange[EXCHANGES_MAX];
    private int count;
    private int requests;
    private long memoryWaitMillis = Exchange.MEMORY_WAIT_MILLIS;
    /** When the first of what it holds was received, by System.nanoTime. */
    private long receivedNanos;
    private Bell loop;
    private volatile boolean done;
    private volatile boolean late;
    /** Event loop: it has waited for this batch as long as it does. */
    private boolean outlived;

    /** @param memory {@value #BYTES} bytes */
    Batch(ByteBuffer memory) {
        input = memory.slice(0, INPUT_BYTES).order(ByteOrder.nativeOrder());
        output = memory.slice(INPUT_BYTES, OUTPUT_BYTES);
    }

    void add(Exchange exchange) {
        exchanges[count++] = exchange;
    }

    /** Event loop: its first exchange is about to be added. */
    void begin(long nanos) {
        receivedNanos = nanos;
    }

    /** How many requests its worker has executed. */
    int requests() {
        return requests;
    }

    boolean isDone() {
        return done;
    }

    /** Event loop: whether its worker has met a request that takes long, as far as that is known. */
    boolean isLate() {
        return outlived || late;
    }

    /** Event loop: it does not wait for this batch again. */
    void outlived() {
        outlived = true;
    }

    /** Worker: the event loop should not wait. */
    void late() {
        if (late) {
            return;
        }
        late = true;
        loop.ring();
    }

    /**
     * Worker: as {@link BufferPool#await}. All its exchanges together wait for so long: whoever has run before in this batch and
     * has to go holds what it has until the batch comes back, so that others here may wait in vain, one after another.
     */
    Block await(BufferPool pool, Account account, int bytesMin) {
        long start = System.nanoTime();
        try {
            return pool.await(account, bytesMin, memoryWaitMillis);
        } finally {
            memoryWaitMillis = Math.max(0, memoryWaitMillis - (System.nanoTime() - start) / 1_000_000);
        }
    }

    /** How long its exchanges may still wait for memory. */
    long memoryWaitMillis() {
        return memoryWaitMillis;
    }

    /** Event loop: empty again. */
    void reset() {
        for (int i = 0; i < count; i++) {
            exchanges[i] = null;
        }
        count = 0;
        done = false;
        late = false;
        outlived = false;
        memoryWaitMillis = Exchange.MEMORY_WAIT_MILLIS;
        input.clear();
        output.clear();
    }

    /**
     * Worker: runs all exchanges. What a handler throws costs its connection only: also an OutOfMemoryError, for what that
     * connection made us hold goes with it, or a StackOverflowError. Other failures of the JVM itself end the worker, and with it
     * the server.
     */
    void run(RequestHandler handler, boolean slow, Bell bell, Worker.Failure onFailure) {
        loop = bell;
        handler.beginBatch(receivedNanos, slow);
        requests = 0;
        for (int i = 0; i < count; i++) {
            Exchange exchange = exchanges[i];
            try {
                requests += exchange.run(handler, this, output, slow);
            } catch (Throwable failure) {
                if (isOfTheJvm(failure)) {
                    throw failure;
                }
                exchange.fail();
                onFailure.failed(failure);
            }
        }
        done = true;
        bell.ring();
    }

    private static boolean isOfTheJvm(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof OutOfMemoryError)
                && !(failure instanceof StackOverflowError);
    }
}
