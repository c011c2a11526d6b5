package kv.commands;

import java.util.concurrent.atomic.AtomicReferenceArray;
import kv.stats.Counter;

/**
 * What one executor has counted. One writer, the executor; any reader. A command's part is made when it first runs: few
 * executors ever run most commands.
 */
final class WorkerMetrics {
    final Counter errors = new Counter();
    /** Look-ups of commands that read: keys found and not found. */
    final Counter hits = new Counter();
    final Counter misses = new Counter();
    final Waits waits = new Waits();
    private final AtomicReferenceArray<CommandMetrics> commands;

    WorkerMetrics(int metricCount) {
        commands = new AtomicReferenceArray<>(metricCount);
    }

    /** The part of a command. Writer only. */
    CommandMetrics of(int metric) {
        CommandMetrics command = commands.getPlain(metric);
        return command == null ? make(metric) : command;
    }

    private CommandMetrics make(int metric) {
        CommandMetrics made = new CommandMetrics();
        commands.setRelease(metric, made);
        return made;
    }

    /** The part of a command, or null while nothing has been counted in it. */
    CommandMetrics find(int metric) {
        return commands.getAcquire(metric);
    }
}
