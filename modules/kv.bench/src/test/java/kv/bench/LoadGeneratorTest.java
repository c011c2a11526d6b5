package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The load generator against our server, and against servers that lie, fail and stall. */
@Timeout(600)
final class LoadGeneratorTest {
    private static final int OPS = 2000;

    @ParameterizedTest
    @CsvSource({"text,1,32", "text,16,32", "text,4,100000", "resp,1,32", "resp,16,32", "resp,4,100000"})
    void run_ourServer_allRepliesRight(String protocol, String pipeline, String valueSize) throws Exception {
        try (KvServer server = ourServer()) {
            LoadResult result = run(port(server), "--proto", protocol, "--pipeline", pipeline, "--value-size", valueSize,
                    "--keys", "200", "--connections", "7", "--threads", "2", "--preload", "--expect-hits", "--get-ratio", "0.5");
            assertEquals(OPS, result.ops());
            assertEquals(result.gets(), result.hits());
            assertTrue(result.isAllRight());
            assertEquals(200, server.store().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,32", "16,32", "4,100000"})
    void run_ourServerOverTls_allRepliesRight(String pipeline, String valueSize, @TempDir Path folder) throws Exception {
        String store = folder.resolve("store.p12").toString();
        Path password = Files.writeString(folder.resolve("password"), "changeit\n");
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-groupname", "secp256r1", "-dname", "CN=any", "-storetype", "PKCS12", "-keystore", store, "-storepass",
                "changeit").inheritIO().start().waitFor();
        try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "off").with("bind", "127.0.0.1")
                .with("tls-port", "0").with("tls-keystore", store).with("tls-keystore-password-file", password.toString())
                .with("tls-handshake-timeout", "10m").with("max-memory", "64m"))) {
            LoadResult result = run(Integer.toString(server.tlsAddresses().get(0).getPort()), "--tls", "--pipeline", pipeline,
                    "--value-size", valueSize, "--keys", "200", "--connections", "7", "--threads", "2", "--preload",
                    "--expect-hits", "--get-ratio", "0.5");
            assertEquals(OPS, result.ops());
            assertTrue(result.isAllRight());
            assertEquals(200, server.store().size());
        }
    }

    @Test
    void run_openLoopOnOurServer_sendsAllThatIsDue() throws Exception {
        try (KvServer server = ourServer()) {
            LoadResult result = run(port(server), "--rate", "20000", "--preload", "--keys", "1000", "--expect-hits");
            assertEquals(OPS, result.ops() + result.unsent());
            assertTrue(result.isAllRight());
        }
    }

    /** Requests are appended while earlier ones are half written, and the buffer grows meanwhile. */
    @Test
    void run_openLoopOfMoreThanTheSocketTakes_writesEveryByteOnce() throws Exception {
        try (KvServer server = ourServer()) {
            LoadResult result = run(port(server), "--rate", "100000", "--connections", "1", "--pipeline", "64", "--get-ratio",
                    "0", "--value-size", "200000", "--keys", "100");
            assertTrue(result.isAllRight());
        }
    }

    @Test
    void run_noKeys_countsMisses() throws Exception {
        try (KvServer server = ourServer()) {
            LoadResult result = run(port(server), "--get-ratio", "1");
            assertEquals(OPS, result.misses());
            assertTrue(result.isAllRight());
        }
    }

    @Test
    void run_lookAside_setsWhatItDidNotFind() throws Exception {
        for (String rate : new String[] {"0", "20000"}) {
            try (KvServer server = ourServer()) {
                LoadResult result = run(port(server), "--get-ratio", "1", "--look-aside", "--skew", "0.9", "--keys", "300",
                        "--pipeline", "4", "--rate", rate);
                assertTrue(result.isAllRight());
                assertEquals(result.misses(), result.sets());
                assertTrue(result.misses() >= server.store().size() && server.store().size() > 100, result.toString());
                assertTrue(result.hits() > result.misses(), result.toString());
            }
        }
    }

    @Test
    void run_reload_setsWhatItFound() throws Exception {
        try (KvServer server = ourServer()) {
            LoadResult result = run(port(server), "--get-ratio", "1", "--look-aside", "--reload", "0.25", "--keys", "300",
                    "--preload");
            assertTrue(result.isAllRight());
            assertEquals(0, result.misses());
            assertEquals(result.hits() / 4.0, result.sets(), result.hits() / 8.0);
        }
    }

    @Test
    void run_noKeysButHitsExpected_countsMismatches() throws Exception {
        try (KvServer server = ourServer()) {
            assertEquals(OPS, run(port(server), "--get-ratio", "1", "--expect-hits").mismatches());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "16"})
    void run_memcacheServer_allRepliesRight(String pipeline) throws Exception {
        Map<String, String> values = new ConcurrentHashMap<>();
        StubServer.Answer memcached = (line, more) -> {
            String[] words = line.split(" ");
            if (words[0].equals("set")) {
                values.put(words[1], StubServer.line(more));
                return "STORED\r\n";
            }
            String value = values.get(words[1]);
            return (value == null ? "" : "VALUE " + words[1] + " 0 " + value.length() + "\r\n" + value + "\r\n") + "END\r\n";
        };
        try (StubServer server = new StubServer(memcached)) {
            LoadResult result = run(server.port(), "--proto", "memcache", "--pipeline", pipeline, "--preload", "--keys", "100",
                    "--expect-hits", "--get-ratio", "0.5");
            assertEquals(result.gets(), result.hits());
            assertTrue(result.isAllRight());
        }
    }

    /** Each lie a client could overlook if it looked at the reply's kind, its length or a part of it only. */
    @ParameterizedTest
    @ValueSource(strings = {"one letter", "other key", "too short", "too long", "nothing", "OK\n", "VALUE \n", "\n"})
    void run_lyingServer_countsEveryLie(String lie) throws Exception {
        AtomicInteger gets = new AtomicInteger();
        AtomicInteger lies = new AtomicInteger();
        StubServer.Answer liar = (line, more) -> {
            String key = line.split(" ")[1];
            if (gets.incrementAndGet() % 5 != 0) {
                return hit(key);
            }
            lies.incrementAndGet();
            return lie(lie, key);
        };
        try (StubServer server = new StubServer(liar)) {
            LoadResult result = run(server.port(), "--get-ratio", "1", "--expect-hits", "--pipeline", "4");
            assertEquals(OPS, result.ops());
            assertEquals(lies.get(), result.mismatches());
            assertEquals(0, result.errors());
        }
    }

    @Test
    void run_failingServer_countsErrors() throws Exception {
        try (StubServer server = new StubServer((line, more) -> "ERROR out of memory\n")) {
            LoadResult result = run(server.port());
            assertEquals(OPS, result.errors());
            assertEquals(0, result.mismatches());
        }
    }

    @Test
    void run_serverThatHangsUp_countsRequestsInFlight() throws Exception {
        try (StubServer server = new StubServer((line, more) -> null)) {
            LoadResult result = run(server.port(), "--connections", "3");
            assertEquals(3, result.errors());
            assertEquals(0, result.ops());
        }
    }

    @Test
    void run_silentServer_givesUp() throws Exception {
        try (StubServer server = new StubServer((line, more) -> "")) {
            LoadResult result = run(server.port(), "--connections", "3", "--timeout", "0.2");
            assertEquals(3, result.errors());
        }
    }

    /** 100 requests are due within 100 ms, and the server says nothing for 300 ms: each has waited 200 ms at least. */
    @Test
    void run_openLoopOnStalledServer_chargesTheStallToAllThatWereDue() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        StubServer.Answer staller = (line, more) -> {
            if (requests.getAndIncrement() == 0) {
                stall(TimeUnit.MILLISECONDS.toNanos(300));
            }
            return hit(line.split(" ")[1]);
        };
        try (StubServer server = new StubServer(staller)) {
            LoadResult result = run(server.port(), "--get-ratio", "1", "--connections", "1", "--rate", "1000", "--ops", "100");
            assertEquals(100, result.ops());
            assertEquals(0, result.latencies().countAtMost(TimeUnit.MILLISECONDS.toNanos(190)),
                    "latencies shorter than the stall");
        }
    }

    @Test
    void run_openLoopBeyondTheServer_saysWhatWasNotSent() throws Exception {
        StubServer.Answer silent = (line, more) -> "";
        try (StubServer server = new StubServer(silent)) {
            LoadResult result = run(server.port(), "--connections", "1", "--rate", "1000", "--ops", "1000000", "--seconds", "0.2",
                    "--timeout", "0.3");
            assertEquals(0, result.ops());
            assertEquals(1, result.errors());
            assertEquals(199, result.unsent());
        }
    }

    @Test
    void run_nobodyListens_throws() {
        assertThrows(IOException.class, () -> run("1"));
    }

    private static KvServer ourServer() throws Exception {
        return KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "64m"));
    }

    private static String port(KvServer server) {
        return Integer.toString(server.addresses().get(0).getPort());
    }

    /** Later options win. */
    private static LoadResult run(String port, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--port", port, "--ops", Integer.toString(OPS), "--seconds", "300", "--warmup",
                "0", "--timeout", "300", "--silent"));
        all.addAll(Arrays.asList(options));
        return LoadGenerator.run(LoadOptions.parse(all.toArray(String[]::new)), System.err);
    }

    private static String hit(String key) {
        byte[] reply = new byte[100];
        int end = new Wire(Wire.Protocol.TEXT, 16, 32).putHit(reply, 0, Integer.parseInt(key.substring(1)));
        return new String(reply, 0, end, StandardCharsets.ISO_8859_1);
    }

    private static String lie(String kind, String key) {
        String right = hit(key);
        int middle = right.length() / 2;
        return switch (kind) {
            case "one letter" -> right.substring(0, middle) + '!' + right.substring(middle + 1);
            case "other key" -> hit("k" + (Integer.parseInt(key.substring(1)) + 1));
            case "too short" -> right.substring(0, right.length() - 2) + "\n";
            case "too long" -> right.substring(0, right.length() - 1) + "a\n";
            case "nothing" -> "NOT_FOUND\n";
            default -> kind;
        };
    }

    private static void stall(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
