/**
 * An in-memory key-value store for byte strings: sharded, in direct memory of bounded size, with expiry.
 *
 * <p>{@link kv.store.KeyValueStore} is the whole of it for most uses:
 * <pre>{@code
 * try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults())) {
 *     store.put(key, value, Duration.ofMinutes(5));
 *     byte[] found = store.get(key);
 * }
 * }</pre>
 * {@link kv.store.StoreSession} is the same without copies and allocations, for a server's threads.
 */
module kv.store {
    requires kv.memory;

    exports kv.store;
}
