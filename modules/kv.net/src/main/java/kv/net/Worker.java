package kv.net;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that runs the batches of one event loop, in order. Its types hold no channel: it cannot do I/O. */
final class Worker implements Runnable {
    /** Where a handler's failure goes. */
    interface Failure {
        void failed(Throwable failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Inbox inbox = new Inbox();
    private final RequestHandler handler;
    private final Bell loop;
    private final boolean slow;
    private final Consumer<Throwable> onDeath;
    private final Thread thread;
    private volatile boolean stopping;

    /** @param slow whether this is the slow lane: batches of one exchange, which may take as long as they need */
    Worker(String name, RequestHandler handler, Bell loop, boolean slow, Consumer<Throwable> onDeath, ThreadMaker threads) {
        this.handler = handler;
        this.loop = loop;
        this.slow = slow;
        this.onDeath = onDeath;
        this.thread = threads.newThread(this, name);
    }

    String name() {
        return thread.getName();
    }

    void start() {
        thread.start();
    }

    /** Event loop: hands a batch over. At most {@link Inbox#LENGTH} may be under way. */
    void submit(Batch batch) {
        if (inbox.put(batch)) {
            LockSupport.unpark(thread);
        }
    }

    /** The thread shall end after the batches submitted. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    /** After {@link #stop}: waits for its end, for so many milliseconds at most. @return whether it has ended */
    boolean join(long millisMax) throws InterruptedException {
        if (thread.isAlive()) {
            thread.join(millisMax);
        }
        return !thread.isAlive();
    }

    @Override
    public void run() {
        try {
            Batch batch;
            while ((batch = take()) != null) {
                batch.run(handler, slow, loop, Worker::report);
            }
        } catch (Throwable death) {
            onDeath.accept(death);
        }
    }

    /** Null when it shall end. */
    private Batch take() {
        Batch batch;
        while ((batch = inbox.poll()) == null) {
            if (stopping) {
                return null;
            }
            if (inbox.maySleep() && !stopping) {
                LockSupport.park(this);
            }
            inbox.awake();
        }
        return batch;
    }

    private static void report(Throwable failure) {
        if (failure instanceof BufferExhaustedException) {
            return; // counted by the loop, not a bug
        }
        try {
            LOG.error("request handler failed; closing its connection", failure);
        } catch (OutOfMemoryError noMemoryToSaySo) {
            // the connection closes all the same, which may be what gives memory back
        }
    }
}
