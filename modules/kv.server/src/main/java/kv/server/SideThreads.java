package kv.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kv.commands.Background;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two threads beside those that serve: {@code kv-auth} computes what costs a core for long, so that no worker does, and
 * {@code kv-timer} lets go of what was held back for a time. Any thread.
 *
 * <p>Bounded: {@value #COMPUTATIONS_MAX} computations wait; at most one timer a connection, and a few of our own.
 * <p>Failure: what a task throws is a bug of ours, and ends the server; but for a lack of memory, which costs the task.
 */
final class SideThreads implements Background, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);
    private static final int COMPUTATIONS_MAX = 256;

    private final ThreadPoolExecutor auth = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(COMPUTATIONS_MAX), task -> daemon(task, "kv-auth"));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "kv-timer"));
    private final Consumer<Throwable> onDeath;
    private final Runnable onStop;

    /**
     * @param onStop has the process end; null where the server is part of another program
     * @throws OutOfMemoryError if the threads cannot be had
     */
    SideThreads(Consumer<Throwable> onDeath, Runnable onStop) {
        this.onDeath = onDeath;
        this.onStop = onStop;
        auth.prestartAllCoreThreads();
        timer.prestartAllCoreThreads();
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public boolean compute(Runnable task) {
        try {
            auth.execute(guarded(task));
            return true;
        } catch (RejectedExecutionException fullOrClosed) {
            return false;
        }
    }

    @Override
    public void after(long millis, Runnable task) {
        try {
            timer.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // the server has no connections any more, so nobody waits for this
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (OutOfMemoryError lack) {
                LOG.error("no memory for a task beside the clients'", lack);
            } catch (Throwable bug) {
                onDeath.accept(bug);
            }
        };
    }

    @Override
    public boolean stop() {
        if (onStop != null) {
            onStop.run();
        }
        return onStop != null;
    }

    @Override
    public void log(Severity severity, String line) {
        if (severity == Severity.WARNING) {
            LOG.warn(line);
        } else {
            LOG.info(line);
        }
    }

    /** What has not begun does not run any more. */
    @Override
    public void close() {
        timer.shutdownNow();
        auth.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
            auth.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
