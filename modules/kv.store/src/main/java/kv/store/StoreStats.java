package kv.store;

/**
 * Figures of a store, summed over its shards one after another: under load not of one instant, without load exact.
 *
 * @param keys live keys
 * @param valueBytes sum of the lengths of their values
 * @param expiringKeys live keys that will expire
 * @param hitsTotal reads of a value that have found their key since the store was opened: {@link KeyValueStore#get}, and {@link
 *        StoreSession#get}, {@code peek}, {@code getRange}, {@code read} and {@code detach} of all sessions
 * @param missesTotal those that have not
 * @param expiredTotal keys that have expired since the store was opened
 * @param evictedTotal keys that were given up for want of room since then
 * @param memoryUsedBytes memory in pages that hold keys, values and index
 * @param memoryReservedBytes memory taken from the JVM; what nobody uses goes back within seconds, but for a reserve
 * @param memoryLimitBytes what may be reserved at most
 * @param memoryRefusals how often the JVM, or the system, has refused memory below that limit; it is asked again later
 */
public record StoreStats(long keys, long valueBytes, long expiringKeys, long hitsTotal, long missesTotal, long expiredTotal,
        long evictedTotal, long memoryUsedBytes, long memoryReservedBytes, long memoryLimitBytes, long memoryRefusals) { }
