package kv.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;

/** The sums of what all workers have counted. Any thread. */
final class Metrics {
    private final List<WorkerMetrics> workers = new CopyOnWriteArrayList<>();
    private final int metricCount;

    /** @param metricCount how many kinds of commands there are */
    Metrics(int metricCount) {
        this.metricCount = metricCount;
    }

    WorkerMetrics newWorker() {
        WorkerMetrics worker = new WorkerMetrics(metricCount);
        workers.add(worker);
        return worker;
    }

    /** Count and latencies of one kind of command. */
    LatencySnapshot latency(int metric) {
        LatencySnapshot snapshot = new LatencySnapshot();
        for (WorkerMetrics worker : workers) {
            LatencyHistogram histogram = worker.histogram(metric);
            if (histogram != null) snapshot.add(histogram);
        }
        return snapshot;
    }

    long errors() {
        long errors = 0;
        for (WorkerMetrics worker : workers) errors += worker.errors.get();
        return errors;
    }
}
