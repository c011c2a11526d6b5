package kv.net;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The threads that compute handshakes: milliseconds each, which neither an event loop nor a worker has to give.
 *
 * <p>Any thread; the lock is this object.
 * <p>Bound: as many wait as there are connections, one task each; the time limit for handshakes ends those that wait too long.
 */
final class TlsLane implements Runnable {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final Thread[] threads;
    private final Consumer<Throwable> onDeath;
    private boolean stopping;

    TlsLane(int threadCount, Consumer<Throwable> onDeath, ThreadMaker maker) {
        this.onDeath = onDeath;
        threads = new Thread[threadCount];
        for (int i = 0; i < threadCount; i++) {
            threads[i] = maker.newThread(this, "kv-tls-" + i);
        }
    }

    void start() {
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /** It is computed soon, unless all is about to end. */
    synchronized void submit(Runnable task) {
        waiting.addLast(task);
        notify();
    }

    /** The threads end with what they have in hand; returns when they have. */
    void stop() throws InterruptedException {
        synchronized (this) {
            stopping = true;
            waiting.clear();
            notifyAll();
        }
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                thread.join();
            }
        }
    }

    @Override
    public void run() {
        try {
            for (Runnable task; (task = take()) != null;) {
                task.run();
            }
        } catch (Throwable death) {
            onDeath.accept(death);
        }
    }

    /** Null when it shall end. */
    private synchronized Runnable take() throws InterruptedException {
        while (waiting.isEmpty() && !stopping) {
            wait();
        }
        return waiting.pollFirst();
    }
}
