package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kv.log.DiskStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin port of a whole server. */
final class AdminPortTest {
    /** Figures that nobody changes between the two: INFO's name, and that of the metrics. */
    private static final String[][] SAME_IN_INFO = {
        {"keyspace_hits", "kv_hits_total"}, {"keyspace_misses", "kv_misses_total"},
        {"total_error_replies", "kv_error_replies_total"}, {"evicted_keys", "kv_evicted_keys_total"},
        {"expired_keys", "kv_expired_keys_total"}, {"used_memory_dataset", "kv_values_bytes"},
        {"maxmemory", "kv_memory_bytes{kind=\"limit\"}"}, {"maxclients", "kv_connections_limit"},
        {"rejected_connections", "kv_connections_closed_total{reason=\"rejected\"}"},
        {"slow_commands", "kv_slow_commands_total"}, {"monitor_lines_left_out", "kv_monitor_lines_left_out_total"}};

    @TempDir
    Path directory;

    private static ServerConfig config() {
        return ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "64m")
                .with("admin-port", "0").with("admin-bind", "127.0.0.1");
    }

    private static HttpURLConnection get(KvServer server, String path, String authorization) throws IOException {
        InetSocketAddress address = server.adminAddresses().get(0);
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + address.getPort() + path).toURL()
                .openConnection();
        connection.setConnectTimeout(60_000);
        connection.setReadTimeout(60_000);
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
        return connection;
    }

    private static String body(KvServer server, String path) throws IOException {
        HttpURLConnection connection = get(server, path, null);
        assertEquals(200, connection.getResponseCode());
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, Double> metrics(KvServer server) throws IOException {
        Map<String, Double> metrics = new HashMap<>();
        body(server, "/metrics").lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            metrics.put(line.substring(0, blank), line.endsWith("+Inf") ? Double.POSITIVE_INFINITY
                    : Double.parseDouble(line.substring(blank + 1)));
        });
        return metrics;
    }

    @Test
    void metricsInfoAndStats_afterAKnownSequence_agree() throws Exception {
        try (KvServer server = KvServer.start(config()); Client client = new Client(server.addresses().get(0).getPort())) {
            for (int i = 0; i < 10; i++) {
                client.send("SET k" + i + " value\n");
                assertEquals("OK", client.line());
            }
            for (int i = 0; i < 15; i++) {
                client.send("GET k" + i + "\n");
                assertEquals(i < 10 ? "VALUE value" : "NOT_FOUND", client.line());
            }
            client.send("DEL k0\nNOPE\n");
            assertEquals("DELETED", client.line());
            assertEquals("ERROR unknown command", client.line());
            client.send("STATS\n");
            assertEquals("gets:15 sets:10 dels:1 errors:1 keys:9 bytes:45", client.line());
            Map<String, Double> metrics = metrics(server);
            assertEquals(15, metrics.get("kv_command_duration_seconds_count{command=\"get\"}"));
            assertEquals(15, metrics.get("kv_command_duration_seconds_bucket{command=\"get\",le=\"+Inf\"}"));
            assertEquals(10, metrics.get("kv_command_duration_seconds_count{command=\"set\"}"));
            assertEquals(1, metrics.get("kv_command_duration_seconds_count{command=\"del\"}"));
            assertEquals(1, metrics.get("kv_error_replies_total"));
            assertTrue(metrics.get("kv_wait_seconds_count{for=\"worker\"}") >= 27); // each send waits for a thread
            assertEquals(0, metrics.get("kv_wait_seconds_count{for=\"journal\"}"));
            assertEquals(9, metrics.get("kv_keys"));
            assertEquals(45, metrics.get("kv_values_bytes"));
            assertEquals(1, metrics.get("kv_connections_open"));
            assertEquals(64 << 20, metrics.get("kv_memory_bytes{kind=\"limit\"}"));
            assertEquals(1, metrics.get("kv_up"));
            Map<String, String> info = info(server);
            for (String command : new String[] {"get", "set", "del"}) {
                assertTrue(info.get("cmdstat_" + command).startsWith("calls=" + Math.round(
                        metrics.get("kv_command_duration_seconds_count{command=\"" + command + "\"}")) + ","), info.toString());
            }
            assertTrue(info.get("db0").startsWith("keys=9,"), info.toString());
            for (String[] pair : SAME_IN_INFO) {
                assertEquals(metrics.get(pair[1]), Double.parseDouble(info.get(pair[0])), pair[0] + " is not " + pair[1]);
            }
        }
    }

    /** What INFO says, by name; asked by a client of its own. */
    private static Map<String, String> info(KvServer server) throws IOException {
        Map<String, String> info = new HashMap<>();
        try (Client client = new Client(server.addresses().get(0).getPort())) {
            client.ask("INFO", "everything").lines().filter(line -> line.contains(":"))
                    .forEach(line -> info.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        }
        return info;
    }

    @Test
    void metricsOfADataDirectory_repliesHaveWaited_tellHowLong() throws Exception {
        try (KvServer server = KvServer.start(config().with("data-dir", directory.resolve("data").toString()));
                Client client = new Client(server.addresses().get(0).getPort())) {
            assertEquals(0, metrics(server).get("kv_wait_seconds_count{for=\"journal\"}"));
            for (int i = 0; metrics(server).get("kv_wait_seconds_count{for=\"journal\"}") == 0; i++) {
                assertEquals("OK", client.line("SET k" + i + " v")); // one that is on disk at once has not waited
                assertTrue(i < 10_000);
            }
            assertTrue(metrics(server).get("kv_wait_seconds_sum{for=\"journal\"}") > 0);
            assertEquals(0, metrics(server).get("kv_expiry_lag_seconds"));
        }
    }

    @Test
    void metrics_eachFamily_isOnThePage() throws Exception {
        String page = SettingPages.text("docs/OPERATIONS.md");
        try (KvServer server = KvServer.start(config().with("data-dir", directory.resolve("data").toString()))) {
            body(server, "/metrics").lines().filter(line -> line.startsWith("# TYPE ")).map(line -> line.split(" ")[2])
                    .forEach(family -> assertTrue(page.contains("`" + family + "`"), family));
        }
    }

    @Test
    void health_ofARunningServer_isReady() throws Exception {
        try (KvServer server = KvServer.start(config())) {
            assertEquals("ok\n", body(server, "/healthz"));
            awaitReady(server);
            assertTrue(body(server, "/").startsWith("<!DOCTYPE html>"));
        }
    }

    /** On a busy machine the data port may answer later than a probe waits; then it is asked again. */
    private static void awaitReady(KvServer server) {
        int port = server.adminAddresses().get(0).getPort();
        String said = readiness(port);
        while (said.contains("has not answered PING")) {
            said = readiness(port);
        }
        assertEquals("200 ready", said);
    }

    /** Kubernetes sends nobody to a server that is loading, and takes one away that can acknowledge nothing any more. */
    @Test
    void ready_whileLoadingAndWhenTheLogHasFailed_isRefused() throws Exception {
        int adminPort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            adminPort = free.getLocalPort();
        }
        TroubledDisk disk = new TroubledDisk(DiskStorage.open(directory.resolve("data")));
        disk.closeGate(true);
        CompletableFuture<KvServer> starting = CompletableFuture.supplyAsync(() -> {
            try {
                return KvServer.start(config().with("admin-port", "" + adminPort), death -> { }, disk);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        String said = "";
        while (!said.contains("recovering")) {
            said = readiness(adminPort);
        }
        assertEquals("503 starting: recovering", said);
        disk.closeGate(false);
        try (KvServer server = starting.join()) {
            awaitReady(server);
        }
        try (AdminPort port = AdminPort.open(config().with("admin-port", "" + adminPort), new LogTail(), death -> { })) {
            port.failed("the log has failed: Input/output error");
            port.stopping();
            assertEquals("503 failed: the log has failed: Input/output error", readiness(adminPort));
        }
    }

    /** Status and first line of /readyz; empty if nobody is there yet. */
    private static String readiness(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/readyz").toURL()
                    .openConnection();
            int status = connection.getResponseCode();
            try (InputStream in = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                return status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException notYet) {
            return "";
        }
    }

    @Test
    void token_inAFile_isAskedFor() throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "a token of many letters\nsecond line\n");
        try (KvServer server = KvServer.start(config().with("admin-token-file", file.toString()))) {
            assertEquals(401, get(server, "/metrics", null).getResponseCode());
            assertEquals(200, get(server, "/metrics", "Bearer a token of many letters").getResponseCode());
        }
        Files.writeString(file, "short\n");
        assertThrows(IOException.class, () -> KvServer.start(config().with("admin-token-file", file.toString())));
        assertThrows(IOException.class, () -> KvServer.start(config().with("admin-token-file",
                directory.resolve("none").toString())));
    }

    @Test
    void settings_beyondLoopbackWithoutToken_areRefused() {
        UsageException wrong = assertThrows(UsageException.class,
                () -> CommandLine.parse(new String[] {"--admin-port", "0", "--admin-bind", "0.0.0.0"}, Map.of()));
        assertEquals("--admin-bind: beyond loopback --admin-token-file is needed", wrong.getMessage());
    }

    @Test
    void port_off_isTheDefault() throws Exception {
        try (KvServer server = KvServer.start(config().with("admin-port", "off"))) {
            assertEquals(0, server.adminAddresses().size());
        }
    }
}
