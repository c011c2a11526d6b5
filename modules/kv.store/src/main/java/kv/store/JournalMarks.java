package kv.store;

/**
 * Where in the journal the last changes of a shard are: who has seen something of it has seen what is durable only from there on.
 *
 * <p>Locks: guarded by the shard's.
 */
final class JournalMarks {
    /*
     * One mark for all of a shard would have readers wait for changes of other keys: of 256 shards 18 % are waited for with 50
     * changes under way, and 86 % with 500. So there is one for each bucket of hashes, 128 KiB in all shards together.
     */
    private static final int BUCKETS_OF_ALL = 1 << 14;
    /** The hash's highest bits are the shard's. */
    private final int mask;
    /** The position after the last change of each bucket's keys; null without a journal. */
    private long[] buckets;
    /** The position after the last change that may be of any keys. */
    private long ofAny;
    /** The position after the last change. */
    private long last;

    JournalMarks(int shardBits) {
        mask = Math.max(1, BUCKETS_OF_ALL >>> shardBits) - 1;
    }

    /** From now on there is a journal. */
    void begin() {
        buckets = new long[mask + 1];
    }

    /** Keys have been changed. @param ofOneHash no others than with this hash */
    void changed(boolean ofOneHash, long hash, long position) {
        if (ofOneHash) {
            buckets[(int) hash & mask] = position;
            last = position;
        } else {
            changedAny(position);
        }
    }

    /** Any keys have been changed, or none if that was before the last change. */
    void changedAny(long position) {
        ofAny = Math.max(ofAny, position);
        last = Math.max(last, position);
    }

    /** Of keys with this hash. */
    long of(long hash) {
        return buckets == null ? 0 : Math.max(ofAny, buckets[(int) hash & mask]);
    }

    /** Of all keys. */
    long ofAll() {
        return last;
    }
}
