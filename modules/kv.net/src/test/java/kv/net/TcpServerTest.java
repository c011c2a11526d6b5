package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server over real sockets, with a service that echoes lines. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpServerTest {
    private final LineService service = new LineService();
    private TcpServer server;

    @AfterEach
    void stop() throws InterruptedException {
        service.gate.countDown();
        if (server != null) server.stop();
    }

    private void start(int loops, int workers, int connectionsMax, long idleTimeoutMillis, long bufferBytesMax) throws IOException {
        NetConfig config = new NetConfig(List.of(InetAddress.getByName("127.0.0.1")), 0, loops, workers, connectionsMax,
                idleTimeoutMillis, 8 << 20, bufferBytesMax);
        server = TcpServer.bind(config, service);
        server.start();
    }

    private void start() throws IOException {
        start(1, 2, 100, 0, 64 << 20);
    }

    private final class Client implements AutoCloseable {
        final Socket socket;
        final BufferedReader in;

        Client() throws IOException {
            socket = new Socket(InetAddress.getByName("127.0.0.1"), server.addresses().get(0).getPort());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) Thread.onSpinWait(); // bounded by the class's timeout
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,4", "3,3"})
    void pipelinedLines_manyConnections_answeredInOrder(int loops, int workers) throws IOException {
        start(loops, workers, 100, 0, 64 << 20);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) clients.add(new Client());
        for (int round = 0; round < 20; round++) {
            for (Client client : clients) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 300; i++) lines.append("line ").append(round).append(' ').append(i).append('\n');
                client.send(lines.toString());
            }
            for (Client client : clients) {
                for (int i = 0; i < 300; i++) assertEquals("line " + round + " " + i, client.in.readLine());
            }
        }
        for (Client client : clients) client.close();
        await(() -> server.stats().connectionsOpen() == 0);
        assertEquals(20, service.disconnected.get());
    }

    @Test
    void line_splitAtEveryByte_answeredWhenComplete() throws IOException {
        start();
        try (Client client = new Client()) {
            client.socket.setTcpNoDelay(true);
            for (byte b : "first\nsecond\n".getBytes(StandardCharsets.UTF_8)) {
                long before = server.stats().bytesReceived();
                client.socket.getOutputStream().write(b);
                await(() -> server.stats().bytesReceived() > before);
            }
            assertEquals("first", client.in.readLine());
            assertEquals("second", client.in.readLine());
        }
    }

    @Test
    void longLine_growsItsBuffer_isEchoedWhole() throws Exception {
        start();
        String line = "x".repeat(3 << 20);
        try (Client client = new Client()) {
            Thread sender = new Thread(() -> {
                try {
                    client.send(line + "\nnext\n");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            assertEquals(line, client.in.readLine());
            assertEquals("next", client.in.readLine());
            sender.join();
        }
    }

    @Test
    void halfClose_repliesDue_thenClosed() throws IOException {
        start();
        try (Client client = new Client()) {
            client.send("one\ntwo\nunfinished");
            client.socket.shutdownOutput();
            assertEquals("one", client.in.readLine());
            assertEquals("two", client.in.readLine());
            assertNull(client.in.readLine());
        }
    }

    @Test
    void handlerFails_onlyItsConnectionCloses() throws IOException {
        start();
        try (Client failing = new Client(); Client other = new Client()) {
            failing.send("fail\n");
            assertNull(failing.in.readLine());
            other.send("still here\n");
            assertEquals("still here", other.in.readLine());
            assertEquals(1, server.stats().connectionsFailed());
        }
    }

    @Test
    void serviceFailsAtTheEnd_connectionIsCountedOut_othersAreServed() throws IOException {
        start();
        service.failsAtEnd = true;
        try (Client other = new Client()) {
            new Client().close();
            await(() -> service.disconnected.get() == 1 && server.stats().connectionsOpen() <= 1);
            other.send("still here\n");
            assertEquals("still here", other.in.readLine());
            assertEquals(1, server.stats().connectionsOpen());
        }
    }

    @Test
    void handlerCloses_replySentFirst() throws IOException {
        start();
        try (Client client = new Client()) {
            client.send("close\nignored\n");
            assertEquals("close", client.in.readLine());
        }
    }

    @Test
    void slowRequest_othersAreServedMeanwhile_orderKept() throws Exception {
        start(1, 1, 100, 0, 64 << 20);
        try (Client slow = new Client(); Client other = new Client()) {
            slow.send("a\nslow\nb\n");
            assertEquals("a", slow.in.readLine());
            service.waiting.await();
            for (int i = 0; i < 100; i++) {
                other.send("quick\n");
                assertEquals("quick", other.in.readLine());
            }
            slow.send("c\n");
            service.gate.countDown();
            assertEquals("slow", slow.in.readLine());
            assertEquals("b", slow.in.readLine());
            assertEquals("c", slow.in.readLine());
        }
    }

    @Test
    void workerBlocked_beyondTheBarrier_loopServesTheOtherWorker() throws Exception {
        start(1, 2, 100, 0, 64 << 20);
        try (Client blocked = new Client(); Client other = new Client()) {
            blocked.send("block\n");
            service.waiting.await();
            for (int i = 0; i < 100; i++) {
                other.send("quick\n");
                assertEquals("quick", other.in.readLine());
            }
            service.gate.countDown();
            assertEquals("block", blocked.in.readLine());
        }
    }

    @Test
    void clientThatNeverReads_costsABoundedAmount_andGetsAllLater() throws Exception {
        start();
        int count = 400;
        try (Client client = new Client()) {
            client.send("fill 100000\n".repeat(count));
            int ticksBytes = 200 * "tick\n".length();
            long before = -1;
            for (long sent; (sent = server.stats().bytesSent()) != before + ticksBytes; before = sent) {
                try (Client other = new Client()) { // as long as more goes out than the ticks, the deaf client's socket takes some
                    for (int i = 0; i < 200; i++) assertEquals("tick", other.send("tick\n").in.readLine());
                }
            }
            assertTrue(server.stats().bufferBytes() < 1 << 20, () -> server.stats().toString());
            for (int i = 0; i < count; i++) assertEquals(100_000, client.in.readLine().length());
        }
    }

    @Test
    void bufferPoolExhausted_onlyThatConnectionCloses() throws IOException {
        start(1, 2, 100, 0, 1 << 20);
        try (Client greedy = new Client(); Client other = new Client()) {
            greedy.send("fill 4000000\n");
            assertNull(greedy.in.readLine());
            other.send("still here\n");
            assertEquals("still here", other.in.readLine());
            assertEquals(1, server.stats().connectionsFailed());
        }
    }

    @Test
    void oneConnectionTooMany_isToldAndClosed() throws IOException {
        start(1, 1, 2, 0, 64 << 20);
        try (Client first = new Client(); Client second = new Client()) {
            assertEquals("a", first.send("a\n").in.readLine());
            assertEquals("b", second.send("b\n").in.readLine());
            try (Client third = new Client()) {
                assertEquals("too many", third.in.readLine());
                assertNull(third.in.readLine());
            }
            assertEquals(1, server.stats().connectionsRejected());
            first.socket.close();
            await(() -> server.stats().connectionsOpen() == 1);
            try (Client again = new Client()) {
                assertEquals("c", again.send("c\n").in.readLine());
            }
        }
    }

    @Test
    void idleTimeout_closesIdleConnections() throws IOException {
        start(1, 1, 10, 30, 64 << 20);
        try (Client client = new Client()) {
            assertEquals("a", client.send("a\n").in.readLine());
            assertNull(client.in.readLine());
            assertEquals(1, server.stats().connectionsIdleClosed());
        }
    }

    @Test
    void stop_clientsIdleOrNeverReading_endsAllThreads() throws Exception {
        start();
        try (Client idle = new Client(); Client deaf = new Client()) {
            assertEquals("a", idle.send("a\n").in.readLine());
            deaf.send("fill 30000000\n");
            await(() -> server.stats().bytesSent() > 100_000);
            server.stop();
            assertNull(idle.in.readLine());
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith("kv-")));
        assertEquals(0, server.stats().connectionsOpen());
    }

    @Test
    void stop_requestsReceived_areAnswered() throws Exception {
        start();
        try (Client client = new Client()) {
            client.send("block\nlast\n");
            service.waiting.await();
            Thread stopping = new Thread(() -> {
                try {
                    server.stop();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            stopping.start();
            service.gate.countDown();
            assertEquals("block", client.in.readLine());
            assertEquals("last", client.in.readLine());
            assertNull(client.in.readLine());
            stopping.join();
        }
    }

    @Test
    void bind_portInUse_saysWhichAddress() throws Exception {
        start();
        int port = server.addresses().get(0).getPort();
        NetConfig same = new NetConfig(List.of(InetAddress.getByName("127.0.0.1")), port, 1, 1, 10, 0, 1 << 20, 1 << 20);
        IOException failure = assertThrows(IOException.class, () -> TcpServer.bind(same, service));
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
    }
}
