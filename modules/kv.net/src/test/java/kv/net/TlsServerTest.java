package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over real sockets, with the JDK's own client. */
class TlsServerTest extends ServerTest {
    private static final long HANDSHAKE_MILLIS = 20_000;
    private static final int ALERT = 21;
    private static final int ENCRYPTED = 23;

    private void startTls(long handshakeMillis) throws IOException {
        TlsKeys.context(); // made now, not while a handshake's time runs
        InetAddress local = InetAddress.getByName("127.0.0.1");
        TlsConfig tls = new TlsConfig(List.of(local), 0, TlsKeys::engine, handshakeMillis, 2);
        server = TcpServer.bind(new NetConfig(List.of(local), NetConfig.PORT_OFF, 1, 2, 1000, 0, 0, 0, 8 << 20,
                BUFFER_BYTES, tls, 0), service, failures::add);
        server.start();
    }

    private void startTls() throws IOException {
        startTls(HANDSHAKE_MILLIS);
    }

    private int tlsPort() {
        return server.tlsAddresses().get(0).getPort();
    }

    private final class TlsClient implements AutoCloseable {
        final SSLSocket socket;
        final BufferedReader in;

        TlsClient(String... protocols) throws IOException {
            this(new Socket(InetAddress.getByName("127.0.0.1"), tlsPort()), protocols);
        }

        TlsClient(Socket over, String... protocols) throws IOException {
            socket = (SSLSocket) TlsKeys.context().getSocketFactory().createSocket(over, "127.0.0.1", tlsPort(), true);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        TlsClient send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        String ask(String line) throws IOException {
            return send(line + "\n").in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void lines_eachSize_comeBack(String protocol) throws IOException {
        startTls();
        try (TlsClient client = new TlsClient(protocol)) {
            for (int size = 1; size <= 20_000; size++) {
                String line = "x".repeat(size);
                assertEquals(line, client.ask(line));
            }
            assertEquals(protocol, client.socket.getSession().getProtocol());
            assertEquals(new TlsStats(1, 0, 0, 0, 0), server.stats().tls());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void pipelines_longRepliesLongRequests_comeWhole(String protocol) throws Exception {
        startTls();
        String line = "x".repeat(3 << 20);
        try (TlsClient client = new TlsClient(protocol)) {
            Thread sender = new Thread(() -> {
                try {
                    client.send("fill 5000000\n".repeat(3) + line + "\n" + "short\n".repeat(20_000));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            for (int i = 0; i < 3; i++) {
                assertEquals(5_000_000, client.in.readLine().length());
            }
            assertEquals(line, client.in.readLine());
            for (int i = 0; i < 20_000; i++) {
                assertEquals("short", client.in.readLine());
            }
            sender.join();
        }
    }

    @Test
    void slowHeldAndPosted_stayInOrder() throws Exception {
        startTls();
        try (TlsClient client = new TlsClient(); TlsClient other = new TlsClient()) {
            assertEquals("outbox", client.ask("outbox"));
            client.send("hold\nafter\nslow\nb\n");
            Outbox outbox = service.outboxes.take();
            Hold hold = service.holds.take();
            assertTrue(outbox.post(ByteBuffer.wrap("posted\n".getBytes(StandardCharsets.UTF_8))));
            assertEquals("quick", other.ask("quick"));
            hold.release();
            service.gate.countDown();
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                lines.append(client.in.readLine()).append(' ');
            }
            String withoutPosted = lines.toString().replace("posted ", "");
            assertEquals("hold after slow b ", withoutPosted);
            outbox.post(ByteBuffer.wrap("again\n".getBytes(StandardCharsets.UTF_8)));
            assertEquals("again", client.in.readLine());
            assertEquals("end", client.ask("end"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void closeNotify_behindRequests_repliesComeFirst(String protocol) throws Exception {
        startTls();
        try (TlsClient client = new TlsClient(protocol)) {
            assertEquals("a", client.ask("a"));
            client.send("b\nc\n");
            client.socket.shutdownOutput();
            assertEquals("b", client.in.readLine());
            assertEquals("c", client.in.readLine());
            assertNull(client.in.readLine());
        }
    }

    /** The JDK's client takes an end without close_notify for one with it: here the bytes are looked at. */
    @ParameterizedTest
    @CsvSource({"TLSv1.3, close", "TLSv1.2, close", "TLSv1.3, idle", "TLSv1.2, idle", "TLSv1.3, stop", "TLSv1.2, stop"})
    void closedByUs_closeNotifyComesLast(String protocol, String how) throws Exception {
        startTls();
        try (Socket raw = new Socket(InetAddress.getByName("127.0.0.1"), tlsPort());
                TlsClient client = new TlsClient(raw, protocol)) {
            assertEquals("line", client.ask("line"));
            if (how.equals("close")) {
                assertEquals("close", client.ask("close"));
            } else if (how.equals("stop")) {
                server.stop();
            } else {
                server.setTimeouts(30, 0, 0);
            }
            byte[] last = raw.getInputStream().readAllBytes();
            assertTrue(last.length > 5, "the end came without a word");
            assertEquals(protocol.equals("TLSv1.3") ? ENCRYPTED : ALERT, last[0]);
            assertEquals(last.length, 5 + ((last[3] & 0xFF) << 8 | last[4] & 0xFF), "one record");
        }
    }

    @Test
    void plainTalk_getsAnAlert_isNoTrouble() throws Exception {
        startTls();
        try (Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), tlsPort())) {
            plain.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = plain.getInputStream();
            assertEquals(21, in.read());
            in.readAllBytes();
        }
        try (TlsClient client = new TlsClient()) {
            assertEquals("a", client.ask("a"));
        }
        assertEquals(new TlsStats(1, 0, 0, 1, 0), server.stats().tls());
    }

    @Test
    void silentOrStalling_closedAfterItsLimit() throws Exception {
        startTls(300);
        try (Socket silent = new Socket(InetAddress.getByName("127.0.0.1"), tlsPort());
                Socket stalling = new Socket(InetAddress.getByName("127.0.0.1"), tlsPort())) {
            stalling.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
            TlsKeys.assertEnds(silent);
            TlsKeys.assertEnds(stalling);
            assertEquals(2, server.stats().tls().handshakesOverdue());
        }
    }
}
