package kv.net;

import java.util.ArrayDeque;

/**
 * The workers of one event loop, its slow lane, and the loans that are with them.
 *
 * <p>Owner: the event loop.
 * <p>Bound: {@value #LOANS_MAX} loans, made when first needed, and one for the slow lane.
 */
final class WorkerPool {
    private static final int LOANS_MAX = 32;
    /**
     * About 100 us of work, against some 10 us for a hand-over. What the loop sees are bytes; how many requests they are likely to
     * be it learns from the loans before.
     */
    private static final int REQUESTS_WANTED = 384;

    private final Worker[] workers;
    private final int[] loansOfWorker;
    private final Worker slowLane;
    private final ArrayDeque<Loan> spare = new ArrayDeque<>();
    private final Loan[] underWay = new Loan[LOANS_MAX];
    private int underWayCount;
    private int loanCount;
    private final Loan slowLoan = new Loan();
    private boolean slowBusy;
    /** Received bytes a request, in 1/256, averaged over the last few loans. */
    private long requestBytes = 32 << 8;

    /** Workers are numbered from {@code firstWorker} on, over all loops. */
    WorkerPool(int loopNumber, int firstWorker, int workerCount, Service service, Worker.Completion completion) {
        workers = new Worker[workerCount];
        loansOfWorker = new int[workerCount];
        for (int i = 0; i < workerCount; i++) {
            workers[i] = new Worker("kv-worker-" + (firstWorker + i), service.newHandler(), completion, false);
        }
        slowLane = new Worker("kv-slow-" + loopNumber, service.newHandler(), completion, true);
    }

    void start() {
        for (Worker worker : workers) worker.start();
        slowLane.start();
    }

    /** Returns when all threads have ended. */
    void stop() throws InterruptedException {
        for (Worker worker : workers) worker.stop();
        slowLane.stop();
    }

    /** The name of the worker that gets a loan whenever it is free. */
    String firstName() {
        return workers[0].name();
    }

    /** An empty loan, to be submitted; null while all are under way. */
    Loan take() {
        Loan loan = spare.pollLast();
        if (loan == null && loanCount < LOANS_MAX) {
            loanCount++;
            loan = new Loan();
        }
        return loan;
    }

    /** Hands a loan to the worker that has the fewest. */
    void submit(Loan loan) {
        int least = 0;
        for (int i = 1; i < workers.length; i++) {
            if (loansOfWorker[i] < loansOfWorker[least]) least = i;
        }
        loansOfWorker[least]++;
        loan.worker = least;
        underWay[underWayCount++] = loan;
        workers[least].submit(loan.batch);
    }

    /** A loan with so many received bytes should be handed over, though the loop has more to read: it holds enough work to share. */
    int wantedBytes() {
        return (int) Math.min(Batch.FULL_BYTES, requestBytes * REQUESTS_WANTED >> 8);
    }

    boolean isSlowLaneFree() {
        return !slowBusy;
    }

    /** Hands one connection to the slow lane, which must be free. */
    void submitSlow(Connection connection) {
        slowBusy = true;
        slowLoan.add(connection, 0);
        slowLane.submit(slowLoan.batch);
    }

    boolean hasDone() {
        if (slowBusy && slowLoan.batch.isDone()) return true;
        for (int i = 0; i < underWayCount; i++) {
            if (underWay[i].batch.isDone()) return true;
        }
        return false;
    }

    /** Whether a loan is out that will soon be back. */
    boolean hasQuick() {
        for (int i = 0; i < underWayCount; i++) {
            if (!underWay[i].batch.isLate()) return true;
        }
        return false;
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
        if (requests > 0) requestBytes += (((long) loan.bytes << 8) / requests - requestBytes) / 8;
    }
}
