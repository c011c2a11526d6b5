package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kv.commands.SettingRefusedException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that are changed while a server runs: by CONFIG SET, and by HUP. */
final class LiveSettingsTest extends LiveServer {
    @TempDir
    Path directory;

    private static String value(Client client, String name) throws IOException {
        String[] lines = client.ask("CONFIG", "GET", name).split("\r\n", -1);
        assertEquals("*2", lines[0], name);
        return lines[4];
    }

    private static String refusal(String name, String reason) {
        return "-ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason + "\r\n";
    }

    @Test
    void set_ourNamesAndRedisNames_areOneSettingEachInItsUnit() throws IOException {
        start();
        Client client = client();
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "idle-timeout", "5m", "slow-log-threshold", "1500us"));
        assertEquals("300", value(client, "timeout"));
        assertEquals("1500", value(client, "slowlog-log-slower-than"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "TIMEOUT", "7", "loglevel", "warning", "lua-time-limit", "250"));
        assertEquals("7", value(client, "idle-timeout"));
        assertEquals("warn", value(client, "log-level"));
        assertEquals("250ms", value(client, "script-busy-time"));
        assertEquals("250", value(client, "busy-reply-threshold"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "save", "", "maxmemory-policy", "noeviction")); // as it is
        assertEquals(refusal("save", "can't set immutable config"), client.ask("CONFIG", "SET", "save", "60 1"));
        assertEquals(refusal("workers", "can't set immutable config"), client.ask("CONFIG", "SET", "workers", "2"));
        assertEquals(refusal("idle-timeout", "duplicate parameter"),
                client.ask("CONFIG", "SET", "timeout", "1", "idle-timeout", "1"));
        assertEquals(Integer.toString(port()), value(client, "port"));
    }

    @Test
    void set_oneIsRefused_noneIsSet() throws IOException {
        start("max-connections", "100");
        Client client = client();
        assertEquals(refusal("idle-timeout", "'soon\r\n' is not allowed, ".replace("\r\n", "??")
                + "allowed: 0 to 365d, such as 500ms, 2s, 5m, 1h"),
                client.ask("CONFIG", "SET", "max-connections", "7", "idle-timeout", "soon\r\n"));
        assertEquals("100", value(client, "maxclients"));
        String tooMany = client.ask("CONFIG", "SET", "slow-log-length", "3", "max-connections", "1000000");
        if (DescriptorLimit.descriptors() < 1_000_000) {
            assertTrue(tooMany.startsWith("-ERR CONFIG SET failed (possibly related to argument 'max-connections') - "
                    + "The operating system is not able to handle"), tooMany);
            assertEquals("128", value(client, "slowlog-max-len"));
        }
    }

    @Test
    void maxConnections_lowered_staysOpenWhoIsAndRefusesOthers() throws IOException {
        start();
        Client client = client();
        Client second = client();
        assertEquals("+PONG\r\n", second.ask("PING"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxclients", "1"));
        assertEquals("+PONG\r\n", second.ask("PING"));
        assertEquals("ERROR too many connections", client().line("PING"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxclients", "3"));
        assertEquals("+PONG\r\n", client().ask("PING"));
        assertEquals(3, client.info("maxclients"));
    }

    @Test
    void maxMemory_changed_takesMoreOrRefusesToHoldLess() throws IOException {
        start("max-memory", "32m");
        Client client = client();
        String value = "v".repeat(500_000);
        int held = 0;
        while (client.ask("SET", "k" + held, value).equals("+OK\r\n")) {
            held++;
        }
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory", "64m"));
        assertEquals("64000000", value(client, "maxmemory"));
        assertEquals("64000000", value(client, "max-memory"));
        assertEquals("+OK\r\n", client.ask("SET", "k" + held, value));
        String refused = client.ask("CONFIG", "SET", "max-memory", "16m", "slow-log-length", "3");
        assertTrue(refused.startsWith("-ERR CONFIG SET failed (possibly related to argument 'max-memory') - "), refused);
        assertTrue(refused.contains("are in use"), refused);
        assertEquals("64000000", value(client, "maxmemory"));
        refused = client.ask("CONFIG", "SET", "max-memory", "6t");
        assertTrue(refused.contains("more than there is"), refused);
        assertEquals("+OK\r\n", client.ask("FLUSHALL"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "max-memory", "16m"));
    }

    @Test
    void idleTimeout_set_closesWhoIsIdleAlready() throws IOException {
        start();
        Client idle = client();
        assertEquals("+PONG\r\n", idle.ask("PING"));
        assertEquals("+OK\r\n", client().ask("CONFIG", "SET", "idle-timeout", "50ms"));
        assertNull(idle.line());
    }

    @Test
    void slowLog_lengthAndThreshold_holdAtOnce() throws IOException {
        start();
        Client client = client();
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "2"));
        client.ask("PING");
        client.ask("PING");
        client.ask("PING");
        assertEquals(":2\r\n", client.ask("SLOWLOG", "LEN"));
        assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "slowlog-max-len", "1", "slowlog-log-slower-than", "-1"));
        assertEquals(":1\r\n", client.ask("SLOWLOG", "LEN"));
    }

    /** One that is applied and then has to be undone, because the next cannot be. */
    @Test
    void change_aLaterOneFails_theEarlierIsUndone() throws IOException {
        LiveSettings settings = new LiveSettings(ServerConfig.defaults(), SettingsSources.NONE);
        List<Long> idle = new ArrayList<>();
        settings.onChange(Setting.IDLE_TIMEOUT, now -> idle.add(now.idleTimeoutMillis()));
        settings.onChange(Setting.SEND_TIMEOUT, now -> {
            if (now.sendTimeoutMillis() == 1000) {
                throw new IOException("no room\n");
            }
        });
        SettingRefusedException refused = Assertions.assertThrows(SettingRefusedException.class,
                () -> settings.set(Map.of("idle-timeout", "5", "send-timeout", "1"), "test"));
        assertEquals("send-timeout", refused.name());
        assertEquals("no room?", refused.getMessage());
        assertEquals(List.of(0L, 5000L, 0L), idle);
        assertEquals(0, settings.config().idleTimeoutMillis());
    }

    @Test
    void hangup_fileHasChanged_setsWhatIsLiveAndSaysTheRest() throws Exception {
        Path file = Files.writeString(directory.resolve("kv.conf"), "max-connections 100\nsend-timeout 9s\nworkers 2\n");
        try (ServerProcess server = new ServerProcess("export KV_REQUEST_TIMEOUT=20s", "--config", file.toString());
                Client client = new Client(server.port())) {
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "send-timeout", "8s", "maxclients", "99"));
            Files.writeString(file, "max-connections 101\nsend-timeout 9s\nworkers 3\nidle-timeout soon\nrequest-timeout 1s\n"
                    + "slow-log-length 5\n");
            hangUp(server);
            server.awaitLog("max-connections is 101, as the file says");
            server.awaitLog("idle-timeout stays 0: 'soon' is not allowed");
            server.awaitLog("request-timeout has changed in the file, but KV_REQUEST_TIMEOUT stays on top of it");
            server.awaitLog("slow-log-length is 5");
            assertEquals("8s", value(client, "send-timeout")); // the file says nothing new of it
            Files.writeString(file, "idle-timeout 3s\n");
            hangUp(server);
            server.awaitLog("max-connections is 10000, as the file says");
            server.awaitLog("idle-timeout is 3s");
            server.awaitLog("send-timeout is 5m");
            assertEquals("5m", value(client, "send-timeout"));
            Files.writeString(file, "prot 1\n");
            hangUp(server);
            server.awaitLog(file + ":1: unknown setting 'prot', is port meant? See --help; nothing is changed");
            assertEquals(0, server.stop());
        }
    }

    /**
     * The first alone is refused: clients may show a certificate, and there would be no authority that signs them. What is wrong
     * beside them is no reason either.
     */
    @Test
    void hangup_settingsThatBelongTogether_changeTogether() throws Exception {
        TestKeys keys = TestKeys.make(directory, "server", 30);
        String usual = "tls-port 0\ntls-keystore " + keys.keyStore() + "\ntls-keystore-password-file " + keys.password() + "\n";
        Path file = Files.writeString(directory.resolve("kv.conf"),
                usual + "tls-ca " + keys.certificate() + "\ntls-client-auth optional\n");
        try (ServerProcess server = new ServerProcess("true", "--config", file.toString())) {
            Files.writeString(file, usual + "idle-timeout soon\n");
            hangUp(server);
            server.awaitLog("tls-ca is none, as the file says");
            server.awaitLog("tls-client-auth is auto, as the file says");
            server.awaitLog("idle-timeout stays 0");
            assertEquals(0, server.stop());
        }
    }

    @Test
    void hangup_renewedKeyBehindALink_isShown_damagedOneIsNot() throws Exception {
        TestKeys first = TestKeys.make(directory, "first", 30);
        TestKeys second = TestKeys.make(directory, "second", 30);
        Path link = Files.createSymbolicLink(directory.resolve("current"), first.keyStore());
        try (ServerProcess server = new ServerProcess("true", "--tls-port", "0", "--tls-keystore", link.toString(),
                "--tls-keystore-password-file", first.password().toString(), "--tls-handshake-timeout", "10m");
                Client client = new Client(server.port())) {
            int port = Integer.parseInt(value(client, "tls-port"));
            relink(link, second.keyStore());
            hangUp(server);
            server.awaitLog("TLS: certificate of CN=second");
            relink(link, first.certificate());
            hangUp(server);
            server.awaitLog("TLS: new files refused, the old are kept: '" + link + "': it is no key store in PKCS#12");
            try (Client encrypted = new Client(second.client(null).getSocketFactory().createSocket("127.0.0.1", port))) {
                assertEquals("+PONG\r\n", encrypted.ask("PING"));
            }
            assertEquals(0, server.stop());
        }
    }

    private Path relink(Path link, Path target) throws IOException {
        Path made = Files.createSymbolicLink(directory.resolve("made"), target);
        return Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void hangUp(ServerProcess server) throws Exception {
        new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start().waitFor();
    }

    @Test
    void rewrite_whatWasSet_isReadAtTheNextStart() throws Exception {
        Path file = Files.writeString(directory.resolve("kv.conf"), "# ours\nmax-connections 100 \n");
        try (ServerProcess server = new ServerProcess("true", "--config", file.toString(), "--send-timeout", "9s");
                Client client = new Client(server.port())) {
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxclients", "7", "idle-timeout", "1h", "send-timeout", "8s"));
            assertEquals("+OK\r\n", client.ask("CONFIG", "REWRITE"));
            server.awaitLog("send-timeout was written, but --send-timeout stays on top of the file");
            assertEquals("# ours\nmax-connections 7 \n\n# Set while the server ran, written by CONFIG REWRITE\n"
                    + "idle-timeout 1h\nsend-timeout 8s\n", Files.readString(file));
            assertEquals(7, CommandLine.parse(new String[] {"--config", file.toString()}, Map.of()).config().maxConnections());
            hangUp(server); // finds nothing new
            server.awaitLog("has been read again");
            assertEquals("8s", value(client, "send-timeout"));
            Files.delete(file);
            Files.createDirectory(file);
            String reply = client.ask("CONFIG", "REWRITE");
            assertEquals("-ERR Rewriting config file: settings file: cannot read '" + file + "': it is a directory\r\n", reply);
            assertFalse(Files.isRegularFile(file));
        }
    }
}
