package kv.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine: W-TinyLFU with a window that adapts. It is seeded by chance, and its hit rate moves by up to two points. */
final class CaffeineCache implements CachePolicy {
    private final Cache<Integer, Integer> cache;

    CaffeineCache(int room) {
        cache = Caffeine.newBuilder().maximumSize(room).initialCapacity(room).executor(Runnable::run).build();
    }

    @Override
    public boolean request(int key) {
        if (cache.getIfPresent(key) != null) {
            return true;
        }
        cache.put(key, key);
        return false;
    }

    @Override
    public long size() {
        return cache.estimatedSize();
    }
}
