package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.BatchStrategies;
import org.springframework.data.redis.cache.BatchStrategy;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The cache that a Spring application gets when it is pointed at this server: Spring Data Redis over Lettuce. Writes are told to
 * be immediate, since by default they may still be under way when {@code put} returns.
 */
class SpringCacheTest {
    private TestServer server;
    private LettuceConnectionFactory connections;

    @BeforeEach
    void start() {
        server = new TestServer();
        connections = new LettuceConnectionFactory(TestServer.HOST, server.port());
        connections.afterPropertiesSet();
        connections.start();
    }

    @AfterEach
    void stop() {
        connections.destroy();
        server.close();
    }

    private Cache cache(RedisCacheWriter writer) {
        RedisCacheManager manager = RedisCacheManager.builder(writer)
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofMinutes(10))).build();
        manager.afterPropertiesSet();
        return manager.getCache("people");
    }

    @Test
    void value_cachedAndEvicted_isComputedOnceEach() {
        Cache cache = cache(RedisCacheWriter.create(connections, options -> options.enableLocking().immediateWrites()));
        AtomicInteger computed = new AtomicInteger();
        assertEquals("v1", cache.get("ada", () -> "v" + computed.incrementAndGet()));
        assertEquals("v1", cache.get("ada", () -> "v" + computed.incrementAndGet()));
        cache.evict("ada");
        assertEquals("v2", cache.get("ada", () -> "v" + computed.incrementAndGet()));
        assertEquals(2, computed.get());
    }

    @Test
    void putIfAbsent_presentKey_keepsIt() {
        Cache cache = cache(RedisCacheWriter.create(connections, options -> options.immediateWrites()));
        assertNull(cache.putIfAbsent("ada", "first"));
        Cache.ValueWrapper present = cache.putIfAbsent("ada", "second");
        assertTrue(present != null && "first".equals(present.get()), "the first stays");
    }

    @Test
    void clear_byKeysOrByScan_emptiesThisCacheOnly() {
        for (BatchStrategy strategy : List.of(BatchStrategies.keys(), BatchStrategies.scan(7))) {
            Cache cache = cache(RedisCacheWriter.create(connections,
                    options -> options.batchStrategy(strategy).immediateWrites()));
            for (int i = 0; i < 100; i++) {
                cache.put("key" + i, i);
            }
            connections.getConnection().stringCommands().set(new byte[] {'x'}, new byte[] {'y'});
            assertEquals(101, server.keys());
            cache.invalidate();
            assertNull(cache.get("key5"));
            assertEquals(1, server.keys());
        }
    }
}
