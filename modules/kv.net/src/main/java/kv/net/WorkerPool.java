package kv.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The workers of one event loop, its slow lane, and the loans that are with them.
 *
 * <p>Owner: the event loop.
 * <p>Bound: {@value #LOANS_MAX} loans, made when first needed, and one for the slow lane.
 */
final class WorkerPool {
    private static final int LOANS_MAX = 32;
    /** Memory of a loan and the slow lane's. */
    static final int BYTES_MIN = 2 * Batch.BYTES;

    static {
        assert LOANS_MAX <= Inbox.LENGTH : "one worker may get all of them";
    }

    /**
     * About 100 us of work, against some 10 us for a hand-over. What the loop sees are bytes; how many requests they are likely
     * to be it learns from the loans before.
     */
    private static final int REQUESTS_WANTED = 384;

    private final Worker[] workers;
    private final int[] loansOfWorker;
    private final Worker slowLane;
    private final BufferPool buffers;
    private final ArrayDeque<Loan> spare = new ArrayDeque<>();
    /** All but the slow lane's. */
    private final List<Loan> made = new ArrayList<>();
    private final Loan[] underWay = new Loan[LOANS_MAX];
    private int underWayCount;
    private final Loan slowLoan;
    private boolean slowBusy;
    /** Received bytes a request, in 1/256, averaged over the last few loans. */
    private long requestBytes = 32 << 8;

    /** Workers are numbered from {@code firstWorker} on, over all loops. */
    WorkerPool(int loopNumber, int firstWorker, int workerCount, Service service, BufferPool buffers, Bell loop,
            Consumer<Throwable> onDeath, ThreadMaker threads) {
        this.buffers = buffers;
        workers = new Worker[workerCount];
        loansOfWorker = new int[workerCount];
        for (int i = 0; i < workerCount; i++) {
            workers[i] = new Worker("kv-worker-" + (firstWorker + i), service.newHandler(), loop, false, onDeath, threads);
        }
        slowLoan = Loan.make(buffers, true);
        made.add(Loan.make(buffers, true));
        spare.addLast(made.get(0));
        slowLane = new Worker("kv-slow-" + loopNumber, service.newHandler(), loop, true, onDeath, threads);
    }

    void start() {
        for (Worker worker : workers) {
            worker.start();
        }
        slowLane.start();
    }

    /**
     * Ends all threads after what was submitted.
     *
     * @param millisMax how long to wait for each of them; 0 = as long as it takes
     * @return whether all have ended
     */
    boolean stop(long millisMax) throws InterruptedException {
        slowLane.stop();
        for (Worker worker : workers) {
            worker.stop();
        }
        boolean ended = slowLane.join(millisMax);
        for (Worker worker : workers) {
            ended &= worker.join(millisMax);
        }
        return ended;
    }

    /** The name of the worker that gets a loan whenever it is free. */
    String firstName() {
        return workers[0].name();
    }

    /** An empty loan, to be submitted; null while all are under way, or the others would take too much memory. */
    Loan take() {
        Loan loan = spare.pollLast();
        if (loan == null && made.size() < LOANS_MAX) {
            loan = Loan.make(buffers, false);
            if (loan != null) {
                made.add(loan);
            }
        }
        return loan;
    }

    /** Gives the memory of all loans back: after {@link #stop}, if all threads have ended. */
    void free() {
        made.forEach(Loan::free);
        slowLoan.free();
    }

    /** Hands a loan to the worker that has the fewest. */
    void submit(Loan loan) {
        int least = 0;
        for (int i = 1; i < workers.length; i++) {
            if (loansOfWorker[i] < loansOfWorker[least]) {
                least = i;
            }
        }
        loansOfWorker[least]++;
        loan.worker = least;
        underWay[underWayCount++] = loan;
        workers[least].submit(loan.batch);
    }

    /**
     * A loan with so many received bytes should be handed over, though the loop has more to read: it holds enough work to share.
     */
    int wantedBytes() {
        return (int) Math.min(Batch.FULL_BYTES, requestBytes * REQUESTS_WANTED >> 8);
    }

    boolean isSlowLaneFree() {
        return !slowBusy;
    }

    /** Hands one connection to the slow lane, which must be free. */
    void submitSlow(Connection connection) {
        slowBusy = true;
        slowLoan.batch.begin(connection.exchange.receivedNanos);
        slowLoan.add(connection, 0);
        slowLane.submit(slowLoan.batch);
    }

    boolean hasDone() {
        if (slowBusy && slowLoan.batch.isDone()) {
            return true;
        }
        for (int i = 0; i < underWayCount; i++) {
            if (underWay[i].batch.isDone()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a loan is out that will soon be back. */
    boolean hasQuick() {
        for (int i = 0; i < underWayCount; i++) {
            if (!underWay[i].batch.isLate()) {
                return true;
            }
        }
        return false;
    }

    /** The loop has waited long enough for those that are out. */
    void outlived() {
        for (int i = 0; i < underWayCount; i++) {
            underWay[i].batch.outlived();
        }
    }

    /** A loan that has come back, to be finished and given to {@link #release}; or null. */
    Loan pollDone() {
        for (int i = 0; i < underWayCount; i++) {
            Loan loan = underWay[i];
            if (loan.batch.isDone()) {
                System.arraycopy(underWay, i + 1, underWay, i, --underWayCount - i);
                loansOfWorker[loan.worker]--;
                return loan;
            }
        }
        return slowBusy && slowLoan.batch.isDone() ? slowLoan : null;
    }

    void release(Loan loan) {
        if (loan == slowLoan) {
            slowBusy = false;
        } else {
            learnRequestBytes(loan);
            spare.addLast(loan);
        }
        loan.reset();
    }

    private void learnRequestBytes(Loan loan) {
        int requests = loan.batch.requests();
        if (requests > 0) {
            requestBytes += (((long) loan.bytes << 8) / requests - requestBytes) / 8;
        }
    }
}
