package kv.bench;

import kv.stats.Counter;
import kv.stats.LatencyHistogram;

/** What one load thread has counted in one phase. Written by that thread; read by any. */
final class Tally {
    final Counter gets = new Counter();
    final Counter sets = new Counter();
    final Counter hits = new Counter();
    final Counter misses = new Counter();
    /** The server said that it failed, or a connection did. */
    final Counter errors = new Counter();
    /** The server said something wrong. */
    final Counter mismatches = new Counter();
    /** Open loop: due before the deadline, but no connection was free until then. */
    final Counter unsent = new Counter();
    final LatencyHistogram latencies = new LatencyHistogram();

    long replies() {
        return gets.get() + sets.get();
    }

    long wrong() {
        return errors.get() + mismatches.get();
    }
}
