package kv.server;

import java.util.concurrent.CountDownLatch;

/**
 * Whether the system would give this process those threads that it is about to start, and a few more. The JVM makes one for each
 * signal, some for its compilers as it goes, and the stop needs another: a server that got its last thread under a limit (ulimit
 * -u, a container's pids) would be deaf to TERM.
 */
final class SpareThreads {
    private static final int MORE = 6;

    private SpareThreads() {
    }

    /**
     * Starts so many threads and a few more, all at a time, and lets them end.
     *
     * @throws OutOfMemoryError if they cannot be had, as Thread.start does
     */
    static void require(int count) {
        CountDownLatch done = new CountDownLatch(1);
        try {
            for (int i = 0; i < count + MORE; i++) {
                Thread thread = new Thread(() -> awaitQuietly(done), "kv-spare-" + i);
                thread.setDaemon(true);
                thread.start();
            }
        } finally {
            done.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch done) {
        try {
            done.await();
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
    }
}
