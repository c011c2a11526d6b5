package kv.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import kv.log.DiskStorage;
import kv.log.Fsync;
import kv.log.LogConfig;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.StoreConfig;
import kv.store.StoreSession;

/**
 * How fast a store is recovered: from the log, and from a checkpoint. To be run by hand, after
 * {@code mvn -pl modules/kv.journal -am test-compile}, with the classes of kv.memory, kv.store, kv.log and kv.journal on the
 * class path: {@code kv.journal.RecoveryBench DIRECTORY KEYS VALUE-BYTES [ROUNDS]}. What is read lies in the kernel's memory.
 */
final class RecoveryBench {
    private static final int KEY_BYTES = 16;

    private RecoveryBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).resolve("recovery-bench");
        int keys = Integer.parseInt(arguments[1]);
        int valueBytes = Integer.parseInt(arguments[2]);
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
        try {
            fill(directory, keys, valueBytes);
            for (int round = 0; round < rounds; round++) {
                measure(directory, "log", keys, valueBytes, round == rounds - 1);
            }
            for (int round = 0; round < rounds; round++) {
                measure(directory, "checkpoint", keys, valueBytes, false);
            }
        } finally {
            delete(directory);
        }
    }

    private static KeyValueStore store() {
        return new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(8L << 30));
    }

    private static StoreLog open(Path directory, KeyValueStore store) throws IOException {
        StoreLogListener quiet = new StoreLogListener() { };
        LogConfig config = LogConfig.defaults().withFsync(Fsync.NO).withClock(System::currentTimeMillis);
        return StoreLog.open(DiskStorage.open(directory), new StoreLogConfig(config, Long.MAX_VALUE, false, true, quiet), store);
    }

    private static void fill(Path directory, int count, int valueBytes) throws IOException {
        KeyValueStore store = store();
        StoreLog log = open(directory, store);
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).order(ByteOrder.nativeOrder());
        ByteBuffer value = ByteBuffer.allocate(valueBytes).order(ByteOrder.nativeOrder());
        new Random(1).nextBytes(value.array());
        for (int i = 0; i < count; i++) {
            key.putLong(0, i).putLong(8, ~(long) i);
            keys.clear();
            keys.add(key, 0, KEY_BYTES);
            session.open(keys, 0, 1, Access.EXCLUSIVE, store.nowMillis());
            session.put(0, value, 0, valueBytes, Deadline.NONE);
            session.close();
        }
        log.close();
        store.close();
    }

    private static void measure(Path directory, String from, int keys, int valueBytes, boolean checkpoint) throws IOException {
        KeyValueStore store = store();
        long start = System.nanoTime();
        long cpuBefore = cpuNanos();
        StoreLog log = open(directory, store);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%-10s %d keys in %.2f s: %.2f M/s, %.0f MB/s of values, %d ns of CPU a key%n", from, store.size(),
                seconds, keys / seconds / 1e6, (double) keys * valueBytes / seconds / 1e6, (cpuNanos() - cpuBefore) / keys);
        if (checkpoint) {
            log.checkpoint().join();
        }
        log.close();
        store.close();
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
