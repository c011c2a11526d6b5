package kv.bench;

import java.util.concurrent.TimeUnit;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.PutResult;
import kv.store.StoreConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The table alone, one thread, random keys: what a get and a put cost, and how that grows with the number of keys. What grows is
 * memory misses; what a call does is the same.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main TableBenchmark
 * java -cp … org.openjdk.jmh.Main TableBenchmark -p keys=10000 -prof gc         # shows 0 bytes allocated a call
 * java -cp … org.openjdk.jmh.Main TableBenchmark -p keys=1000000 -p eviction=NONE,ALL    # what counting costs
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=4g"})
public class TableBenchmark {
    private static final long MEMORY_LIMIT_BYTES = 3L << 30;

    /** Keys in the table. */
    @Param({"10000", "100000", "1000000", "10000000"})
    public int keys;

    /** With another than NONE reads count, for the case that the store gets full; here it does not. */
    @Param("NONE")
    public Eviction eviction;

    private KeyValueStore store;
    private TableThread table;

    /** Fills the table. */
    @Setup(Level.Trial)
    public void fill() {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(MEMORY_LIMIT_BYTES).withEviction(eviction));
        table = new TableThread(store, new Keys(keys));
        table.fill(keys);
    }

    @TearDown(Level.Trial)
    public void close() {
        store.close();
    }

    @Benchmark
    public int getHit() {
        table.chosen.chooseAny();
        return table.get();
    }

    @Benchmark
    public int getMiss() {
        table.chosen.chooseNone();
        return table.get();
    }

    /** Overwrites a value by one of the same length. */
    @Benchmark
    public PutResult putOver() {
        table.chosen.chooseAny();
        return table.put();
    }

    /** Two calls: a key more, and the same key less. */
    @Benchmark
    public boolean putNewAndDelete() {
        table.chosen.chooseNone();
        table.put();
        return table.delete();
    }
}
