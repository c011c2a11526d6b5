package kv.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lettuce as applications use it, in each version of the protocol: one connection for all threads, replies in order. */
class LettuceTest {
    private static final int THREADS = 20;
    private static final int KEYS_A_THREAD = 50;
    private static final int REPLY_SECONDS_MAX = 300;

    private static TestServer server;
    private static RedisClient client;

    @BeforeAll
    static void start() {
        server = new TestServer();
        client = RedisClient.create(RedisURI.builder().withHost(TestServer.HOST).withPort(server.port())
                .withClientName("lettuce-test").withTimeout(Duration.ofSeconds(REPLY_SECONDS_MAX)).build());
    }

    @AfterAll
    static void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        server.close();
    }

    @AfterEach
    void empty() {
        try (StatefulRedisConnection<String, String> connection = connect(ProtocolVersion.RESP2)) {
            connection.sync().flushdb();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESP2", "RESP3"})
    void transaction_itsOwnApi_asInRedis(ProtocolVersion version) {
        try (StatefulRedisConnection<String, String> connection = connect(version);
                StatefulRedisConnection<String, String> other = connect(version)) {
            RedisCommands<String, String> redis = connection.sync();
            redis.select(1);
            redis.watch("n");
            redis.multi();
            redis.set("n", "1");
            redis.incr("n");
            assertEquals(List.of("OK", 2L), redis.exec().stream().toList());
            redis.watch("n");
            other.sync().select(1);
            other.sync().set("n", "5");
            redis.multi();
            redis.incr("n");
            assertTrue(redis.exec().wasDiscarded());
            assertEquals("5", redis.get("n"));
            redis.flushdb();
        }
    }

    private static StatefulRedisConnection<String, String> connect(ProtocolVersion version) {
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        return client.connect();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void strings_ofAllKinds_asInRedis(ProtocolVersion version) {
        try (StatefulRedisConnection<String, String> connection = connect(version)) {
            RedisCommands<String, String> redis = connection.sync();
            assertEquals("PONG", redis.ping());
            assertEquals("OK", redis.set("name", "grün und blau"));
            assertEquals("grün und blau", redis.get("name"));
            assertNull(redis.get("absent"));
            assertNull(redis.set("name", "other", SetArgs.Builder.nx()));
            Map<String, String> pairs = new HashMap<>(Map.of("a", "1", "b", "2"));
            assertEquals("OK", redis.mset(pairs));
            assertEquals(List.of(KeyValue.just("a", "1"), KeyValue.empty("absent"), KeyValue.just("b", "2")),
                    redis.mget("a", "absent", "b"));
            assertEquals(42, redis.incrby("a", 41));
            assertEquals("OK", redis.rename("a", "c"));
            assertTrue(redis.copy("c", "d"));
            assertEquals(2, redis.del("c", "d", "absent"));
            assertEquals(2, redis.dbsize());
            assertEquals("lettuce-test", redis.clientGetname());
            assertThrows(RedisCommandExecutionException.class, () -> redis.incr("name"));
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void expiry_setReadAndTakenAway_asInRedis(ProtocolVersion version) {
        try (StatefulRedisConnection<String, String> connection = connect(version)) {
            RedisCommands<String, String> redis = connection.sync();
            redis.set("k", "v", SetArgs.Builder.ex(100));
            long left = redis.pttl("k");
            assertTrue(left > 0 && left <= 100_000, left + " ms");
            assertTrue(redis.expire("k", 1000));
            assertTrue(redis.ttl("k") > 900);
            assertTrue(redis.persist("k"));
            assertEquals(-1, redis.ttl("k"));
            assertTrue(redis.expireat("k", 1));
            assertNull(redis.get("k"));
            assertEquals(-2, redis.ttl("k"));
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void scan_withPattern_findsEachKey(ProtocolVersion version) {
        try (StatefulRedisConnection<String, String> connection = connect(version)) {
            RedisCommands<String, String> redis = connection.sync();
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                redis.set((i % 2 == 0 ? "even:" : "odd:") + i, "v");
                if (i % 2 == 0) {
                    expected.add("even:" + i);
                }
            }
            Set<String> found = new HashSet<>();
            ScanArgs args = ScanArgs.Builder.matches("even:*").limit(20);
            KeyScanCursor<String> page = redis.scan(args);
            found.addAll(page.getKeys());
            while (!page.isFinished()) {
                page = redis.scan(page, args);
                found.addAll(page.getKeys());
            }
            assertEquals(expected, found);
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void binary_keysAndValues_unchanged(ProtocolVersion version) {
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            RedisCommands<byte[], byte[]> redis = connection.sync();
            for (int length : new int[] {0, 1, 2, 255, 65_535, TestServer.MEBIBYTE}) {
                byte[] key = TestServer.allBytes(Math.min(length, 65_535));
                byte[] value = TestServer.allBytes(length);
                assertEquals("OK", redis.set(key, value));
                assertArrayEquals(value, redis.get(key));
                assertEquals(length, redis.strlen(key));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void connection_sharedBy20Threads_losesNothing(ProtocolVersion version) throws Exception {
        try (StatefulRedisConnection<String, String> connection = connect(version)) {
            RedisCommands<String, String> redis = connection.sync();
            ManyThreads.run(THREADS, thread -> {
                for (int i = 0; i < KEYS_A_THREAD; i++) {
                    String key = thread + ":" + i;
                    assertEquals("OK", redis.set(key, "value of " + key));
                    assertEquals("value of " + key, redis.get(key));
                    redis.incr("all");
                }
            });
            assertEquals(Integer.toString(THREADS * KEYS_A_THREAD), redis.get("all"));
            assertEquals(THREADS * KEYS_A_THREAD + 1, server.keys());
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void commands_sentWithoutWaiting_answeredInOrder(ProtocolVersion version) throws Exception {
        try (StatefulRedisConnection<String, String> connection = connect(version)) {
            List<RedisFuture<Long>> replies = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                replies.add(connection.async().incr("n"));
            }
            for (int i = 0; i < 1000; i++) {
                assertEquals(i + 1, replies.get(i).get(REPLY_SECONDS_MAX, TimeUnit.SECONDS));
            }
        }
    }
}
