package kv.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys with the largest sums, of which it remembers only so many: "space saving" (Metwally and others, 2005). A key that is
 * not remembered takes the place of the one with the smallest sum, and begins at that one's sum, which it may have had unseen.
 * What is told of a key is the part that was seen since: a lower bound, and exact for a key that has never been replaced.
 *
 * <p>Guarded by its owner.
 */
final class TopKeys {

    /** @param sum at least so much */
    record Top(byte[] key, long sum) {
    }

    private record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final int max;
    private final Map<Key, Integer> places = new HashMap<>();
    private final Key[] keys;
    private final long[] sums;
    /** Of each sum, what it began with. */
    private final long[] unseen;
    private long total;

    /** @param max keys to remember */
    TopKeys(int max) {
        this.max = max;
        this.keys = new Key[max];
        this.sums = new long[max];
        this.unseen = new long[max];
    }

    /** Adds to the key's sum; keeps the array. */
    void add(byte[] bytes, long amount) {
        total += amount;
        Key key = new Key(bytes);
        Integer place = places.get(key);
        if (place != null) {
            sums[place] += amount;
            return;
        }
        int taken = places.size();
        if (taken == max) {
            taken = smallest();
            places.remove(keys[taken]);
            unseen[taken] = sums[taken];
        }
        places.put(key, taken);
        keys[taken] = key;
        sums[taken] += amount;
    }

    private int smallest() {
        int smallest = 0;
        for (int i = 1; i < max; i++) {
            if (sums[i] < sums[smallest]) {
                smallest = i;
            }
        }
        return smallest;
    }

    /** All that has been added, of whatever key. */
    long total() {
        return total;
    }

    /** The keys with the largest sums, the largest first. */
    List<Top> largest(int count) {
        List<Top> all = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            if (sums[i] > unseen[i]) {
                all.add(new Top(keys[i].bytes, sums[i] - unseen[i]));
            }
        }
        all.sort(Comparator.comparingLong(Top::sum).reversed());
        return all.subList(0, Math.min(count, all.size()));
    }
}
