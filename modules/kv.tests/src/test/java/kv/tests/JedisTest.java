package kv.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** Jedis as applications use it, in each version of the protocol. */
class JedisTest {
    private static final int THREADS = 20;
    private static final int KEYS_A_THREAD = 50;
    private static final int REPLY_MILLIS_MAX = 300_000;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void empty() {
        try (RedisClient jedis = client(RedisProtocol.RESP2)) {
            jedis.flushDB();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void transaction_itsOwnApi_asInRedis(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol); RedisClient other = client(protocol)) {
            try (AbstractTransaction transaction = jedis.multi()) {
                transaction.set("n", "1");
                Response<Long> sum = transaction.incr("n");
                assertEquals(List.of("OK", 2L), transaction.exec());
                assertEquals(2, sum.get());
            }
            try (AbstractTransaction transaction = jedis.transaction(false)) {
                transaction.watch("n");
                other.set("n", "5");
                transaction.multi();
                transaction.incr("n");
                assertNull(transaction.exec());
            }
            assertEquals("5", jedis.get("n"));
        }
    }

    private static RedisClient client(RedisProtocol protocol) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(THREADS);
        pool.setMaxIdle(THREADS);
        return RedisClient.builder().hostAndPort(new HostAndPort(TestServer.HOST, server.port()))
                .clientConfig(DefaultJedisClientConfig.builder().protocol(protocol).clientName("jedis-test")
                        .timeoutMillis(REPLY_MILLIS_MAX).build())
                .poolConfig(pool).build();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void strings_ofAllKinds_asInRedis(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol)) {
            assertEquals("PONG", jedis.ping());
            assertEquals("OK", jedis.set("name", "grün und blau"));
            assertEquals("grün und blau", jedis.get("name"));
            assertNull(jedis.get("absent"));
            assertNull(jedis.set("name", "other", SetParams.setParams().nx()));
            assertEquals("OK", jedis.mset("a", "1", "b", "2"));
            assertEquals(Arrays.asList("1", null, "2"), jedis.mget("a", "absent", "b"));
            assertEquals(42, jedis.incrBy("a", 41));
            assertEquals("OK", jedis.rename("a", "c"));
            assertTrue(jedis.copy("c", "d", false));
            assertEquals(2, jedis.del("c", "d", "absent"));
            assertEquals(2, jedis.dbSize());
            assertThrows(JedisDataException.class, () -> jedis.incrBy("name", 1));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void expiry_setReadAndTakenAway_asInRedis(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol)) {
            jedis.set("k", "v", SetParams.setParams().ex(100));
            long left = jedis.pttl("k");
            assertTrue(left > 0 && left <= 100_000, left + " ms");
            assertEquals(1, jedis.expire("k", 1000));
            assertTrue(jedis.ttl("k") > 900);
            assertEquals(1, jedis.persist("k"));
            assertEquals(-1, jedis.ttl("k"));
            assertEquals(1, jedis.expireAt("k", 1));
            assertNull(jedis.get("k"));
            assertEquals(-2, jedis.ttl("k"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void scan_withPattern_findsEachKey(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol)) {
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                jedis.set((i % 2 == 0 ? "even:" : "odd:") + i, "v");
                if (i % 2 == 0) {
                    expected.add("even:" + i);
                }
            }
            Set<String> found = new HashSet<>();
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> page = jedis.scan(cursor, new ScanParams().match("even:*").count(20));
                found.addAll(page.getResult());
                cursor = page.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            assertEquals(expected, found);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void binary_keysAndValues_unchanged(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol)) {
            for (int length : new int[] {0, 1, 2, 255, 65_535, TestServer.MEBIBYTE}) {
                byte[] key = TestServer.allBytes(Math.min(length, 65_535));
                byte[] value = TestServer.allBytes(length);
                assertEquals("OK", jedis.set(key, value));
                assertArrayEquals(value, jedis.get(key));
                assertEquals(length, jedis.strlen(key));
            }
            byte[] lineEnds = "\r\n\0*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
            jedis.set(lineEnds, lineEnds);
            assertArrayEquals(lineEnds, jedis.get(lineEnds));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void pool_of20Threads_losesNothing(RedisProtocol protocol) throws Exception {
        try (RedisClient jedis = client(protocol)) {
            ManyThreads.run(THREADS, thread -> {
                for (int i = 0; i < KEYS_A_THREAD; i++) {
                    String key = thread + ":" + i;
                    assertEquals("OK", jedis.set(key, "value of " + key));
                    assertEquals("value of " + key, jedis.get(key));
                    jedis.incr("all");
                }
            });
            assertEquals(Integer.toString(THREADS * KEYS_A_THREAD), jedis.get("all"));
            assertEquals(THREADS * KEYS_A_THREAD + 1, server.keys());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void pipeline_of1000Commands_answersInOrder(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol); Pipeline pipeline = jedis.pipelined()) {
            List<Response<Long>> replies = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                replies.add(pipeline.incr("n"));
            }
            pipeline.sync();
            for (int i = 0; i < 1000; i++) {
                assertEquals(i + 1, replies.get(i).get());
            }
        }
    }

    @Test
    void protocol_leftToTheClient_isNegotiated() {
        try (RedisClient jedis = RedisClient.create(TestServer.HOST, server.port())) {
            jedis.set("k", "v");
            assertEquals("v", jedis.get("k"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void insight_infoAndConfig_areUnderstood(RedisProtocol protocol) {
        try (RedisClient jedis = client(protocol)) {
            assertTrue(jedis.info().startsWith("# Server"), "INFO begins with # Server");
            assertTrue(jedis.info("server").contains("redis_version:7."), "a version that clients know");
            assertEquals("no", jedis.configGet("appendonly").get("appendonly"));
        }
    }
}
