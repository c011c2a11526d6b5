package kv.server;

import java.util.concurrent.atomic.AtomicReferenceArray;
import kv.stats.Counter;
import kv.stats.LatencyHistogram;

/**
 * What one worker has counted: how often and how long each command ran, and its errors. One writer, its worker; any reader.
 * A command's histogram is made when the worker first runs it: few workers ever run most commands.
 */
final class WorkerMetrics {
    final Counter errors = new Counter();
    private final AtomicReferenceArray<LatencyHistogram> histograms;

    WorkerMetrics(int metricCount) {
        histograms = new AtomicReferenceArray<>(metricCount);
    }

    void record(int metric, long nanos) {
        LatencyHistogram histogram = histograms.getPlain(metric);
        if (histogram == null) {
            histogram = new LatencyHistogram();
            histograms.setRelease(metric, histogram);
        }
        histogram.record(nanos);
    }

    /** The histogram of a metric, or null while this worker has recorded nothing in it. */
    LatencyHistogram histogram(int metric) {
        return histograms.getAcquire(metric);
    }
}
