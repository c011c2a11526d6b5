package kv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache of docs/EMBEDDING.md, beside Caffeine: the same requests, the same answers, as many loads. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LookAsideTest {
    private static final int NAMES = 300;
    private static final int THREADS = 8;

    @TempDir
    private Path folder;
    private URLClassLoader program;
    private Function<String, Optional<String>> cache;
    private final Loader loader = new Loader();
    private final Loader besideLoader = new Loader();
    private final LoadingCache<String, Optional<String>> beside = Caffeine.newBuilder().maximumSize(NAMES)
            .build(besideLoader::apply);

    /** What ends with a 7 is not there. */
    private static final class Loader implements Function<String, Optional<String>> {
        private final List<String> loads = new ArrayList<>();
        private final ConcurrentHashMap<String, CountDownLatch> gates = new ConcurrentHashMap<>();
        private volatile String version = "1";

        @Override
        public Optional<String> apply(String name) {
            String loaded = version;
            synchronized (loads) {
                loads.add(name);
            }
            CountDownLatch gate = gates.get(name);
            if (gate != null) {
                try {
                    gate.await();
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
            }
            if (name.startsWith("bad")) {
                throw new IllegalArgumentException(name);
            }
            return name.endsWith("7") ? Optional.empty() : Optional.of(name + " " + loaded);
        }

        private int count() {
            synchronized (loads) {
                return loads.size();
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        program = new URLClassLoader(new URL[] {Programs.compile("example.cache", folder).toUri().toURL()});
        @SuppressWarnings("unchecked")
        Function<String, Optional<String>> made = (Function<String, Optional<String>>) program
                .loadClass("example.cache.LookAside").getConstructor(long.class, Function.class).newInstance(16L << 20, loader);
        cache = made;
    }

    @AfterEach
    void close() throws Exception {
        ((AutoCloseable) cache).close();
        program.close();
    }

    @Test
    void apply_sameRequestsAsCaffeine_sameAnswersAndLoads() {
        Random random = new Random(5);
        for (int i = 0; i < 20 * NAMES; i++) {
            String name = "name-" + (int) (NAMES * Math.pow(random.nextDouble(), 3));
            assertEquals(beside.get(name), cache.apply(name));
        }
        assertEquals(besideLoader.loads, loader.loads);
    }

    @Test
    void apply_manyThreadsAtOnce_oneLoad() throws Exception {
        assertOneLoad(cache, loader);
        assertOneLoad(beside::get, besideLoader);
    }

    /** Seen to fail when who finds another load under way loads, too. */
    private static void assertOneLoad(Function<String, Optional<String>> cache, Loader loader) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        loader.gates.put("name", gate);
        List<FutureTask<Optional<String>>> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            results.add(new FutureTask<>(() -> cache.apply("name")));
            threads.add(new Thread(results.get(i)));
            threads.get(i).start();
        }
        while (threads.stream().anyMatch(thread -> thread.getState() == Thread.State.RUNNABLE)) {
            Thread.yield(); // bounded by the class's timeout
        }
        gate.countDown();
        for (FutureTask<Optional<String>> result : results) {
            assertEquals(Optional.of("name 1"), result.get());
        }
        assertEquals(1, loader.count());
    }

    @Test
    void apply_loaderThrows_isToldAndTriedAgain() {
        for (int i = 1; i <= 3; i++) {
            assertEquals("bad", assertThrows(IllegalArgumentException.class, () -> cache.apply("bad")).getMessage());
            assertEquals("bad", assertThrows(IllegalArgumentException.class, () -> beside.get("bad")).getMessage());
            assertEquals(i, loader.count());
            assertEquals(i, besideLoader.count());
        }
    }

    /** Seen to fail when what was loaded is kept whatever has happened meanwhile. */
    @Test
    void invalidate_whileItIsLoaded_theOldValueIsNotKept() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        loader.gates.put("name", gate);
        FutureTask<Optional<String>> old = new FutureTask<>(() -> cache.apply("name"));
        new Thread(old).start();
        while (loader.count() == 0) {
            Thread.yield(); // bounded by the class's timeout
        }
        loader.version = "2";
        cache.getClass().getMethod("invalidate", String.class).invoke(cache, "name");
        gate.countDown();
        assertEquals(Optional.of("name 1"), old.get());
        assertEquals(Optional.of("name 2"), cache.apply("name"));
        assertEquals(Optional.of("name 2"), cache.apply("name"));
    }

    @Test
    void apply_moreThanThereIsRoomFor_eachAnswerIsRight() {
        String padding = "x".repeat(1000);
        for (int i = 0; i < 40_000; i++) {
            String name = padding + i % 30_000;
            assertEquals(name.endsWith("7") ? Optional.empty() : Optional.of(name + " 1"), cache.apply(name));
        }
        assertTrue(loader.count() > 30_000, "nothing was evicted");
    }
}
