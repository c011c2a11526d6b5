package example.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import kv.store.StoreFullException;
import kv.store.StoreStats;

/** A cache in front of something slow. Threads: any; while one loads a key, others that want the same one wait for it. */
public final class LookAside implements Function<String, Optional<String>>, AutoCloseable {
    private static final Duration LIFE = Duration.ofMinutes(10);
    /** That something is not there is worth knowing, too, but it may come soon. */
    private static final Duration ABSENT_LIFE = Duration.ofSeconds(5);
    private static final byte ABSENT = 0;
    private static final byte PRESENT = 1;

    private final KeyValueStore store;
    private final Function<String, Optional<String>> loader;
    private final ConcurrentMap<String, CompletableFuture<Optional<String>>> loads = new ConcurrentHashMap<>();

    public LookAside(long memoryBytes, Function<String, Optional<String>> loader) {
        this.store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(memoryBytes).withEviction(Eviction.ALL));
        this.loader = loader;
    }

    @Override
    public Optional<String> apply(String name) {
        byte[] found = store.get(name.getBytes(UTF_8));
        return found == null ? load(name) : decode(found);
    }

    /** To be called when what is loaded has changed: who asks from now on gets what is loaded from now on. */
    public void invalidate(String name) {
        loads.remove(name); // what is under way may be old already, and is not kept
        store.delete(name.getBytes(UTF_8));
    }

    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() {
        store.close();
    }

    private Optional<String> load(String name) {
        CompletableFuture<Optional<String>> own = new CompletableFuture<>();
        CompletableFuture<Optional<String>> other = loads.putIfAbsent(name, own);
        if (other != null) {
            return other.join();
        }
        try {
            byte[] key = name.getBytes(UTF_8);
            // Another thread may have loaded it since we looked. A look at whether it is there counts as no miss.
            byte[] found = store.contains(key) ? store.get(key) : null;
            Optional<String> value = found == null ? loader.apply(name) : decode(found);
            loads.computeIfPresent(name, (same, load) -> {
                if (load == own && found == null) {
                    keep(key, value);
                }
                return load == own ? null : load;
            });
            own.complete(value);
            return value;
        } catch (Throwable thrown) {
            loads.remove(name, own); // a failure is told to all who wait, and to nobody later
            own.completeExceptionally(thrown);
            throw thrown;
        }
    }

    private void keep(byte[] key, Optional<String> value) {
        try {
            store.put(key, encode(value), value.isPresent() ? LIFE : ABSENT_LIFE);
        } catch (StoreFullException tooLong) {
            // More than the whole store may hold: it is loaded each time.
        }
    }

    private static byte[] encode(Optional<String> value) {
        byte[] text = value.orElse("").getBytes(UTF_8);
        byte[] bytes = new byte[1 + text.length];
        bytes[0] = value.isPresent() ? PRESENT : ABSENT;
        System.arraycopy(text, 0, bytes, 1, text.length);
        return bytes;
    }

    private static Optional<String> decode(byte[] bytes) {
        return bytes[0] == ABSENT ? Optional.empty() : Optional.of(new String(Arrays.copyOfRange(bytes, 1, bytes.length), UTF_8));
    }

    public static void main(String[] args) {
        Function<String, Optional<String>> database = name -> {
            System.out.println("loading " + name);
            return name.equals("user:1") ? Optional.of("ada") : Optional.empty();
        };
        try (LookAside users = new LookAside(64 << 20, database)) {
            for (String name : new String[] {"user:1", "user:1", "user:2", "user:2"}) {
                System.out.println(name + ": " + users.apply(name).orElse("nobody"));
            }
            StoreStats stats = users.stats();
            System.out.println("hits: " + stats.hitsTotal() + ", misses: " + stats.missesTotal() + ", evicted: "
                    + stats.evictedTotal());
        }
    }
}
