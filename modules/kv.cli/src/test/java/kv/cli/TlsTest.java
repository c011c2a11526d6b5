package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a server that has a key made for this test: whom the client believes, and what it says else. */
@Timeout(600)
final class TlsTest {
    @TempDir
    static Path folder;
    private static KvServer server;
    private static String certificate;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        String store = folder.resolve("keys.p12").toString();
        certificate = folder.resolve("certificate.pem").toString();
        keytool("-genkeypair", "-alias", "kv", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=kv", "-ext",
                "SAN=ip:127.0.0.1,dns:kv.example.org", "-storetype", "PKCS12", "-keystore", store, "-storepass", "changeit");
        keytool("-exportcert", "-rfc", "-alias", "kv", "-file", certificate, "-keystore", store, "-storepass", "changeit");
        server = KvServer.start(ServerConfig.defaults().with("port", "off").with("tls-port", "0").with("bind", "127.0.0.1,::1")
                .with("max-memory", "64m").with("tls-keystore", store).with("tls-keystore-password-file",
                Files.writeString(folder.resolve("password"), "changeit").toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void keytool(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(args));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
    }

    /** What it prints, replies and errors. */
    private String run(String... args) {
        List<String> all = new ArrayList<>(List.of("-p", Integer.toString(server.tlsAddresses().get(0).getPort())));
        all.addAll(List.of(args));
        out.reset();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Cli(new Surroundings(new ByteArrayInputStream(new byte[0]), printed, printed, false, false, Map.of()))
                .run(all.toArray(String[]::new));
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void certificateTrusted_isServed() {
        assertEquals("OK", run("--tls", "--cacert", certificate, "SET", "key", "value"));
        assertEquals("value", run("--tls", "--cacert", certificate, "--sni", "kv.example.org", "GET", "key"));
        assertEquals("VALUE value", run("--tls", "--cacert", certificate, "--text", "GET", "key"));
        int port = server.tlsAddresses().get(0).getPort();
        assertEquals("value", run("--cacert", certificate, "-u", "rediss://127.0.0.1:" + port, "GET", "key"));
    }

    @Test
    void certificateUnknown_isNotBelieved_unlessToldTo() {
        assertTrue(run("--tls", "PING").startsWith("kv-cli: cannot connect to 127.0.0.1:"));
        assertEquals("PONG", run("--tls", "--insecure", "PING"));
    }

    @Test
    void certificateOfAnotherName_isNotBelieved() {
        String said = run("--tls", "--cacert", certificate, "--sni", "other.example.org", "PING");
        assertTrue(said.contains("other.example.org"), said);
        said = run("-h", "::1", "--tls", "--cacert", certificate, "PING");
        assertTrue(said.startsWith("kv-cli: cannot connect to [::1]:"), said);
    }

    @Test
    void plainClient_isToldNoReply() {
        assertTrue(run("PING").startsWith("kv-cli: "), "a TLS port and no --tls");
    }
}
