/**
 * Counters and latency histograms: written by one thread each, without locks or allocation, and summed when read.
 *
 * <p>In reading order: {@link kv.stats.Counter}, {@link kv.stats.LatencyHistogram}, {@link kv.stats.LatencySnapshot}.
 */
module kv.stats {
    exports kv.stats;
}
