package kv.bench;

import java.util.concurrent.TimeUnit;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.PutResult;
import kv.store.StoreConfig;
import kv.store.StoreSession;
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
 * A table that is full and evicts, one thread: what a put costs that has to make room first, beside {@link TableBenchmark}, where
 * there is room for all.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main FullTableBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=1g"})
public class FullTableBenchmark {
    private static final int FILLED_FOR_EACH = 64;

    /** Room, in MiB: for about a million entries in 64. */
    @Param("64")
    public int room;

    private long next;
    private KeyValueStore store;
    private TableThread table;

    /** Puts more keys than there is room for. */
    @Setup(Level.Trial)
    public void fill() {
        store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes((long) room << 20).withEviction(Eviction.ALL));
        next = 2L * (room << 20) / FILLED_FOR_EACH;
        table = new TableThread(store, new Keys(next));
        table.fill(next);
    }

    @TearDown(Level.Trial)
    public void close() {
        store.close();
    }

    /** A key that was never there: one is evicted for each. */
    @Benchmark
    public PutResult putNew() {
        table.chosen.choose(next++);
        return table.put();
    }

    /** Keys of which about half are there: look-aside, a get, and a put if there is none. */
    @Benchmark
    public int getOrPut() {
        table.chosen.chooseAny();
        int length = table.get();
        if (length == StoreSession.NO_VALUE) {
            table.put();
        }
        return length;
    }
}
