package kv.commands;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;

/** The sums of what all executors have counted. Any thread. */
final class Metrics {
    /** Most commands, most of the time: a snapshot of their own is 10 KiB. */
    private static final int ERROR_CODES_MAX = 128;
    private static final int ERROR_CODE_CHARS_MAX = 32;
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]+");
    /** What is not kept under its own. */
    private static final String OTHER_CODE = "OTHER";
    private static final LatencySnapshot NEVER_RUN = new LatencySnapshot();

    private final List<WorkerMetrics> workers = new CopyOnWriteArrayList<>();
    /** By the code word that error replies begin with; all of them are ours, so there are few. */
    private final Map<String, LongAdder> errorsByCode = new ConcurrentHashMap<>();
    private final int metricCount;

    /** @param metricCount how many kinds of commands there are */
    Metrics(int metricCount) {
        this.metricCount = metricCount;
    }

    WorkerMetrics newWorker() {
        WorkerMetrics worker = new WorkerMetrics(metricCount, this::countErrors);
        workers.add(worker);
        return worker;
    }

    /** Count and latencies of one kind of command; to be read only. */
    LatencySnapshot latency(int metric) {
        LatencySnapshot snapshot = NEVER_RUN;
        for (WorkerMetrics worker : workers) {
            CommandMetrics command = worker.find(metric);
            if (command != null) {
                snapshot = snapshot == NEVER_RUN ? new LatencySnapshot() : snapshot;
                snapshot.add(command.latency);
            }
        }
        return snapshot;
    }

    /** How often one kind of command has run. */
    long count(int metric) {
        return sum(metric, command -> command.latency.count());
    }

    /** How long one kind of command has taken in all. */
    long totalNanos(int metric) {
        return sum(metric, command -> command.latency.totalNanos());
    }

    /** How many commands have run. */
    long count() {
        long sum = 0;
        for (int metric = 0; metric < metricCount; metric++) {
            sum += count(metric);
        }
        return sum;
    }

    long failed(int metric) {
        return sum(metric, command -> command.failed.get());
    }

    long rejected(int metric) {
        return sum(metric, command -> command.rejected.get());
    }

    private long sum(int metric, ToLongFunction<CommandMetrics> count) {
        long sum = 0;
        for (WorkerMetrics worker : workers) {
            CommandMetrics command = worker.find(metric);
            sum += command == null ? 0 : count.applyAsLong(command);
        }
        return sum;
    }

    /** What executors have waited for, of one kind. */
    LatencySnapshot waits(Function<Waits, LatencyHistogram> kind) {
        LatencySnapshot snapshot = new LatencySnapshot();
        workers.forEach(worker -> snapshot.add(kind.apply(worker.waits)));
        return snapshot;
    }

    long errors() {
        return workers.stream().mapToLong(worker -> worker.bodies.errors.get()).sum();
    }

    long hits() {
        return workers.stream().mapToLong(worker -> worker.bodies.hits.get()).sum();
    }

    long misses() {
        return workers.stream().mapToLong(worker -> worker.bodies.misses.get()).sum();
    }

    /** The code word that an error begins with. */
    static String code(String codeAndText) {
        int end = codeAndText.indexOf(' ');
        int length = end < 0 ? codeAndText.length() : end;
        return length > ERROR_CODE_CHARS_MAX ? OTHER_CODE : codeAndText.substring(0, length);
    }

    /** Errors were replied that begin with this code word; scripts choose theirs, so what is kept of them is bounded. */
    void countErrors(String code, long replied) {
        LongAdder count = errorsByCode.get(code);
        if (count == null) {
            boolean isKept = errorsByCode.size() < ERROR_CODES_MAX && CODE.matcher(code).matches();
            count = errorsByCode.computeIfAbsent(isKept ? code : OTHER_CODE, first -> new LongAdder());
        }
        count.add(replied);
    }

    /** How many errors began with each code word. */
    Map<String, Long> errorsByCode() {
        Map<String, Long> counts = new TreeMap<>();
        errorsByCode.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }
}
