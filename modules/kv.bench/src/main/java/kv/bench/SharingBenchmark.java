package kv.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One table, several threads, as the workers of several event loops use it. What a call costs more than with one thread is the
 * price of the cache lines that both write: a shard's lock word, nothing else. All keys: rarely the same shard. One key: always.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main SharingBenchmark -t 1
 * java -cp … org.openjdk.jmh.Main SharingBenchmark -t max
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=4g"})
public class SharingBenchmark {
    /** Few enough to stay in a cache of a core: misses are {@link TableBenchmark}'s subject. */
    private static final int KEYS = 10_000;

    private final AtomicLong seeds = new AtomicLong();
    private KeyValueStore store;

    /** Fills the table. */
    @Setup
    public void fill() {
        store = new KeyValueStore(StoreConfig.defaults());
        Worker worker = new Worker();
        worker.open(this);
        worker.table.fill(KEYS);
    }

    @TearDown
    public void close() {
        store.close();
    }

    /** What each thread has of its own. */
    @State(Scope.Thread)
    public static class Worker {
        private TableThread table;

        @Setup
        public void open(SharingBenchmark shared) {
            table = new TableThread(shared.store, new Keys(KEYS, shared.seeds.incrementAndGet()));
        }
    }

    @Benchmark
    public int getAny(Worker worker) {
        worker.table.chosen.chooseAny();
        return worker.table.get();
    }

    @Benchmark
    public int getOne(Worker worker) {
        worker.table.chosen.choose(0);
        return worker.table.get();
    }

    @Benchmark
    public Object putAny(Worker worker) {
        worker.table.chosen.chooseAny();
        return worker.table.put();
    }

    @Benchmark
    public Object putOne(Worker worker) {
        worker.table.chosen.choose(0);
        return worker.table.put();
    }
}
