package kv.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * kv-bench: loads a key-value server and checks every reply, byte for byte; one line of JSON on stdout, progress on stderr.
 *
 * <pre>
 * modules/kv.bench/kv-bench.sh --port 9099 --preload --connections 50 --pipeline 16 --seconds 10
 * modules/kv.bench/kv-bench.sh --proto resp --port 6379 --preload --rate 30000     # open loop
 * modules/kv.bench/kv-bench.sh --help
 * </pre>
 *
 * Exit status: 0 all replies right, 1 some not, 2 could not run.
 *
 * <p>Owner: the thread that made it; the load runs in threads of its own.
 */
final class LoadGenerator implements AutoCloseable {
    private static final int PRELOAD_PIPELINE_MAX = 64;
    /**
     * A connection's requests in flight while keys are being set: enough to be fast, little enough for thousands of connections.
     */
    private static final int PRELOAD_BYTES_MAX = 256 << 10;
    private static final long CONNECT_RETRY_NANOS = 2_000_000;

    private final LoadOptions options;
    private final PrintStream progress;
    private final List<LoadThread> threads = new ArrayList<>();
    private final int preloadPipeline;

    private LoadGenerator(LoadOptions options, PrintStream progress) throws IOException {
        this.options = options;
        this.progress = progress;
        int requestBytes = new Wire(options.protocol(), options.keySize(), options.valueSize()).requestBytesMax();
        preloadPipeline = Math.max(1, Math.min(PRELOAD_PIPELINE_MAX, PRELOAD_BYTES_MAX / requestBytes));
        for (int i = 0; i < options.threads(); i++) {
            threads.add(new LoadThread(options, i));
        }
    }

    /** See {@link LoadOption#help}. */
    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("--help")) {
            System.out.print(LoadOption.help());
            return;
        }
        int status = 2;
        try {
            LoadResult result = run(LoadOptions.parse(args), System.err);
            System.out.println(result.toJson());
            status = result.isAllRight() ? 0 : 1;
        } catch (IllegalArgumentException | IOException | InterruptedException cannotRun) {
            System.err.println("kv-bench: " + cannotRun.getMessage());
        }
        System.exit(status);
    }

    /** Runs all phases; progress goes to {@code progress} unless the options want silence. */
    static LoadResult run(LoadOptions options, PrintStream progress) throws IOException, InterruptedException {
        try (LoadGenerator generator = new LoadGenerator(options, progress)) {
            return generator.run();
        }
    }

    private LoadResult run() throws IOException, InterruptedException {
        connectAll();
        double preloadSeconds = 0;
        long errors = 0;
        long mismatches = 0;
        if (options.preload()) {
            preloadSeconds = runPhase("preload", 0, options.keys(), true);
            errors += sum(tally -> tally.errors.get());
            mismatches += sum(tally -> tally.mismatches.get());
        }
        if (options.seconds() == 0) {
            return LoadResult.of(options, preloadSeconds, 0, errors, mismatches, List.of(), new CpuUse(0, 0, 0));
        }
        if (options.warmupSeconds() > 0) {
            runPhase("warm-up", options.warmupSeconds(), Phase.NO_QUOTA, false);
            errors += sum(tally -> tally.errors.get());
            mismatches += sum(tally -> tally.mismatches.get());
        }
        CpuUse before = CpuUse.now(options.serverPid());
        double seconds = runPhase("measure", options.seconds(), options.ops() > 0 ? options.ops() : Phase.NO_QUOTA, false);
        CpuUse cpu = CpuUse.now(options.serverPid()).since(before);
        List<Tally> tallies = threads.stream().map(LoadThread::tally).toList();
        return LoadResult.of(options, preloadSeconds, seconds, errors, mismatches, tallies, cpu);
    }

    @Override
    public void close() throws IOException {
        for (LoadThread thread : threads) {
            thread.close();
        }
    }

    private void connectAll() throws IOException {
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + options.host());
        }
        long giveUpNanos = System.nanoTime() + (long) (options.connectSeconds() * 1e9);
        int inFlightMax = Math.max(options.pipeline(), options.preload() ? preloadPipeline : 1);
        for (int i = 0; i < options.connections();) {
            try {
                threads.get(i % threads.size()).connect(address, inFlightMax);
                i++;
            } catch (IOException refused) {
                if (System.nanoTime() >= giveUpNanos) {
                    throw new IOException("connection " + i + " to " + address + ": " + refused.getMessage());
                }
                LockSupport.parkNanos(CONNECT_RETRY_NANOS);
            }
        }
    }

    /** Runs a phase on all threads; returns the seconds from its start to the last reply. */
    private double runPhase(String name, double seconds, long quota, boolean setsAllKeys) throws InterruptedException {
        int count = threads.size();
        long start = System.nanoTime();
        long deadline = seconds > 0 ? start + (long) (seconds * 1e9) : Long.MAX_VALUE;
        long firstKey = 0;
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long share = quota == Phase.NO_QUOTA ? quota : quota / count + (i < quota % count ? 1 : 0);
            LoadThread thread = threads.get(i);
            thread.enter(new Phase(name, start, deadline, share, setsAllKeys ? (int) firstKey : Phase.RANDOM_KEYS,
                    setsAllKeys ? preloadPipeline : options.pipeline(), setsAllKeys ? 0 : options.ratePerSecond() / count));
            running.add(new Thread(thread, "kv-bench-" + i));
            firstKey += share;
        }
        running.forEach(Thread::start);
        showProgress(name, running, start);
        long end = start;
        for (LoadThread thread : threads) {
            if (thread.failure() != null) {
                throw new IllegalStateException("a load thread has failed", thread.failure());
            }
            end = Math.max(end, thread.lastReplyNanos());
        }
        return (end - start) / 1e9;
    }

    /** A line a second, until all threads have ended. */
    private void showProgress(String name, List<Thread> running, long startNanos) throws InterruptedException {
        long second = TimeUnit.SECONDS.toNanos(1);
        long before = 0;
        long beforeNanos = startNanos;
        for (Thread thread : running) {
            while (thread.isAlive()) {
                long leftNanos = beforeNanos + second - System.nanoTime();
                if (leftNanos > 0) {
                    thread.join(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
                }
                if (!thread.isAlive()) {
                    break;
                }
                long now = System.nanoTime();
                long replies = sum(Tally::replies);
                if (!options.silent()) {
                    progress.printf("%-8s %4.0f s  %,12.0f ops/s  %d wrong%n", name, (now - startNanos) / 1e9,
                            (replies - before) * 1e9 / (now - beforeNanos), sum(Tally::wrong));
                }
                before = replies;
                beforeNanos = now;
            }
        }
    }

    private long sum(ToLongFunction<Tally> figure) {
        return threads.stream().mapToLong(thread -> figure.applyAsLong(thread.tally())).sum();
    }
}
