package kv.commands;

import kv.stats.Counter;
import kv.stats.LatencyHistogram;

/** What one executor has counted of one command. One writer, the executor; any reader. */
final class CommandMetrics {
    /** Of those that ran, however they ended. */
    final LatencyHistogram latency = new LatencyHistogram();
    /** Those that ran and replied an error. */
    final Counter failed = new Counter();
    /** Those that were refused before they ran. */
    final Counter rejected = new Counter();
}
