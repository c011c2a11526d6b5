package kv.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kv.server.KvServer;
import kv.server.ServerConfig;
import kv.store.StoreMemory;
import kv.store.StoreStats;

/**
 * A program: a server that is full all the time, and clients that check each reply. Values of 1 byte to a mebibyte, with
 * deadlines and without, are written, appended to, deleted, evicted. Now and then the clients pause, and the store's accounts are
 * compared with a walk over all of its memory. In the end the resident memory of the process must be what it was after a quarter
 * of the time; its heap is of one size and touched from the start. Exit status 0 if all that holds.
 *
 * <p>{@link SoakTest} starts it, in a JVM of its own, and has the commands.
 */
final class Soak {
    private static final int CLIENTS = 3;
    private static final int KEYS = 4_000;
    private static final String MAX_MEMORY = "64m";
    private static final int WALKS = 20;
    /** In less, the resident memory says nothing: compilers and buffers still grow. */
    private static final long FLAT_SECONDS_MIN = 240;
    private static final double GROWTH_MAX = 1.05;
    private static final long FILL_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

    private final KvServer server;
    private final long seconds;
    private final int rate;
    /** A client's turn holds it for reading; whoever walks over the store, for writing. */
    private final ReentrantReadWriteLock quiet = new ReentrantReadWriteLock(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<SoakClient> clients = new ArrayList<>();
    private volatile boolean isOver;

    private Soak(KvServer server, long seconds, int rate) {
        this.server = server;
        this.seconds = seconds;
        this.rate = rate;
    }

    /** Arguments: seconds; requests a second of each client. */
    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.defaults().with("port", "0").with("bind", TestServer.HOST)
                .with("max-memory", MAX_MEMORY).with("max-value-size", "1m").with("eviction", "all");
        try (KvServer server = KvServer.start(config)) {
            new Soak(server, Long.parseLong(args[0]), Integer.parseInt(args[1])).run();
        }
        System.out.println("all that was promised has held");
    }

    private void run() throws Exception {
        long seed = Long.getLong("kv.seed", seconds >= FLAT_SECONDS_MIN ? System.nanoTime() : 1);
        System.out.println("seed " + seed);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            SoakClient client = new SoakClient(server.addresses().get(0).getPort(), i, KEYS, seed + i);
            clients.add(client);
            threads.add(new Thread(() -> runClient(client), "soak-" + i));
        }
        threads.forEach(Thread::start);
        try {
            watch();
            long end = System.nanoTime() + FILL_NANOS_MAX;
            while (server.store().stats().evictedTotal() == 0 && failure.get() == null && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(100); // a busy machine has not filled it yet
            }
        } finally {
            isOver = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a client has failed", failure.get());
        }
        walk();
        StoreStats stats = server.store().stats();
        System.out.printf("%d requests, %d values checked, %d evicted, %d expired%n", requests(),
                clients.stream().mapToLong(client -> client.found).sum(), stats.evictedTotal(), stats.expiredTotal());
        if (stats.evictedTotal() == 0) {
            throw new IllegalStateException("it was never full");
        }
    }

    private long requests() {
        return clients.stream().mapToLong(client -> client.requests).sum();
    }

    private void runClient(SoakClient client) {
        try (client) {
            long turn = TimeUnit.SECONDS.toNanos(1) / rate;
            long next = System.nanoTime();
            while (!isOver && failure.get() == null) {
                quiet.readLock().lock();
                try {
                    client.turn();
                } finally {
                    quiet.readLock().unlock();
                }
                next = Math.max(next + turn, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    private void watch() throws Exception {
        long begun = System.nanoTime();
        long earlyKib = 0;
        long lateKib = 0;
        for (int walk = 1; walk <= WALKS && failure.get() == null; walk++) {
            long until = begun + TimeUnit.SECONDS.toNanos(seconds) * walk / WALKS;
            while (failure.get() == null && System.nanoTime() < until) {
                TimeUnit.MILLISECONDS.sleep(Math.min(100, 1 + TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            }
            walk();
            long kib = residentKib();
            if (walk > WALKS / 4 && walk <= WALKS / 2) {
                earlyKib = Math.max(earlyKib, kib);
            } else if (walk > WALKS * 3 / 4) {
                lateKib = Math.max(lateKib, kib);
            }
            System.out.printf("%4d s: resident %d KiB, %d keys, %d requests%n",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun), kib, server.store().size(), requests());
        }
        System.out.printf("resident at most %d KiB in the second quarter, %d in the last%n", earlyKib, lateKib);
        if (seconds >= FLAT_SECONDS_MIN && lateKib > earlyKib * GROWTH_MAX) {
            throw new IllegalStateException("the resident memory has grown");
        }
    }

    private void walk() {
        quiet.writeLock().lock();
        try {
            StoreMemory.assertInvariants(server.store());
        } finally {
            quiet.writeLock().unlock();
        }
    }

    private static long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no resident memory of this process");
    }
}
