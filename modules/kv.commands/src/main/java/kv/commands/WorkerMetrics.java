package kv.commands;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjLongConsumer;

/**
 * What one executor has counted. One writer, the executor; any reader. A command's part is made when it first runs: few
 * executors ever run most commands.
 */
final class WorkerMetrics {
    final BodyCounts bodies;
    final Waits waits = new Waits();
    private final AtomicReferenceArray<CommandMetrics> commands;

    WorkerMetrics(int metricCount, ObjLongConsumer<String> errorsByCode) {
        bodies = new BodyCounts(errorsByCode);
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
