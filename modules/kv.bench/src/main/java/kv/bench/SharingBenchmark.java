package kv.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import kv.store.StoreSession;
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
        for (int i = 0; i < KEYS; i++) {
            worker.chosen.choose(i);
            worker.put();
        }
    }

    @TearDown
    public void close() {
        store.close();
    }

    /** What each thread has of its own. */
    @State(Scope.Thread)
    public static class Worker {
        private final ByteBuffer target = ByteBuffer.allocateDirect(Keys.VALUE_BYTES);
        private Keys chosen;
        private StoreSession session;
        private kv.store.Keys key;

        @Setup
        public void open(SharingBenchmark shared) {
            chosen = new Keys(KEYS, shared.seeds.incrementAndGet());
            session = shared.store.session();
            key = session.newKeys();
        }

        private int get() {
            open(Access.SHARED);
            int length = session.read(0, 0, Keys.VALUE_BYTES, target.clear());
            session.close();
            return length;
        }

        private Object put() {
            open(Access.EXCLUSIVE);
            Object result = session.put(0, chosen.value, 0, Keys.VALUE_BYTES, Deadline.NONE);
            session.close();
            return result;
        }

        private void open(Access access) {
            key.clear();
            key.add(chosen.key, 0, Keys.KEY_BYTES);
            session.open(key, 0, 1, access, 0);
        }
    }

    @Benchmark
    public int getAny(Worker worker) {
        worker.chosen.chooseAny();
        return worker.get();
    }

    @Benchmark
    public int getOne(Worker worker) {
        worker.chosen.choose(0);
        return worker.get();
    }

    @Benchmark
    public Object putAny(Worker worker) {
        worker.chosen.chooseAny();
        return worker.put();
    }

    @Benchmark
    public Object putOne(Worker worker) {
        worker.chosen.choose(0);
        return worker.put();
    }
}
