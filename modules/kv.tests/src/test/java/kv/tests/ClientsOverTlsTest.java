package kv.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Jedis and Lettuce over TLS, with a certificate that is checked on both sides and says who the client is. */
class ClientsOverTlsTest {
    private static final String PASSWORD = "changeit";
    private static final int SECONDS_MAX = 300;
    private static final int VALUE_BYTES = 100_000;

    @TempDir
    static Path folder;
    private static Path keyStore;
    private static KvServer server;

    /** One certificate is the server's, the client's, and its own authority. */
    @BeforeAll
    static void start() throws IOException, GeneralSecurityException, InterruptedException {
        keyStore = folder.resolve("app.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "app", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=app", "-ext", "SAN=ip:127.0.0.1",
                "-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass", PASSWORD).inheritIO().start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String base64 = Base64.getMimeEncoder().encodeToString(keys.getCertificate("app").getEncoded());
        Path authority = Files.writeString(folder.resolve("authority.pem"),
                "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
        Path users = Files.writeString(folder.resolve("users.acl"), "user default off\nuser app on ~* &* +@all\n");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        server = KvServer.start(ServerConfig.defaults().with("port", "off").with("bind", TestServer.HOST)
                .with("max-memory", "64m").with("tls-port", "0").with("tls-keystore", keyStore.toString())
                .with("tls-keystore-password-file", password.toString()).with("tls-ca", authority.toString())
                .with("tls-client-user", "cn").with("users-file", users.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static int port() {
        return server.tlsAddresses().get(0).getPort();
    }

    /** That believes this server's certificate. */
    private static SslOptions.Builder ssl() {
        return SslOptions.builder().trustStoreType("PKCS12").keyStoreType("PKCS12").sslVerifyMode(SslVerifyMode.FULL)
                .truststore(keyStore.toFile(), PASSWORD.toCharArray());
    }

    private static RedisClient jedis(SslOptions ssl) {
        return RedisClient.builder().hostAndPort(new HostAndPort(TestServer.HOST, port()))
                .clientConfig(DefaultJedisClientConfig.builder().sslOptions(ssl).timeoutMillis(SECONDS_MAX * 1000).build())
                .poolConfig(new ConnectionPoolConfig()).build();
    }

    @Test
    void jedis_valuesAndPipelines_asItsCertificatesUser() {
        byte[] value = TestServer.allBytes(VALUE_BYTES);
        byte[] key = "jedis".getBytes(StandardCharsets.UTF_8);
        try (RedisClient jedis = jedis(ssl().keystore(keyStore.toFile(), PASSWORD.toCharArray()).build())) {
            assertEquals("OK", jedis.set(key, value));
            assertArrayEquals(value, jedis.get(key));
            try (Pipeline pipeline = jedis.pipelined()) {
                Response<byte[]> last = null;
                for (int i = 0; i < 100; i++) {
                    last = pipeline.get(key);
                }
                pipeline.sync();
                assertArrayEquals(value, last.get());
            }
        }
    }

    @Test
    void jedis_withoutCertificate_isRefused() {
        try (RedisClient jedis = jedis(ssl().build())) {
            assertThrows(JedisConnectionException.class, () -> jedis.get("key"));
        }
    }

    @Test
    void lettuce_values_asItsCertificatesUser() {
        io.lettuce.core.SslOptions ssl = io.lettuce.core.SslOptions.builder().jdkSslProvider()
                .keystore(keyStore.toFile(), PASSWORD.toCharArray())
                .truststore(keyStore.toFile(), PASSWORD).build();
        io.lettuce.core.RedisClient client = io.lettuce.core.RedisClient.create(RedisURI.builder().withHost(TestServer.HOST)
                .withPort(port()).withSsl(true).withTimeout(Duration.ofSeconds(SECONDS_MAX)).build());
        client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
        byte[] value = TestServer.allBytes(VALUE_BYTES);
        byte[] key = "lettuce".getBytes(StandardCharsets.UTF_8);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            assertEquals("app", connection.sync().aclWhoami());
            assertEquals("OK", connection.sync().set(key, value));
            assertArrayEquals(value, connection.sync().get(key));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
    }
}
