package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole server with a TLS port. */
class TlsPortTest extends LiveServer {
    @TempDir
    static Path folder;
    private static TestKeys keys;
    private static TestKeys others;

    @BeforeAll
    static void makeKeys() throws IOException {
        keys = TestKeys.make(folder, "server", 30);
        others = TestKeys.make(folder, "client", 30);
    }

    /** One connection, in the text protocol. */
    private final class TlsClient implements AutoCloseable {
        private final SSLSocket socket;
        private final BufferedReader in;

        TlsClient(SSLContext context) throws IOException {
            socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"),
                    server().tlsAddresses().get(0).getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void plainAndTls_sideBySide_shareTheStore() throws IOException {
        start(keys.settings("port", "0"));
        try (TlsClient client = new TlsClient(keys.client(null))) {
            assertEquals("OK", client.ask("SET key value"));
            assertEquals("VALUE value", client().line("GET key"));
        }
        assertTrue(client().ask("CONFIG", "GET", "tls-port").contains("" + server().tlsAddresses().get(0).getPort()));
    }

    @Test
    void configSet_otherKey_holdsForNewConnections_wrongOneForNobody() throws IOException {
        start(keys.settings("port", "0"));
        assertEquals("+OK\r\n", client().ask("CONFIG", "SET", "tls-keystore", others.keyStore().toString()));
        try (TlsClient client = new TlsClient(others.client(null))) {
            assertEquals("OK", client.ask("SET key value"));
        }
        String refused = client().ask("CONFIG", "SET", "tls-keystore", keys.certificate().toString());
        assertTrue(refused.contains("it is no key store in PKCS#12, or damaged"), refused);
        assertTrue(client().ask("CONFIG", "SET", "tls-client-auth", "required").contains("needs a tls-ca"));
        assertEquals("+OK\r\n", client().ask("CONFIG", "SET", "tls-ca-cert-file", keys.certificate().toString(),
                "tls-auth-clients", "optional"));
        try (TlsClient client = new TlsClient(others.client(null))) {
            assertEquals("VALUE value", client.ask("GET key"));
        }
    }

    @Test
    void portOff_thereIsNoPlainPort() throws IOException {
        start(keys.settings());
        assertEquals(0, server().addresses().size());
        try (TlsClient client = new TlsClient(keys.client(null))) {
            assertEquals("OK", client.ask("SET key value"));
        }
    }

    @Test
    void clientCertificate_requiredWhereThereIsACa() throws IOException {
        start(keys.settings("tls-ca", others.certificate().toString()));
        try (TlsClient client = new TlsClient(keys.client(others))) {
            assertEquals("OK", client.ask("SET key value"));
        }
        for (TestKeys shown : new TestKeys[] {null, keys}) {
            try (TlsClient client = new TlsClient(keys.client(shown))) {
                assertThrows(IOException.class, () -> client.ask("GET key"), "shown: " + shown);
            }
        }
    }

    @Test
    void clientCertificate_optional_withoutOneIsServed() throws IOException {
        start(keys.settings("tls-ca", others.certificate().toString(), "tls-client-auth", "optional"));
        try (TlsClient client = new TlsClient(keys.client(null))) {
            assertEquals("OK", client.ask("SET key value"));
        }
    }

    /**
     * What JSSE allocates a record is not ours to change, but ours to know: so many bytes for what is received and sent at once,
     * with one command in it or with a hundred.
     */
    @ParameterizedTest
    @CsvSource({"1, 8000", "100, 160"})
    void allocation_aCommand_isBounded(int pipeline, int bytesMax) throws IOException {
        start(keys.settings());
        String requests = "GET key\n".repeat(pipeline);
        String reply = "VALUE value\n";
        try (TlsClient client = new TlsClient(keys.client(null))) {
            client.ask("SET key value");
            int rounds = 20_000 / Math.max(10, pipeline);
            serve(client, requests, reply, pipeline, rounds);
            long before = allocatedBytes();
            serve(client, requests, reply, pipeline, rounds);
            double perCommand = (allocatedBytes() - before) / (double) (pipeline * rounds);
            System.out.println("TLS, pipeline " + pipeline + ": " + perCommand + " bytes allocated a command");
            assertTrue(perCommand <= bytesMax, perCommand + " bytes a command");
        }
    }

    private static void serve(TlsClient client, String requests, String reply, int pipeline, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            client.socket.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < pipeline; i++) {
                assertEquals(reply.strip(), client.in.readLine());
            }
        }
    }

    private static long allocatedBytes() {
        long[] ids = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("kv-(worker|loop|slow|tls)-\\d+")).mapToLong(Thread::getId).toArray();
        return Arrays.stream(((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(ids)).sum();
    }
}
