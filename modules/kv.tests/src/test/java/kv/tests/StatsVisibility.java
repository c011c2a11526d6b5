package kv.tests;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import kv.stats.Counter;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * What a reader of kv.stats may see of its one writer, asked of the hardware and the compilers. How to run: {@link
 * StoreVisibility}.
 */
public class StatsVisibility {
    private StatsVisibility() {
    }

    /** Who sees a count sees what was done before it. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "read before all")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "read between")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "read after all")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "counted, but what was counted is not there")
    public static class CounterPublishes {
        private final Counter counter = new Counter();
        private int done;

        @Actor
        public void writer() {
            done = 1;
            counter.increment();
        }

        @Actor
        public void reader(JI_Result result) {
            result.r1 = counter.get();
            result.r2 = done;
        }
    }

    /** One reader never sees a count go back. */
    @JCStressTest
    @State
    @Outcome(id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"}, expect = ACCEPTABLE, desc = "never back")
    @Outcome(expect = FORBIDDEN, desc = "a count went back")
    public static class CounterRises {
        private final Counter counter = new Counter();

        @Actor
        public void writer() {
            counter.increment();
            counter.increment();
        }

        @Actor
        public void reader(JJ_Result result) {
            result.r1 = counter.get();
            result.r2 = counter.get();
        }
    }

    /** A time that is counted is contained in the maximum. */
    @JCStressTest
    @State
    @Outcome(id = {"0, 0", "0, 5000", "1, 5000"}, expect = ACCEPTABLE, desc = "the maximum first, then the count")
    @Outcome(expect = FORBIDDEN, desc = "a time is counted, and the maximum is below it")
    public static class HistogramMaximum {
        private final LatencyHistogram histogram = new LatencyHistogram();

        @Actor
        public void writer() {
            histogram.record(5000);
        }

        @Actor
        public void reader(JJ_Result result) {
            LatencySnapshot snapshot = new LatencySnapshot();
            snapshot.add(histogram);
            result.r1 = snapshot.count();
            result.r2 = snapshot.maxNanos();
        }
    }
}
