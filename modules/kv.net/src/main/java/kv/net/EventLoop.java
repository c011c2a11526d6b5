package kv.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    /** Batches under way at most; when all are, the loop reads no further. */
    private static final int LOANS_MAX = 32;
    /** After the signal to stop, replies that clients do not take are waited for so long. */
    private static final long STOP_FLUSH_NANOS = 700_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int SELECTING = 2;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final Service service;
    private final BufferPool pool;
    private final LoopCounters counters;
    private final long idleNanos;
    private final int requestBytesMax;
    private final Selector selector;
    private final Thread thread;
    private final Worker[] workers;
    private final int[] loansOfWorker;
    private final Worker slowLane;
    private final Consumer<SelectionKey> onReady = this::ready;

    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Loan> spare = new ArrayDeque<>();
    private final Loan[] underWay = new Loan[LOANS_MAX];
    private int underWayCount;
    /** Connections with unread complete requests whose replies so far are sent. */
    private final ArrayDeque<Connection> again = new ArrayDeque<>();
    /** Connections with a long-running request that waits for the slow lane, and the one that is there. */
    private final ArrayDeque<Connection> slowQueue = new ArrayDeque<>();
    private final Loan slowLoan = new Loan();
    private boolean slowBusy;
    private Loan filling;
    private int loanCount;
    private int connectionCount;
    private int lentCount;
    private long idleCheckNanos = NEVER;
    private Listeners listeners;

    private volatile int state = RUNNING;
    private volatile boolean stopping;

    private record Arrival(SocketChannel channel, Object state) {
    }

    EventLoop(int number, NetConfig config, Service service, BufferPool pool, LoopCounters counters, int workerCount,
            int firstWorker) throws IOException {
        this.service = service;
        this.pool = pool;
        this.counters = counters;
        this.idleNanos = config.idleTimeoutMillis() * 1_000_000;
        this.requestBytesMax = config.requestBytesMax();
        this.selector = Selector.open();
        this.thread = new Thread(this, "kv-loop-" + number);
        this.workers = new Worker[workerCount];
        this.loansOfWorker = new int[workerCount];
        for (int i = 0; i < workerCount; i++) {
            workers[i] = new Worker("kv-worker-" + (firstWorker + i), service.newHandler(), this, false);
        }
        this.slowLane = new Worker("kv-slow-" + number, service.newHandler(), this, true);
    }

    /** This loop accepts: before {@link #start}. */
    void accept(Listeners listening) throws ClosedChannelException {
        listeners = listening;
        listeners.register(selector);
    }

    void start() {
        for (Worker worker : workers) worker.start();
        slowLane.start();
        thread.start();
    }

    /** Its thread's name and that of its first worker, which gets a batch whenever it is free. */
    List<String> threadGroup() {
        return List.of(thread.getName(), workers[0].name());
    }

    /** Any thread: this loop serves the connection from now on. */
    void adopt(SocketChannel channel, Object connectionState) {
        arrivals.add(new Arrival(channel, connectionState));
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
        for (Worker worker : workers) worker.stop();
        slowLane.stop();
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
        takeArrivals();
        lendAgain();
        submitFilling();
        awaitBatches();
        lendSlow();
        checkTimers();
    }

    // ---- select and read

    private void select() throws IOException {
        if (!again.isEmpty() || !arrivals.isEmpty()) {
            selector.selectNow(onReady);
            return;
        }
        state = SELECTING;
        if (anyDone()) {
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
        if (loan == null) return; // still readable in the next round
        try {
            int count = connection.read(loan.batch.input);
            if (count > 0) {
                counters.bytesReceived.add(count);
                if (idleNanos > 0) connection.activeNanos = System.nanoTime();
                if (connection.hasNeededBytes()) lend(connection, loan, count);
            } else if (count < 0) {
                connection.inputEnded = true;
                settle(connection);
            }
        } catch (IOException | BufferExhaustedException failure) {
            fail(connection);
        }
    }

    private void lend(Connection connection, Loan loan, int bytes) {
        connection.lent = true;
        lentCount++;
        loan.add(connection, bytes);
        if (loan.isFull()) submitFilling();
    }

    private Loan filling() {
        if (filling == null && (filling = spare.pollLast()) == null && loanCount < LOANS_MAX) {
            loanCount++;
            filling = new Loan();
        }
        return filling;
    }

    // ---- hand over and wait

    private void submitFilling() {
        if (filling == null || filling.isEmpty()) return;
        int least = 0;
        for (int i = 1; i < workers.length; i++) {
            if (loansOfWorker[i] < loansOfWorker[least]) least = i;
        }
        loansOfWorker[least]++;
        filling.worker = least;
        underWay[underWayCount++] = filling;
        workers[least].submit(filling.batch);
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
        while (!slowBusy && !slowQueue.isEmpty()) {
            Connection connection = slowQueue.pollFirst();
            connection.queued = false;
            if (connection.closed || !connection.offerPending()) continue;
            connection.lent = true;
            lentCount++;
            slowLoan.add(connection, 0);
            slowBusy = true;
            slowLane.submit(slowLoan.batch);
        }
    }

    private void awaitBatches() {
        finishDone();
        if (!mustWait()) return;
        long deadline = System.nanoTime() + BARRIER_NANOS;
        for (long left = BARRIER_NANOS; left > 0 && mustWait(); left = deadline - System.nanoTime()) {
            state = WAITING;
            if (!anyDone() && mustWait()) LockSupport.parkNanos(this, left);
            state = RUNNING;
            finishDone();
        }
    }

    /** Whether a batch is under way that will soon be back, and nothing else is to be done. */
    private boolean mustWait() {
        if (!again.isEmpty()) return false;
        for (int i = 0; i < underWayCount; i++) {
            if (!underWay[i].batch.isLate()) return true;
        }
        return false;
    }

    private boolean anyDone() {
        if (slowBusy && slowLoan.batch.isDone()) return true;
        for (int i = 0; i < underWayCount; i++) {
            if (underWay[i].batch.isDone()) return true;
        }
        return false;
    }

    private void finishDone() {
        int kept = 0;
        for (int i = 0; i < underWayCount; i++) {
            Loan loan = underWay[i];
            if (loan.batch.isDone()) {
                loansOfWorker[loan.worker]--;
                finish(loan);
                spare.addLast(loan);
            } else {
                underWay[kept++] = loan;
            }
        }
        underWayCount = kept;
        if (slowBusy && slowLoan.batch.isDone()) {
            slowBusy = false;
            finish(slowLoan);
            lendSlow();
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
            } catch (IOException | BufferExhaustedException failure) {
                fail(connection);
            }
        }
        loan.reset();
    }

    /** What comes next for a connection that is not lent. */
    private void settle(Connection connection) {
        Exchange exchange = connection.exchange;
        if (exchange.failed) {
            fail(connection);
        } else if (connection.hasUnsent()) {
            interest(connection, SelectionKey.OP_WRITE);
        } else if (exchange.closing) {
            close(connection);
        } else if (exchange.deferred) {
            exchange.deferred = false;
            connection.queued = true;
            slowQueue.addLast(connection);
        } else if (exchange.paused) {
            exchange.paused = false;
            connection.queued = true;
            again.addLast(connection);
        } else if (connection.inputEnded) {
            close(connection);
        } else {
            interest(connection, SelectionKey.OP_READ);
        }
    }

    private void writable(Connection connection) {
        if (connection.lent) return;
        try {
            counters.bytesSent.add(connection.flush());
            settle(connection);
        } catch (IOException | BufferExhaustedException failure) {
            fail(connection);
        }
    }

    /** Costs a system call where it changes something: never on the usual path of a request. */
    private static void interest(Connection connection, int ops) {
        if (connection.key.interestOps() != ops) connection.key.interestOps(ops);
    }

    // ---- coming and going

    private void takeArrivals() {
        for (Arrival arrival; (arrival = arrivals.poll()) != null;) open(arrival.channel, arrival.state);
    }

    private void open(SocketChannel channel, Object connectionState) {
        Connection connection = new Connection(channel, new Exchange(connectionState, pool), pool, requestBytesMax);
        connectionCount++;
        if (idleNanos > 0) {
            connection.activeNanos = System.nanoTime();
            if (idleCheckNanos == NEVER) idleCheckNanos = connection.activeNanos + idleCheckInterval();
        }
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
        } catch (IOException alreadyGone) {
            fail(connection);
        }
    }

    private void fail(Connection connection) {
        if (!connection.closed) counters.failed.increment();
        close(connection);
    }

    private void close(Connection connection) {
        if (connection.closed) return;
        connection.exchange.cancel();
        connection.close();
        connectionCount--;
        counters.closed();
        service.disconnected(connection.exchange.state());
    }

    private void checkTimers() {
        if (nextTimerNanos() == NEVER) return;
        long nowNanos = System.nanoTime();
        if (idleCheckNanos != NEVER && nowNanos - idleCheckNanos >= 0) closeIdle(nowNanos);
        if (listeners != null) listeners.resumeIfDue(nowNanos);
    }

    private long nextTimerNanos() {
        return listeners == null ? idleCheckNanos : Math.min(idleCheckNanos, listeners.resumeNanos());
    }

    private void closeIdle(long nowNanos) {
        idleCheckNanos = connectionCount == 0 ? NEVER : nowNanos + idleCheckInterval();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection && !connection.isBusy() && !connection.closed
                    && nowNanos - connection.activeNanos > idleNanos) {
                counters.idleClosed.increment();
                close(connection);
            }
        }
    }

    private long idleCheckInterval() {
        return Math.max(1_000_000, Math.min(idleNanos / 4, 1_000_000_000L));
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
            takeArrivals();
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
        if (!again.isEmpty() || !slowQueue.isEmpty()) return true;
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection && !connection.closed && connection.hasUnsent()) return true;
        }
        return false;
    }

    private void cancelAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection) connection.exchange.cancel();
        }
        slowQueue.clear();
        again.clear();
    }

    private void closeAll() {
        try {
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof Connection connection) close(connection);
            }
            if (listeners != null) listeners.close();
            for (Arrival arrival; (arrival = arrivals.poll()) != null;) {
                arrival.channel.close();
                counters.closed();
                service.disconnected(arrival.state);
            }
            selector.close();
        } catch (IOException failure) {
            LOG.warn("closing the event loop: {}", failure.toString());
        }
    }

    /** A batch with the connections its exchanges belong to: the side of it that workers do not see. */
    private static final class Loan {
        final Batch batch = new Batch();
        final Connection[] connections = new Connection[Batch.EXCHANGES_MAX];
        int count;
        int bytes;
        int worker;

        void add(Connection connection, int byteCount) {
            connections[count++] = connection;
            bytes += byteCount;
            batch.add(connection.exchange);
        }

        boolean isEmpty() {
            return count == 0;
        }

        boolean isFull() {
            return count == Batch.EXCHANGES_MAX || bytes >= Batch.CHUNK_BYTES || batch.input.position() >= Batch.CHUNK_BYTES;
        }

        void reset() {
            for (int i = 0; i < count; i++) connections[i] = null;
            count = 0;
            bytes = 0;
            batch.reset();
        }
    }
}
