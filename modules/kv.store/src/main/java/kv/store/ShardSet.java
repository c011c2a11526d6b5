package kv.store;

import java.util.Arrays;

/** A set of shard numbers, read in ascending order: the order in which their locks are taken. Confined to one thread. */
final class ShardSet {
    private final long[] bits;

    ShardSet(int shardCount) {
        bits = new long[(shardCount + Long.SIZE - 1) / Long.SIZE];
    }

    void add(int shard) {
        bits[shard / Long.SIZE] |= 1L << shard;
    }

    boolean contains(int shard) {
        return (bits[shard / Long.SIZE] & 1L << shard) != 0;
    }

    /** The lowest number from {@code from} on, or -1. */
    int next(int from) {
        for (int word = from / Long.SIZE, first = word; word < bits.length; word++) {
            long rest = word == first ? bits[word] & -1L << from : bits[word];
            if (rest != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(rest);
            }
        }
        return -1;
    }

    void clear() {
        Arrays.fill(bits, 0);
    }
}
