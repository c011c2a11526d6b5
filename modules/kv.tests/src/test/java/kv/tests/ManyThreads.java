package kv.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The same work in many threads at a time, each told its number; the first failure of any is thrown. */
final class ManyThreads {
    private static final int MINUTES_MAX = 10;

    interface Work {
        void run(int thread) throws Exception;
    }

    private ManyThreads() {
    }

    static void run(int threads, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                ends.add(pool.submit(() -> {
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get(MINUTES_MAX, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
