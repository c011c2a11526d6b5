package kv.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What Redis does with {@code allkeys-lru}: of five keys picked by chance, and the best picked before, the oldest goes. */
final class SampledLru implements CachePolicy {
    private static final int SAMPLES = 5;
    private static final int POOL = 16;
    private static final int ABSENT = -1;

    private final SplittableRandom random = new SplittableRandom(1);
    /** Where each key lies in the two arrays behind it. */
    private final int[] placeOf;
    private final int[] keys;
    private final int[] usedAt;
    private int size;
    private int now;
    private final int[] pool = new int[POOL];
    private int pooled;

    SampledLru(int room, int keyEnd) {
        placeOf = new int[keyEnd];
        Arrays.fill(placeOf, ABSENT);
        keys = new int[room];
        usedAt = new int[room];
    }

    @Override
    public boolean request(int key) {
        now++;
        int place = placeOf[key];
        if (place != ABSENT) {
            usedAt[place] = now;
            return true;
        }
        if (size == keys.length) {
            evict();
        }
        keys[size] = key;
        usedAt[size] = now;
        placeOf[key] = size++;
        return false;
    }

    private void evict() {
        for (int i = 0; i < SAMPLES; i++) {
            consider(keys[random.nextInt(size)]);
        }
        int oldest = 0;
        for (int i = 1; i < pooled; i++) {
            oldest = age(pool[i]) > age(pool[oldest]) ? i : oldest;
        }
        int victim = pool[oldest];
        pool[oldest] = pool[--pooled];
        int place = placeOf[victim];
        placeOf[victim] = ABSENT;
        size--;
        if (place != size) {
            keys[place] = keys[size];
            usedAt[place] = usedAt[size];
            placeOf[keys[place]] = place;
        }
    }

    private void consider(int key) {
        int youngest = 0;
        for (int i = 0; i < pooled; i++) {
            if (pool[i] == key) {
                return;
            }
            youngest = age(pool[i]) < age(pool[youngest]) ? i : youngest;
        }
        if (pooled < POOL) {
            pool[pooled++] = key;
        } else if (age(key) > age(pool[youngest])) {
            pool[youngest] = key;
        }
    }

    private int age(int key) {
        return now - usedAt[placeOf[key]];
    }

    @Override
    public long size() {
        return size;
    }
}
