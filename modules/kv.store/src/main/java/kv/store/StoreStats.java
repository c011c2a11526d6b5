package kv.store;

/**
 * Figures of a store, summed over its shards one after another: under load not of one instant, without load exact.
 *
 * @param keys live keys
 * @param valueBytes sum of the lengths of their values
 * @param expiringKeys live keys that will expire
 * @param expiredTotal keys that have expired since the store was opened
 * @param memoryUsedBytes memory in pages that hold keys, values and index
 * @param memoryReservedBytes memory taken from the JVM so far; what is not used is kept for reuse
 * @param memoryLimitBytes what may be reserved at most; less than configured if the JVM has refused to give more
 */
public record StoreStats(long keys, long valueBytes, long expiringKeys, long expiredTotal,
        long memoryUsedBytes, long memoryReservedBytes, long memoryLimitBytes) { }
