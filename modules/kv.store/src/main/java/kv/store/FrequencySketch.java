package kv.store;

import java.util.Arrays;

/**
 * How often keys of one shard have been asked for of late, about: also those that are there no more.
 *
 * <p>Guarded by the shard's lock, held for writing where a method changes anything. On the heap: 4 to 8 bytes for each key that
 * is there, but an eighth of the heap at most for all shards, and 8 to 512 KiB a shard.
 */
final class FrequencySketch {
    /*
     * A count-min sketch (Cormode and Muthukrishnan, 2005) with conservative update and aging, as TinyLFU (Einziger, Friedman and
     * Manes, 2017): four counters of four bits a key, in one block of 64 bytes; all are halved when as many requests were counted
     * as a period has. Those who only read the shard write nothing here: they count in the entry's header, and what was counted
     * there is added when the entry is judged.
     *
     * What makes it err is the keys that are asked for once: with Zipf's requests and room for a tenth of a million keys (skew
     * 0.99, ten million requests) two counters a key and halving at six times the counters give 78.2 %, four 79.7, eight and
     * three times 80.4, as Caffeine, which has 16.
     */
    static final int COUNT_MAX = 15;
    private static final int LONGS_MIN = 1 << 10;
    /** A block's number is in the bits of a hash below those that choose the counters. */
    private static final int LONGS_MAX = 1 << 16;
    private static final int HEAP_SHARE = 8;
    private static final int BLOCK_LONGS = 8;
    private static final int COUNTERS_A_LONG = 16;
    private static final int ROWS = 4;
    /** So many counters a key, at least, as long as the sketch may grow. */
    private static final int COUNTERS_A_KEY = 8;
    /** A period is so many times the keys that are there, or so many times the counters. */
    private static final int PERIOD_KEYS = 24;
    private static final int PERIOD_COUNTERS = 3;
    private static final long HALF_MASK = 0x7777_7777_7777_7777L;

    private final int longsMax;
    private long[] table = {};
    private long counted;

    /** @param shards among which what the heap has for sketches is divided */
    FrequencySketch(int shards) {
        long longs = Runtime.getRuntime().maxMemory() / HEAP_SHARE / Long.BYTES / shards;
        this.longsMax = (int) Long.highestOneBit(Math.max(BLOCK_LONGS, Math.min(LONGS_MAX, longs)));
    }

    /** How many longs it should have for so many keys, if that is more than it has; else 0. May be asked without the lock. */
    int missingLongs(long keys) {
        int longs = Math.min(LONGS_MIN, longsMax);
        while (longs < longsMax && (long) longs * COUNTERS_A_LONG < keys * COUNTERS_A_KEY) {
            longs *= 2;
        }
        return longs > table.length ? longs : 0;
    }

    /** Goes on in a larger table, made by the caller, who may have no memory for it. */
    void grow(long[] larger) {
        if (larger.length <= table.length) {
            return;
        }
        // A key's block is numbered by its hash's lowest bits: it has the same counters in each of the blocks it may be in now.
        for (int i = 0; table.length > 0 && i < larger.length; i += table.length) {
            System.arraycopy(table, 0, larger, i, table.length);
        }
        table = larger;
    }

    /** How often the key was asked for in this period and, less and less, in those before: 0 to {@value #COUNT_MAX}. */
    int count(long hash) {
        if (table.length == 0) {
            return 0;
        }
        int block = block(hash);
        int least = COUNT_MAX;
        for (int row = 0; row < ROWS; row++) {
            least = Math.min(least, counter(table[block + place(hash, row)], shift(hash, row)));
        }
        return least;
    }

    /** Reads where this key is counted: of several, their cache misses are under way at once. */
    long touch(long hash) {
        return table.length == 0 ? 0 : table[block(hash)];
    }

    /** The key was asked for so often; returns what {@link #count} does now. */
    int add(long hash, int times, long keys) {
        if (table.length == 0) {
            return Math.min(COUNT_MAX, times);
        }
        int before = count(hash);
        if (times == 0) {
            return before;
        }
        int count = Math.min(COUNT_MAX, before + times);
        int block = block(hash);
        for (int row = 0; row < ROWS; row++) {
            int at = block + place(hash, row);
            int shift = shift(hash, row);
            long counters = table[at];
            if (counter(counters, shift) < count) {
                table[at] = counters & ~(0xFL << shift) | (long) count << shift;
            }
        }
        counted += times;
        if (counted >= PERIOD_KEYS * keys || counted >= (long) PERIOD_COUNTERS * COUNTERS_A_LONG * table.length) {
            age();
        }
        return count;
    }

    void clear() {
        Arrays.fill(table, 0);
        counted = 0;
    }

    private void age() {
        for (int i = 0; i < table.length; i++) {
            table[i] = table[i] >>> 1 & HALF_MASK;
        }
        counted /= 2;
    }

    private static int counter(long counters, int shift) {
        return (int) (counters >>> shift) & COUNT_MAX;
    }

    private int block(long hash) {
        return (int) hash & table.length - BLOCK_LONGS;
    }

    /** Each row has two longs of a block. */
    private static int place(long hash, int row) {
        return 2 * row + ((int) (hash >>> 16 + 5 * row) & 1);
    }

    private static int shift(long hash, int row) {
        return ((int) (hash >>> 17 + 5 * row) & 0xF) << 2;
    }
}
