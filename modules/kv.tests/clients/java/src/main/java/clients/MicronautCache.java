package clients;

import static clients.Check.equal;

import io.micronaut.cache.SyncCache;
import io.micronaut.configuration.lettuce.cache.RedisCache;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.Map;
import java.util.Optional;

/** Micronaut's cache over Lettuce. */
final class MicronautCache {
    public static void main(String[] args) {
        Check check = new Check(args, "micronaut-redis-lettuce", RedisCache.class);
        check.check("cache", () -> {
            ApplicationContext context = ApplicationContext.run(Map.of("redis.uri", "redis://127.0.0.1:" + check.port + "/"
                    + check.database, "redis.caches.mn.expire-after-write", "60s"));
            SyncCache<?> cache = context.getBean(RedisCache.class, Qualifiers.byName("mn"));
            cache.put("a", "v");
            equal(cache.get("a", String.class), Optional.of("v"));
            equal(cache.putIfAbsent("a", "w"), Optional.of("v"));
            equal(cache.get("made", String.class, () -> "x"), "x");
            cache.invalidate("a");
            equal(cache.get("a", String.class), Optional.empty());
            cache.invalidateAll();
            equal(cache.get("made", String.class), Optional.empty());
        });
        System.exit(0);
    }
}
