package kv.bench;

import java.util.concurrent.TimeUnit;
import kv.stats.Counter;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What measuring costs a command: a record in a histogram, a counter, the clock; and what a reader pays for percentiles.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main HistogramBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HistogramBenchmark {
    private final LatencyHistogram histogram = new LatencyHistogram();
    private final Counter counter = new Counter();
    private long random = 1;

    /** Times of 0 to 1 ms. */
    @Benchmark
    public void record() {
        random += 0x9e3779b97f4a7c15L;
        histogram.record(Wire.mix(random) & 0xfffff);
    }

    /** To be taken from {@link #record}: making the random number. */
    @Benchmark
    public long recordBaseline() {
        random += 0x9e3779b97f4a7c15L;
        return Wire.mix(random) & 0xfffff;
    }

    @Benchmark
    public void count() {
        counter.increment();
    }

    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    @Benchmark
    public long percentile() {
        LatencySnapshot snapshot = new LatencySnapshot();
        snapshot.add(histogram);
        return snapshot.percentileNanos(99);
    }
}
