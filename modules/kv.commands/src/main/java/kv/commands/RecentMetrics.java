package kv.commands;

import java.util.Map;
import java.util.TreeMap;
import kv.stats.LatencySnapshot;

/**
 * What has been counted since CONFIG RESETSTAT was asked for last, as INFO and LATENCY HISTOGRAM show it. The counters themselves
 * go on: whoever collects metrics must never see one go back.
 *
 * <p>Any thread.
 */
final class RecentMetrics {

    /** What had been counted at a moment. Null stands for nothing. */
    private record Counted(LatencySnapshot[] latencies, long[] failed, long[] rejected, long hits, long misses, long errors,
            Map<String, Long> errorsByCode, long expired, ServerView.Traffic traffic) {
    }

    private final CommandService server;
    private final Metrics metrics;
    private volatile Counted before;

    RecentMetrics(CommandService server) {
        this.server = server;
        this.metrics = server.metrics;
    }

    /** All begin at nothing again. */
    void reset() {
        int count = server.commands.metricCount();
        LatencySnapshot[] latencies = new LatencySnapshot[count];
        long[] failed = new long[count];
        long[] rejected = new long[count];
        for (int metric = 0; metric < count; metric++) {
            LatencySnapshot latency = metrics.latency(metric);
            latencies[metric] = latency.count() == 0 ? null : latency;
            failed[metric] = metrics.failed(metric);
            rejected[metric] = metrics.rejected(metric);
        }
        before = new Counted(latencies, failed, rejected, metrics.hits(), metrics.misses(), metrics.errors(),
                metrics.errorsByCode(), server.store.stats().expiredTotal(), server.view.traffic());
    }

    LatencySnapshot latency(int metric) {
        LatencySnapshot latency = metrics.latency(metric);
        Counted base = before;
        if (base != null && base.latencies[metric] != null) {
            latency.subtract(base.latencies[metric]);
        }
        return latency;
    }

    /** How often one kind of command has run. */
    long count(int metric) {
        Counted base = before;
        return metrics.count(metric) - (base == null || base.latencies[metric] == null ? 0 : base.latencies[metric].count());
    }

    /** How long one kind of command has taken in all. */
    long totalNanos(int metric) {
        Counted base = before;
        return metrics.totalNanos(metric)
                - (base == null || base.latencies[metric] == null ? 0 : base.latencies[metric].totalNanos());
    }

    /** How many commands have run. */
    long count() {
        long sum = 0;
        for (int metric = 0; metric < server.commands.metricCount(); metric++) {
            sum += count(metric);
        }
        return sum;
    }

    long failed(int metric) {
        Counted base = before;
        return metrics.failed(metric) - (base == null ? 0 : base.failed[metric]);
    }

    long rejected(int metric) {
        Counted base = before;
        return metrics.rejected(metric) - (base == null ? 0 : base.rejected[metric]);
    }

    long hits() {
        Counted base = before;
        return metrics.hits() - (base == null ? 0 : base.hits);
    }

    long misses() {
        Counted base = before;
        return metrics.misses() - (base == null ? 0 : base.misses);
    }

    long errors() {
        Counted base = before;
        return metrics.errors() - (base == null ? 0 : base.errors);
    }

    Map<String, Long> errorsByCode() {
        Counted base = before;
        if (base == null) {
            return metrics.errorsByCode();
        }
        Map<String, Long> recent = new TreeMap<>();
        metrics.errorsByCode().forEach((code, count) -> {
            long since = count - base.errorsByCode.getOrDefault(code, 0L);
            if (since > 0) {
                recent.put(code, since);
            }
        });
        return recent;
    }

    /** Of all that have expired, what has come since. */
    long expired(long total) {
        Counted base = before;
        return total - (base == null ? 0 : base.expired);
    }

    /** What the network has counted; what is there now is told as it is. */
    ServerView.Traffic traffic() {
        ServerView.Traffic now = server.view.traffic();
        Counted base = before;
        if (base == null) {
            return now;
        }
        ServerView.Traffic then = base.traffic;
        return new ServerView.Traffic(now.connectionsOpen(), now.connectionsAccepted() - then.connectionsAccepted(),
                now.connectionsRejected() - then.connectionsRejected(), now.connectionsFailed() - then.connectionsFailed(),
                now.connectionsIdleClosed() - then.connectionsIdleClosed(), now.bytesReceived() - then.bytesReceived(),
                now.bytesSent() - then.bytesSent(), now.bufferBytes());
    }
}
