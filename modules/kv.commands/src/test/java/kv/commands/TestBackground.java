package kv.commands;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Threads and a timer that run when the test says so, and a log that it can read. */
final class TestBackground implements Background {
    /** What is to be computed, and has not been. */
    final Queue<Runnable> computations = new ArrayDeque<>();
    final List<String> lines = new ArrayList<>();
    /** Whether computations wait for the test; else they are done at once. */
    boolean computesLater;
    boolean isFull;
    /** Whether timers wait for {@link #runTimers}; else they are over at once. */
    boolean timerWaits;
    /** Whether there is a process that can be stopped. */
    boolean stops;
    private final Queue<Runnable> timers = new ArrayDeque<>();

    @Override
    public boolean compute(Runnable task) {
        if (isFull) {
            return false;
        }
        if (computesLater) {
            computations.add(task);
        } else {
            task.run();
        }
        return true;
    }

    @Override
    public void after(long millis, Runnable task) {
        timers.add(task);
        if (!timerWaits) {
            runTimers();
        }
    }

    /** Those that were set are over, whatever their time. */
    void runTimers() {
        for (Runnable task; (task = timers.poll()) != null;) {
            task.run();
        }
    }

    @Override
    public boolean stop() {
        return stops;
    }

    @Override
    public void log(Severity severity, String line) {
        lines.add(severity + " " + line);
    }
}
