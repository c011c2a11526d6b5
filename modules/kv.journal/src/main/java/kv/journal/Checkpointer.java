package kv.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import kv.log.Admission;
import kv.log.Checkpoint;
import kv.log.Log;
import kv.store.KeyValueStore;
import kv.store.StoreStats;

/**
 * The thread {@code kv-checkpoint}: makes a checkpoint when enough has been logged since the last one, or when asked to;
 * and does what must not be done while one is made.
 *
 * <p>Threads: any may ask. The monitor guards the wishes and the status, and is held for no input or output. Never interrupted.
 */
final class Checkpointer extends Thread {
    private static final long LOOK_MILLIS = 1000;
    private static final long RETRY_MILLIS = 60_000;
    private static final int TASKS_MAX = 4;
    /** Less is replayed in some 20 ms. */
    private static final long LAST_CHANGED_BYTES_MIN = 1 << 20;
    /** How a checkpoint's time is guessed: what a slow disk writes, and what a key has beside its value. */
    private static final long BYTES_A_MILLI = 50_000;
    private static final long BYTES_A_KEY = 50;

    private final Log log;
    private final KeyValueStore store;
    private final StoreLogConfig config;
    private final StoreWalk walk;

    /** Completed when the next checkpoint is; null if none is wanted. */
    private CompletableFuture<Void> wanted;
    private final Deque<Task> tasks = new ArrayDeque<>();
    /** Of what the thread is at; null before the first. */
    private CompletableFuture<Void> current;
    private boolean closing;
    /** What the thread has died of, or null. */
    private Throwable death;
    private boolean inProgress;
    private IOException lastFailure;
    private long startedMillis;
    private long lastMillis;
    private long lastTookMillis = -1;
    private long lastBytes;
    /** Of {@link Log#recordBytes} when the last checkpoint was begun. */
    private long loggedAtBegin;
    /** Of {@link Log#recordCount}, then. */
    private long recordsAtBegin;
    private long retryAtMillis;

    /** What is to be done between two checkpoints, and who waits for it. */
    private record Task(LogTask task, CompletableFuture<Void> done) {
    }

    Checkpointer(Log log, KeyValueStore store, StoreLogConfig config) {
        super("kv-checkpoint");
        this.log = log;
        this.store = store;
        this.config = config;
        this.walk = new StoreWalk(store);
        this.lastMillis = store.nowMillis();
        // What was replayed counts: or a server that is often started would never come to a checkpoint.
        this.loggedAtBegin = -log.recovery().recordBytes();
        this.recordsAtBegin = -log.recovery().records();
        setDaemon(true);
    }

    /** Has a checkpoint begun soon; false if one is being made. */
    synchronized boolean request() {
        if (inProgress || wanted != null) {
            return false;
        }
        save();
        return true;
    }

    /** Makes a checkpoint of what is there now; one that has begun may have passed by what was changed just now. */
    synchronized CompletableFuture<Void> save() {
        if (closing) {
            return CompletableFuture.failedFuture(whyNot());
        }
        if (wanted == null) {
            wanted = new CompletableFuture<>();
            notifyAll();
        }
        return wanted;
    }

    /** Has something done while no checkpoint is made. */
    synchronized CompletableFuture<Void> run(LogTask task) {
        if (closing) {
            return CompletableFuture.failedFuture(whyNot());
        }
        if (tasks.size() == TASKS_MAX) {
            return CompletableFuture.failedFuture(new IOException("others are waiting for their turn already"));
        }
        tasks.add(new Task(task, new CompletableFuture<>()));
        notifyAll();
        return tasks.getLast().done;
    }

    private Throwable whyNot() {
        return death != null ? death : new IOException("the store is being closed");
    }

    synchronized CheckpointStatus status() {
        return new CheckpointStatus(inProgress, inProgress ? startedMillis : 0, lastMillis, lastTookMillis, lastFailure != null,
                log.recordCount() - recordsAtBegin, log.recordBytes() - loggedAtBegin);
    }

    /** Ends the thread; what it is at is given up. */
    void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (isAlive()) {
            try {
                join();
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    @Override
    public void run() {
        try {
            for (Runnable next = awaitNext(); next != null; next = awaitNext()) {
                next.run();
            }
            leave(null);
        } catch (InterruptedException nobodyInterruptsThisThread) {
            throw new IllegalStateException(nobodyInterruptsThisThread);
        } catch (RuntimeException | Error bug) {
            // Without checkpoints the log grows until the disk is full: no state to go on in unnoticed.
            leave(bug);
            config.listener().failed(bug);
            throw bug;
        }
    }

    /** The next thing to do; null once there is nothing more to be done. */
    private synchronized Runnable awaitNext() throws InterruptedException {
        while (!closing && wanted == null && tasks.isEmpty() && !isDue()) {
            wait(LOOK_MILLIS);
        }
        if (closing) {
            return null;
        }
        // What may fail comes first: who waits is then still in his place, where leave() finds him.
        Task task = tasks.peek();
        CompletableFuture<Void> done = task != null ? task.done : wanted != null ? wanted : new CompletableFuture<>();
        Runnable next = task != null ? () -> run(task) : () -> make(done, this::isClosing);
        current = done;
        if (task != null) {
            tasks.remove();
        } else {
            wanted = null;
            inProgress = true;
            startedMillis = store.nowMillis();
        }
        return next;
    }

    /** Nobody waits for this thread for ever. */
    private void leave(Throwable bug) {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        Throwable why;
        synchronized (this) {
            death = bug;
            why = whyNot();
            closing = true;
            inProgress = false;
            if (current != null) {
                waiting.add(current); // which does nothing if it was completed
            }
            tasks.forEach(task -> waiting.add(task.done));
            tasks.clear();
            if (wanted != null) {
                waiting.add(wanted);
            }
        }
        waiting.forEach(done -> done.completeExceptionally(why));
    }

    private void run(Task task) {
        try {
            task.task.run(log, this::isClosing);
            task.done.complete(null);
        } catch (IOException | RuntimeException failure) {
            task.done.completeExceptionally(failure);
        }
    }

    /** By the caller, when the thread has ended: if it is worth it and done within that time. */
    void makeLast(long millis) {
        StoreStats stats = store.stats();
        long bytes = stats.valueBytes() + stats.keys() * BYTES_A_KEY;
        if (status().changedBytes() < LAST_CHANGED_BYTES_MIN || bytes / BYTES_A_MILLI > millis || lastFailure != null
                || log.admission() != Admission.TAKEN) {
            return;
        }
        long deadline = System.nanoTime() + millis * 1_000_000;
        make(new CompletableFuture<>(), () -> System.nanoTime() - deadline > 0);
    }

    /** A full disk is one more reason: what a checkpoint replaces is used again. */
    private boolean isDue() {
        boolean isMuch = log.recordBytes() - loggedAtBegin >= Math.max(config.checkpointLogBytes(), lastBytes);
        boolean makesRoom = log.admission() == Admission.DISK_FULL && log.supersededSegments() > 0;
        return (isMuch || makesRoom) && store.nowMillis() >= retryAtMillis;
    }

    private void make(CompletableFuture<Void> done, BooleanSupplier givenUp) {
        long logged = log.recordBytes();
        long loggedRecords = log.recordCount();
        long startNanos = System.nanoTime();
        IOException failure = null;
        long records = 0;
        long bytes = 0;
        try (Checkpoint checkpoint = log.checkpoint()) {
            walk.run(checkpoint, givenUp);
            checkpoint.commit(givenUp);
            records = checkpoint.records();
            bytes = checkpoint.fileBytes();
        } catch (IOException notMade) {
            failure = notMade;
        } catch (RuntimeException storeClosed) {
            failure = new IOException(storeClosed);
        }
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        ended(failure, logged, loggedRecords, bytes, millis);
        if (failure == null) {
            config.listener().checkpointed(records, bytes, millis);
            done.complete(null);
            return;
        }
        if (!givenUp.getAsBoolean()) {
            config.listener().checkpointFailed(failure);
        }
        done.completeExceptionally(failure);
    }

    private synchronized void ended(IOException failure, long logged, long loggedRecords, long bytes, long millis) {
        lastFailure = failure;
        lastTookMillis = millis;
        if (failure == null) {
            lastMillis = store.nowMillis();
            lastBytes = bytes;
            loggedAtBegin = logged;
            recordsAtBegin = loggedRecords;
            retryAtMillis = 0;
        } else {
            retryAtMillis = store.nowMillis() + RETRY_MILLIS;
        }
        inProgress = false;
    }
}
