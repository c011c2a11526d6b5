package kv.store;

/**
 * Figures of one database, summed over the shards one after another: under load not of one instant, without load exact.
 *
 * @param keys live keys
 * @param expiringKeys those of them that will expire
 */
public record DatabaseStats(long keys, long expiringKeys) {
    static final DatabaseStats NONE = new DatabaseStats(0, 0);

    DatabaseStats plus(DatabaseStats other) {
        return other == NONE ? this : new DatabaseStats(keys + other.keys, expiringKeys + other.expiringKeys);
    }
}
