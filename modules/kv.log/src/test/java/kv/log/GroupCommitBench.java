package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Group commit with real forces: a number of clients, each appends a record and waits until it is durable. To be run by hand:
 * {@code mvn -pl modules/kv.log test-compile}, then
 * {@code java -cp modules/kv.log/target/classes:modules/kv.log/target/test-classes kv.log.GroupCommitBench DIRECTORY [SECONDS]}.
 */
final class GroupCommitBench {
    private static final int RECORD_BYTES = 64;

    private GroupCommitBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).resolve("group-commit-bench");
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 3;
        System.out.println("mode      clients  records/s  forces/s  a force  wait p50    p99 (microseconds)");
        for (Fsync fsync : Fsync.values()) {
            for (int clients : new int[] {1, 2, 8, 50}) {
                try (Log log = Log.open(DiskStorage.open(directory), LogConfig.defaults().withFsync(fsync), new Nothing(),
                        false)) {
                    run(log, fsync, clients, seconds);
                }
                delete(directory);
            }
        }
    }

    private static void run(Log log, Fsync fsync, int clients, long seconds) throws InterruptedException {
        long[][] waits = new long[clients][];
        CountDownLatch done = new CountDownLatch(clients);
        long start = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            int number = i;
            new Thread(() -> {
                waits[number] = client(log, fsync == Fsync.ALWAYS, start + seconds * 1_000_000_000);
                done.countDown();
            }).start();
        }
        done.await();
        double elapsed = (System.nanoTime() - start) / 1e9;
        long[] all = Arrays.stream(waits).flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf("%-9s %7d %10.0f %9.0f %8.1f %9d %6d%n", fsync, clients, all.length / elapsed, log.forces() / elapsed,
                (double) all.length / Math.max(1, log.forces()), all[all.length / 2] / 1000,
                        all[(int) (all.length * 0.99)] / 1000);
    }

    private static long[] client(Log log, boolean waits, long endNanos) {
        long[] nanos = new long[1 << 16];
        int count = 0;
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        try (Appender appender = log.appender()) {
            for (long now = System.nanoTime(); now < endNanos; ) {
                if (appender.take(RECORD_BYTES) != Admission.TAKEN) {
                    throw new IOException("the log takes no record", log.failure());
                }
                appender.begin(RECORD_BYTES);
                appender.put(record, 0, RECORD_BYTES);
                long end = appender.end();
                if (waits) {
                    log.awaitDurable(end);
                }
                long after = System.nanoTime();
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * count);
                }
                nanos[count++] = after - now;
                now = after;
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        return Arrays.copyOf(nanos, count);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Nothing implements Replay {
        @Override
        public void checkpointRecord(ByteBuffer record) {
            // A new log each time.
        }

        @Override
        public void record(ByteBuffer record) {
            // A new log each time.
        }
    }
}
