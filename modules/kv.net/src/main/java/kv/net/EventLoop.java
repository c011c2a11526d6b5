package kv.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that does all I/O of its connections. It never parses, never waits for a lock of the service, and logs no
 * request.
 *
 * <p>A round: select; read every ready connection once into batches; hand them to the workers; wait for them; write
 * all their replies; select again.
 *
 * <p>Owner: its own thread, but for {@link #adopt}, {@link #setTimeouts} and {@link #stop}, which any thread may call.
 */
final class EventLoop implements Runnable {
    /*
     * Waiting for the batches ("barrier") is what makes batches grow: while the loop waits, requests arrive, and the next
     * select finds many connections ready, so a wake-up, which costs as much as several requests, is shared by 20 to 30 of
     * them at 50 connections. Without it the loop hands over one or two at a time.
     *
     * The wait ends when a worker says that a request will take long (Exchange.late); such a batch comes back by a wake-up of the
     * selector, and the loop serves the others meanwhile. The time limit is only for what nobody foresaw. It is long on purpose:
     * a timer due before the kernel's next tick must be set in hardware, each time, which made a round trip on one connection 39
     * instead of 34 us of CPU, and a command in a pipeline of 16 0.63 instead of 0.57 us (limits of 50 us and 10 ms, virtual
     * machine). A batch that outlives it is late from then on, or each of the next rounds would wait as long for it again.
     */

    /** Longest wait for the batches of a round, if no worker says that it will take long. */
    private static final long BARRIER_NANOS = 10_000_000;
    /** After the signal to stop, replies that clients do not take are waited for so long. */
    private static final long STOP_FLUSH_NANOS = 700_000_000L;
    /** After a failure: workers that do not return are waited for so long. */
    private static final long FAILED_WORKER_MILLIS = 1000;
    private static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final LoopCounters counters;
    private final Selector selector;
    private final Thread thread;
    private final Alarm alarm;
    private final SignalQueue signals;
    private final ConnectionSet connections;
    private final WorkerPool workers;
    private final Lending lending;
    private final Timeouts timeouts;
    private final Traffic traffic;
    private final SpareBuffers spareBuffers;
    private final Failures failures;
    private final Consumer<SelectionKey> onReady = this::ready;
    private Listeners listeners;
    private volatile boolean stopping;

    EventLoop(int number, NetConfig config, Service service, BufferPool pool, Budget heap, LoopCounters counters,
            int workerCount, int firstWorker, Failures failures, ThreadMaker threads) throws IOException {
        this.counters = counters;
        this.selector = Selector.open();
        this.thread = threads.newThread(this, "kv-loop-" + number);
        this.alarm = new Alarm(selector, thread);
        this.signals = new SignalQueue(alarm);
        this.connections = new ConnectionSet(selector, config, service, signals, pool, heap, this::makeRoom, counters);
        this.timeouts = new Timeouts(config, connections, counters);
        this.spareBuffers = new SpareBuffers(pool);
        this.failures = failures;
        this.workers = new WorkerPool(number, firstWorker, workerCount, service, pool, alarm, failures::threadDies, threads);
        this.lending = new Lending(connections, workers);
        this.traffic = new Traffic(connections, workers, lending, signals, timeouts, counters);
    }

    /** This loop accepts: before {@link #start}. */
    void accept(Listeners listening) throws ClosedChannelException {
        listeners = listening;
        listeners.register(selector);
    }

    /** @throws OutOfMemoryError if the system gives no more threads; some of this loop's may run then */
    void start() {
        workers.start();
        thread.start();
    }

    /** Its thread's name and that of its first worker, which gets a batch whenever it is free. */
    List<String> threadGroup() {
        return List.of(thread.getName(), workers.firstName());
    }

    /** Any thread: this loop serves the connection from now on. @param tls null where it is plain */
    void adopt(SocketChannel channel, Object connectionState, Tls tls) {
        connections.adopt(channel, connectionState, tls);
        alarm.ring();
    }

    /** Any thread: these limits, in milliseconds, hold from now on; 0 = none. */
    void setTimeouts(long idleMillis, long requestMillis, long sendMillis) {
        timeouts.set(idleMillis, requestMillis, sendMillis);
        alarm.ring(); // how long the selector may sleep is reckoned after beforeSelect
    }

    /** Any thread: begins to stop. */
    void stop() {
        stopping = true;
        alarm.ringAlways();
    }

    /** After {@link #stop}: returns when all threads of this loop have ended, and what it had open is closed. */
    void join() throws InterruptedException {
        boolean wasStarted = thread.getState() != Thread.State.NEW;
        if (wasStarted) {
            thread.join();
        }
        workers.stop(failures.hasFailed() ? FAILED_WORKER_MILLIS : 0);
        if (!wasStarted) {
            closeUnstarted();
        }
    }

    /** Gives back what it has open, if its thread was never started. */
    void closeUnstarted() {
        closeAll(true);
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                round();
            }
            drain();
        } catch (Throwable death) {
            failures.threadDies(death);
        }
        closeAll(!failures.hasFailed() || awaitWorkers());
    }

    /** After a failure: no worker has a connection any more, or this is false. */
    private boolean awaitWorkers() {
        try {
            traffic.cancelAll();
            return workers.stop(FAILED_WORKER_MILLIS);
        } catch (InterruptedException | OutOfMemoryError unknown) {
            return false;
        }
    }

    private void round() throws IOException {
        select();
        traffic.openArrivals();
        traffic.hearSignals();
        lending.lendQueued();
        lending.submit();
        awaitBatches();
        lending.lendDeferred();
        checkTimers();
    }

    private void select() throws IOException {
        if (hasWork()) {
            selector.selectNow(onReady);
            return;
        }
        alarm.beforeSelect();
        if (hasWork() || workers.hasDone() || stopping) {
            alarm.awake();
            selector.selectNow(onReady);
        } else {
            selector.select(onReady, timeoutMillis());
            alarm.awake();
        }
    }

    private boolean hasWork() {
        return lending.hasQueued() || connections.hasArrivals() || !signals.isEmpty();
    }

    private void ready(SelectionKey key) {
        alarm.awake(); // still inside select(): a batch handed over now needs no wake-up
        if (key.attachment() instanceof Connection connection) {
            traffic.ready(connection, key);
        } else if (key.attachment() instanceof Rejections.Rejection rejection) {
            rejection.ready();
        } else {
            listeners.accept(key);
        }
    }

    private void makeRoom() {
        traffic.hearSignals();
    }

    private void awaitBatches() {
        traffic.finishDone();
        if (!mustWait()) {
            return;
        }
        long deadline = lending.begunNanos() + BARRIER_NANOS; // no reading of the clock beside that one
        for (long left = BARRIER_NANOS; mustWait(); left = deadline - System.nanoTime()) {
            if (left <= 0) {
                workers.outlived();
                return;
            }
            alarm.beforePark();
            if (!workers.hasDone() && signals.isEmpty() && mustWait()) {
                LockSupport.parkNanos(this, left);
            }
            alarm.awake();
            traffic.finishDone();
            traffic.hearSignals();
        }
    }

    /** Whether a batch will soon be back, and nothing else is to be done. */
    private boolean mustWait() {
        return workers.hasQuick() && !lending.hasQueued();
    }

    private void checkTimers() {
        if (nextTimerNanos() == NEVER) {
            return;
        }
        long nowNanos = System.nanoTime();
        timeouts.check(nowNanos);
        spareBuffers.check(nowNanos);
        if (listeners != null) {
            listeners.check(nowNanos);
        }
    }

    private long nextTimerNanos() {
        long look = Math.min(timeouts.nextLook(), spareBuffers.dueNanos());
        return listeners == null ? look : Math.min(look, listeners.dueNanos());
    }

    /** How long the selector may sleep; 0 = until something happens. */
    private long timeoutMillis() {
        long due = nextTimerNanos();
        return due == NEVER ? 0 : Math.max(1, (due - System.nanoTime()) / 1_000_000 + 1);
    }

    /** Answers what was received, sends what clients take, and waits for the workers. */
    private void drain() throws IOException {
        if (listeners != null) {
            listeners.close();
        }
        long flushUntil = System.nanoTime() + STOP_FLUSH_NANOS;
        boolean received = true;
        while (!failures.hasFailed()
                && (lending.lentCount() > 0 || (received || traffic.isUnderWay()) && System.nanoTime() - flushUntil < 0)) {
            traffic.openArrivals();
            long before = counters.bytesReceived.get();
            selector.select(onReady, received ? 1 : 20);
            received = counters.bytesReceived.get() != before;
            traffic.hearSignals();
            lending.lendQueued();
            lending.submit();
            awaitBatches();
            lending.lendDeferred();
            if (System.nanoTime() - flushUntil >= 0) {
                traffic.cancelAll();
            }
        }
    }

    /** @param workersEnded false if a worker may still use the buffers of connections that are lent */
    private void closeAll(boolean workersEnded) {
        try {
            if (listeners != null) {
                listeners.close();
            }
            connections.closeAll(workersEnded);
            if (workersEnded) {
                workers.free();
            }
            selector.close();
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            LOG.warn("closing the event loop: {}", failure.toString());
        }
    }
}
