package example.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import kv.store.KeyValueStore;
import kv.store.StoreConfig;
import kv.store.StoreFullException;

public final class Sessions {
    public static void main(String[] args) {
        StoreConfig config = StoreConfig.defaults().withMemoryLimitBytes(64 << 20);
        try (KeyValueStore store = new KeyValueStore(config)) {
            byte[] key = "session:42".getBytes(UTF_8);
            store.put(key, "ada".getBytes(UTF_8), Duration.ofMinutes(30));

            byte[] user = store.get(key); // null = there is none, or its time is over
            System.out.println("user: " + new String(user, UTF_8));
            System.out.println("expires: " + store.timeToLive(key).isPresent());

            System.out.println("added again: " + store.putIfAbsent(key, "eve".getBytes(UTF_8)));
            System.out.println("deleted: " + store.delete(key));
            System.out.println("entries: " + store.size());
        } catch (StoreFullException full) {
            System.out.println("no room: " + full.getMessage());
        }
    }
}
