package kv.net;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs the batches of one event loop, in order. Its types hold no channel: it cannot do I/O.
 *
 * <p>The inbox is a ring with one writer (the loop) and one reader (this thread). The loop unparks the worker only
 * when it sleeps: the worker says so in {@code sleeping}, looks once more, then parks; the loop first publishes, then reads
 * {@code sleeping}. Both orders are volatile, so one of them always sees the other.
 */
final class Worker implements Runnable {
    /** Batches waiting for one worker at most; a loop has no more in flight. */
    static final int INBOX_LENGTH = 64;

    /** How a worker tells its event loop that a batch is done, or will take long. */
    interface Completion {
        void batchMoved();
    }

    /** Where a handler's failure goes. */
    interface Failure {
        void failed(Throwable failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final AtomicReferenceArray<Batch> inbox = new AtomicReferenceArray<>(INBOX_LENGTH);
    private final RequestHandler handler;
    private final Completion completion;
    private final boolean slow;
    private final Thread thread;
    private int submitted; // event loop
    private int taken; // worker
    private volatile boolean sleeping;
    private volatile boolean stopping;

    /** @param slow whether this is the slow lane: batches of one exchange, which may take as long as they need */
    Worker(String name, RequestHandler handler, Completion completion, boolean slow) {
        this.handler = handler;
        this.completion = completion;
        this.slow = slow;
        this.thread = new Thread(this, name);
    }

    String name() {
        return thread.getName();
    }

    void start() {
        thread.start();
    }

    /** Event loop: hands a batch over. At most {@link #INBOX_LENGTH} may be under way. */
    void submit(Batch batch) {
        inbox.setRelease(submitted++ & (INBOX_LENGTH - 1), batch);
        if (needsWakeUp()) LockSupport.unpark(thread);
    }

    private boolean needsWakeUp() {
        // The release store above must not pass the load of sleeping.
        java.lang.invoke.VarHandle.fullFence();
        return sleeping;
    }

    /** Ends the thread after the batches submitted; returns when it has ended. */
    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    @Override
    public void run() {
        Batch batch;
        while ((batch = take()) != null) {
            batch.run(handler, slow, completion, Worker::report);
        }
    }

    private Batch take() {
        int slot = taken & (INBOX_LENGTH - 1);
        Batch batch;
        while ((batch = inbox.getAcquire(slot)) == null) {
            if (stopping) return null;
            sleeping = true;
            if (inbox.get(slot) == null && !stopping) LockSupport.park(this);
            sleeping = false;
        }
        inbox.setRelease(slot, null);
        taken++;
        return batch;
    }

    private static void report(Throwable failure) {
        if (failure instanceof BufferExhaustedException) return; // counted by the loop, not a bug
        LOG.error("request handler failed; closing its connection", failure);
    }
}
