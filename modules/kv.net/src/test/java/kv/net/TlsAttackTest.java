package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client may do to a TLS port, and what it costs: its connection, and nobody else's. */
class TlsAttackTest extends ServerTest {
    private static final int HALF_OPEN = 300;
    private static final int HANDSHAKES = Integer.getInteger("kv.handshakes", 800);
    /** An engine that is kept takes 8 KB. */
    private static final int KEPT_BYTES_MAX = 4 << 10;

    private final AtomicInteger engines = new AtomicInteger();

    private SSLEngine engine() {
        engines.incrementAndGet();
        return TlsKeys.engine();
    }

    private void startTls(long handshakeMillis) throws IOException {
        TlsKeys.context(); // made now, not while a handshake's time runs
        InetAddress local = InetAddress.getByName("127.0.0.1");
        TlsConfig tls = new TlsConfig(List.of(local), 0, this::engine, handshakeMillis, 1);
        server = TcpServer.bind(new NetConfig(List.of(local), NetConfig.PORT_OFF, 1, 2, 1000, 0, 0, 0, 8 << 20, BUFFER_BYTES,
                tls, 0), service, failures::add);
        server.start();
    }

    private int tlsPort() {
        return server.tlsAddresses().get(0).getPort();
    }

    private Socket plain() throws IOException {
        return new Socket(InetAddress.getByName("127.0.0.1"), tlsPort());
    }

    private final class TlsClient implements AutoCloseable {
        final SSLSocket socket;
        final BufferedReader in;

        TlsClient(Socket over, String... protocols) throws IOException {
            socket = (SSLSocket) TlsKeys.context().getSocketFactory().createSocket(over, "127.0.0.1", tlsPort(), true);
            socket.setTcpNoDelay(true);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
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

    private void assertOthersAreServed() throws IOException {
        try (TlsClient other = new TlsClient(plain())) {
            assertEquals("still here", other.ask("still here"));
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void keyUpdates_someAreAnswered_manyEndTheConnection() throws IOException {
        startTls(20_000);
        try (TlsClient client = new TlsClient(plain(), "TLSv1.3")) {
            assertEquals("a", client.ask("a"));
            for (int i = 0; i < 10; i++) {
                client.socket.startHandshake(); // asks for new keys
                assertEquals("b", client.ask("b"));
            }
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1000; i++) {
                    client.socket.startHandshake();
                    if (client.ask("c") == null) {
                        throw new IOException("closed");
                    }
                }
            });
        }
        await(() -> server.stats().tls().faults() == 1);
        assertOthersAreServed();
    }

    @Test
    void renegotiation_isRefused() throws IOException {
        startTls(20_000);
        try (TlsClient client = new TlsClient(plain(), "TLSv1.2")) {
            assertEquals("a", client.ask("a"));
            assertThrows(IOException.class, () -> {
                client.socket.startHandshake();
                if (client.ask("b") == null) {
                    throw new IOException("closed");
                }
            });
        }
        await(() -> server.stats().tls().faults() == 1);
        assertOthersAreServed();
    }

    @Test
    void recordsOfRubbish_beforeAndAfterTheHandshake_costTheirConnection() throws IOException {
        startTls(20_000);
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            byte[] record = new byte[5 + random.nextInt(300)];
            random.nextBytes(record);
            record[0] = (byte) (20 + i % 4);
            record[1] = 3;
            record[2] = 3;
            record[3] = (byte) (record.length - 5 >> 8);
            record[4] = (byte) (record.length - 5);
            try (Socket socket = plain()) {
                if (i % 2 == 1) {
                    TlsClient client = new TlsClient(socket, i % 4 == 1 ? "TLSv1.2" : "TLSv1.3");
                    assertEquals("a", client.ask("a"));
                }
                socket.getOutputStream().write(record);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException reset) {
                // as good an end as any
            }
        }
        await(() -> server.stats().connectionsOpen() == 0);
        assertOthersAreServed();
    }

    /**
     * Half of them resume a session. For long: {@code -DargLine=-Dkv.handshakes=10000}. Planted, and found: engines that are kept
     * in a list.
     */
    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void handshakes_many_memoryStaysFlat() throws IOException {
        startTls(60_000);
        shakeHands(HANDSHAKES / 2);
        long before = heapBytes();
        shakeHands(HANDSHAKES / 2);
        long more = heapBytes() - before;
        assertTrue(more <= (long) HANDSHAKES / 2 * KEPT_BYTES_MAX, more + " bytes more after " + HANDSHAKES / 2 + " handshakes");
        assertEquals(HANDSHAKES, server.stats().tls().handshakesDone());
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private void shakeHands(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try (TlsClient client = new TlsClient(plain(), i % 4 < 2 ? "TLSv1.3" : "TLSv1.2")) {
                assertEquals("a", client.ask("a"));
                if (i % 2 == 0) {
                    client.socket.getSession().invalidate();
                }
            }
        }
        await(() -> server.stats().connectionsOpen() == 0);
    }

    /** The least that is seen after some collections. */
    private static long heapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    /** Planted, and found: an engine for each that sends a byte. */
    @Test
    void halfOpen_manyAtOnce_goneAfterTheirLimit_othersServedMeanwhile() throws IOException {
        startTls(5000);
        List<Socket> halfOpen = new ArrayList<>();
        byte[] beginning = {22, 3, 1, 2, 0, 1, 0, 1};
        for (int i = 0; i < HALF_OPEN; i++) {
            Socket socket = plain();
            if (i % 2 == 0) {
                socket.getOutputStream().write(beginning);
            }
            halfOpen.add(socket);
        }
        assertOthersAreServed();
        for (Socket socket : halfOpen) {
            TlsKeys.assertEnds(socket);
            socket.close();
        }
        assertEquals(HALF_OPEN, server.stats().tls().handshakesOverdue());
        assertEquals(1, engines.get(), "an engine is for who says hello");
        await(() -> server.stats().connectionsOpen() == 0);
    }
}
