package clients;

import static clients.Check.equal;

import java.time.Duration;
import java.util.List;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** Spring Data. */
final class SpringData {
    public static void main(String[] args) {
        Check check = new Check(args, "spring-data-redis", StringRedisTemplate.class);
        LettuceConnectionFactory factory = factory(check);
        StringRedisTemplate template = new StringRedisTemplate(factory);
        check.check("template", () -> {
            template.opsForValue().set("sp:a", "v", Duration.ofSeconds(100));
            equal(template.opsForValue().get("sp:a"), "v");
            equal(template.getExpire("sp:a") > 50, true);
            equal(template.opsForValue().setIfAbsent("sp:a", "w"), false);
            template.delete("sp:n");
            equal(template.opsForValue().increment("sp:n", 5), 5L);
        });
        check.checkDatabase("sp:a");
        check.check("transactions", () -> equal(template.execute(new SessionCallback<List<Object>>() {
            @Override
            @SuppressWarnings("unchecked")
            public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
                operations.multi();
                operations.opsForValue().set((K) "sp:t", (V) "1");
                operations.opsForValue().increment((K) "sp:t");
                return operations.exec();
            }
        }).size(), 2));
        check.check("scripts", () -> equal(template.execute(RedisScript.of("return redis.call('get', KEYS[1])", String.class),
                List.of("sp:a")), "v"));
        check.check("cache, with a lock", () -> {
            RedisCacheManager manager = RedisCacheManager.builder(RedisCacheWriter.lockingRedisCacheWriter(factory))
                    .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofSeconds(60))).build();
            Cache cache = manager.getCache("sp");
            cache.clear();
            equal(cache.get("k", () -> "made"), "made");
            equal(cache.get("k", () -> "again"), "made");
            equal(cache.putIfAbsent("k", "other").get(), "made");
            cache.evict("k");
            equal(cache.get("k"), null);
            cache.put("k", "v");
            cache.clear();
            equal(cache.get("k"), null);
        });
        System.exit(0);
    }

    static LettuceConnectionFactory factory(Check check) {
        RedisStandaloneConfiguration where = new RedisStandaloneConfiguration("127.0.0.1", check.port);
        where.setDatabase(check.database);
        LettuceConnectionFactory factory = new LettuceConnectionFactory(where);
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }
}
