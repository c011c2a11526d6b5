package kv.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
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
 * <p>Owner: its own thread, but for {@link #adopt}, {@link #stop} and {@link #batchMoved}, which any thread may call.
 */
/*
 * Waiting for the batches ("barrier") is what makes batches grow: while the loop waits, requests arrive, and the next
 * select finds many connections ready, so a wake-up, which costs as much as several requests, is shared by 20 to 30 of
 * them at 50 connections. Without it the loop hands over one or two at a time.
 *
 * The wait ends when a worker says that a request will take long (Exchange.late); such a batch comes back by a wake-up of the
 * selector, and the loop serves the others meanwhile. The time limit is only for what nobody foresaw. It is long on purpose: a
 * timer due before the kernel's next tick must be set in hardware, each time, which made a round trip on one connection 39 instead
 * of 34 us of CPU, and a command in a pipeline of 16 0.63 instead of 0.57 us (limits of 50 us and 10 ms, virtual machine).
 */
final class EventLoop implements Runnable, Worker.Completion {
    /** Longest wait for the batches of a round, if no worker says that it will take long. */
    private static final long BARRIER_NANOS = 10_000_000;
    /** After the signal to stop, replies that clients do not take are waited for so long. */
    private static final long STOP_FLUSH_NANOS = 700_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int SELECTING = 2;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final LoopCounters counters;
    private final Selector selector;
    private final ConnectionSet connections;
    private final Thread thread;
    private final WorkerPool workers;
    private final Consumer<SelectionKey> onReady = this::ready;

    /** Connections with unread complete requests whose replies so far are sent. */
    private final ArrayDeque<Connection> again = new ArrayDeque<>();
    /** Connections with a long-running request that waits for the slow lane. */
    private final ArrayDeque<Connection> slowQueue = new ArrayDeque<>();
    /** Takes what is read; null until there is something to read. */
    private Loan filling;
    private int lentCount;
    private Listeners listeners;

    private volatile int state = RUNNING;
    private volatile boolean stopping;

    EventLoop(int number, NetConfig config, Service service, BufferPool pool, LoopCounters counters, int workerCount,
            int firstWorker) throws IOException {
        this.counters = counters;
        this.selector = Selector.open();
        this.connections = new ConnectionSet(selector, config, service, pool, counters);
        this.thread = new Thread(this, "kv-loop-" + number);
        this.workers = new WorkerPool(number, firstWorker, workerCount, service, this);
    }

    /** This loop accepts: before {@link #start}. */
    void accept(Listeners listening) throws ClosedChannelException {
        listeners = listening;
        listeners.register(selector);
    }

    void start() {
        workers.start();
        thread.start();
    }

    /** Its thread's name and that of its first worker, which gets a batch whenever it is free. */
    List<String> threadGroup() {
        return List.of(thread.getName(), workers.firstName());
    }

    /** Any thread: this loop serves the connection from now on. */
    void adopt(SocketChannel channel, Object connectionState) {
        connections.adopt(channel, connectionState);
        selector.wakeup();
    }

    /** Any thread: begins to stop. */
    void stop() {
        stopping = true;
        selector.wakeup();
        LockSupport.unpark(thread);
    }

    /** After {@link #stop}: returns when all threads of this loop have ended. */
    void join() throws InterruptedException {
        thread.join();
        workers.stop();
    }

    @Override
    public void batchMoved() {
        int now = state;
        if (now == WAITING) {
            LockSupport.unpark(thread);
        } else if (now == SELECTING) {
            selector.wakeup();
        }
    }

    @Override
    public void run() {
        try {
            while (!stopping) round();
            drain();
        } catch (Throwable bug) {
            LOG.error("event loop failed; its connections are closed", bug);
        } finally {
            closeAll();
        }
    }

    private void round() throws IOException {
        select();
        connections.openArrivals();
        lendAgain();
        submitFilling();
        awaitBatches();
        lendSlow();
        checkTimers();
    }

    // ---- select and read

    private void select() throws IOException {
        if (!again.isEmpty() || connections.hasArrivals()) {
            selector.selectNow(onReady);
            return;
        }
        state = SELECTING;
        if (workers.hasDone()) {
            state = RUNNING;
            selector.selectNow(onReady);
        } else {
            selector.select(onReady, timeoutMillis());
            state = RUNNING;
        }
    }

    private void ready(SelectionKey key) {
        if (state != RUNNING) state = RUNNING; // still inside select(): a batch handed over now needs no wake-up
        if (key.attachment() instanceof Connection connection) {
            if (key.isValid() && key.isWritable()) writable(connection);
            if (key.isValid() && key.isReadable()) readable(connection);
        } else {
            listeners.accept(key);
        }
    }

    private void readable(Connection connection) {
        if (connection.isBusy() || connection.inputEnded) { // until it is back: a level-triggered selector would spin
            interest(connection, 0);
            return;
        }
        Loan loan = filling();
        if (loan == null) return; // all batches are under way: it is still readable in the next round
        try {
            int count = connection.read(loan.batch.input);
            if (count > 0) {
                counters.bytesReceived.add(count);
                connections.active(connection);
                if (connection.hasNeededBytes()) lend(connection, loan, count);
            } else if (count < 0) {
                connection.inputEnded = true;
                settle(connection);
            }
        } catch (IOException | RuntimeException failure) {
            connections.fail(connection, failure);
        }
    }

    private void lend(Connection connection, Loan loan, int bytes) {
        connection.lent = true;
        lentCount++;
        loan.add(connection, bytes);
        if (loan.isFull(workers.wantedBytes())) submitFilling();
    }

    private Loan filling() {
        if (filling == null) filling = workers.take();
        return filling;
    }

    // ---- hand over and wait

    private void submitFilling() {
        if (filling == null || filling.isEmpty()) return;
        workers.submit(filling);
        filling = null;
    }

    private void lendAgain() {
        for (int i = again.size(); i > 0; i--) {
            Loan loan = filling();
            if (loan == null) return;
            Connection connection = again.pollFirst();
            connection.queued = false;
            if (!connection.closed && connection.offerPending()) lend(connection, loan, connection.pendingBytes());
        }
    }

    private void lendSlow() {
        while (workers.isSlowLaneFree() && !slowQueue.isEmpty()) {
            Connection connection = slowQueue.pollFirst();
            connection.queued = false;
            if (connection.closed || !connection.offerPending()) continue;
            connection.lent = true;
            lentCount++;
            workers.submitSlow(connection);
        }
    }

    private void awaitBatches() {
        finishDone();
        if (!mustWait()) return;
        long deadline = System.nanoTime() + BARRIER_NANOS;
        for (long left = BARRIER_NANOS; left > 0 && mustWait(); left = deadline - System.nanoTime()) {
            state = WAITING;
            if (!workers.hasDone() && mustWait()) LockSupport.parkNanos(this, left);
            state = RUNNING;
            finishDone();
        }
    }

    /** Whether a batch will soon be back, and nothing else is to be done. */
    private boolean mustWait() {
        return again.isEmpty() && workers.hasQuick();
    }

    private void finishDone() {
        for (Loan loan; (loan = workers.pollDone()) != null;) {
            finish(loan);
            workers.release(loan);
        }
    }

    private void finish(Loan loan) {
        for (int i = 0; i < loan.count; i++) {
            Connection connection = loan.connections[i];
            connection.lent = false;
            lentCount--;
            try {
                connection.keepUnread();
                counters.bytesSent.add(connection.flush());
                settle(connection);
            } catch (IOException | RuntimeException failure) {
                connections.fail(connection, failure);
            }
        }
    }

    /** What comes next for a connection that is not lent. */
    private void settle(Connection connection) {
        Exchange exchange = connection.exchange;
        if (exchange.failed) {
            connections.fail(connection, null);
        } else if (connection.hasUnsent()) {
            interest(connection, SelectionKey.OP_WRITE);
        } else if (exchange.closing) {
            connections.close(connection);
        } else if (exchange.deferred) {
            exchange.deferred = false;
            connection.queued = true;
            slowQueue.addLast(connection);
        } else if (exchange.paused) {
            exchange.paused = false;
            connection.queued = true;
            again.addLast(connection);
        } else if (connection.inputEnded) {
            connections.close(connection);
        } else {
            interest(connection, SelectionKey.OP_READ);
        }
    }

    private void writable(Connection connection) {
        if (connection.lent) return;
        try {
            counters.bytesSent.add(connection.flush());
            settle(connection);
        } catch (IOException | RuntimeException failure) {
            connections.fail(connection, failure);
        }
    }

    /** Costs a system call where it changes something: never on the usual path of a request. */
    private static void interest(Connection connection, int ops) {
        if (connection.key.interestOps() != ops) connection.key.interestOps(ops);
    }

    // ---- timers

    private void checkTimers() {
        if (nextTimerNanos() == NEVER) return;
        long nowNanos = System.nanoTime();
        connections.closeIdle(nowNanos);
        if (listeners != null) listeners.resumeIfDue(nowNanos);
    }

    private long nextTimerNanos() {
        long idleCheck = connections.idleCheckNanos();
        return listeners == null ? idleCheck : Math.min(idleCheck, listeners.resumeNanos());
    }

    /** How long the selector may sleep; 0 = until something happens. */
    private long timeoutMillis() {
        long due = nextTimerNanos();
        if (due == NEVER) return 0;
        return Math.max(1, (due - System.nanoTime()) / 1_000_000 + 1);
    }

    // ---- stop

    /** Answers what was received, sends what clients take, and waits for the workers. */
    private void drain() throws IOException {
        if (listeners != null) listeners.close();
        long flushUntil = System.nanoTime() + STOP_FLUSH_NANOS;
        boolean received = true;
        while (lentCount > 0 || (received || hasUnsent()) && System.nanoTime() - flushUntil < 0) {
            connections.openArrivals();
            long before = counters.bytesReceived.get();
            selector.select(onReady, received ? 1 : 20);
            received = counters.bytesReceived.get() != before;
            lendAgain();
            submitFilling();
            awaitBatches();
            lendSlow();
            if (System.nanoTime() - flushUntil >= 0) cancelAll();
        }
    }

    private boolean hasUnsent() {
        return !again.isEmpty() || !slowQueue.isEmpty() || connections.all().anyMatch(Connection::hasUnsent);
    }

    private void cancelAll() {
        connections.all().forEach(connection -> connection.exchange.cancel());
        slowQueue.clear();
        again.clear();
    }

    private void closeAll() {
        try {
            connections.closeAll();
            if (listeners != null) listeners.close();
            selector.close();
        } catch (IOException failure) {
            LOG.warn("closing the event loop: {}", failure.toString());
        }
    }
}
