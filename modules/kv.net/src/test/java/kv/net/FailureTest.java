package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that die, that cannot be started, and that end while clients come. */
class FailureTest extends ServerTest {
    private static Stream<Throwable> thrownByHandlers() {
        return Stream.of(new IllegalStateException("test"), new AssertionError("test"), new OutOfMemoryError("test"),
                new StackOverflowError("test"), new NoClassDefFoundError("test"));
    }

    @ParameterizedTest
    @MethodSource("thrownByHandlers")
    void handlerThrows_whateverIsOfTheRequest_costsItsConnection(Throwable thrown) throws Exception {
        start();
        service.failure = thrown;
        try (Client failing = new Client(); Client other = new Client()) {
            assertNull(failing.ask("fail"));
            assertEquals("still here", other.ask("still here"));
            assertEquals(1, server.stats().connectionsFailed());
            assertTrue(failures.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void workerDies_ownerIsTold_serverEndsWhole(int loops) throws Exception {
        start(loops, 4, 100, 0, BUFFER_BYTES);
        int port = port();
        Error death = new InternalError("test");
        try (Client held = new Client(); Client idle = new Client(); Client last = new Client()) {
            held.send("hold\n");
            Hold hold = service.holds.take();
            service.failure = death;
            last.send("fail\n");
            assertSame(death, failures.take());
            assertEnded(idle);
            assertEnded(held);
            assertEnded(last);
            hold.release();
        }
        await(() -> !anyServerThread());
        assertAllReportedOnce();
        TcpServer.bind(config(port, 1, 1, 10, 0, BUFFER_BYTES), service, failures::add).stop();
        assertTrue(failures.isEmpty(), "told once");
    }

    @Test
    void workerDies_anotherNeverReturns_serverEndsWithoutIt() throws Exception {
        start(1, 2, 100, 0, BUFFER_BYTES);
        try (Client blocked = new Client(); Client last = new Client()) {
            blocked.send("block\n");
            service.waiting.await();
            service.failsInBatch = new OutOfMemoryError("test");
            last.send("a\n");
            assertSame(service.failsInBatch, failures.take());
            assertEnded(last);
            assertEnded(blocked);
            assertAllReportedOnce();
            service.gate.countDown();
            server.stop();
        }
    }

    @Test
    void loopDies_ownerIsTold_serverEndsWhole() throws Exception {
        start(2, 2, 100, 0, BUFFER_BYTES);
        try (Client idle = new Client()) {
            assertEquals("a", idle.ask("a"));
            service.failsAtBeginning = new AssertionError("test");
            try (Socket last = new Socket(InetAddress.getByName("127.0.0.1"), port())) {
                assertSame(service.failsAtBeginning, failures.take());
                assertTrue(last.isConnected());
                assertEnded(idle);
            }
        }
        await(() -> !anyServerThread());
        assertAllReportedOnce();
    }

    private static void assertEnded(Client client) throws IOException {
        try {
            assertNull(client.in.readLine());
        } catch (SocketException reset) {
            // it had sent what was not read
        }
    }

    private void assertAllReportedOnce() {
        await(() -> server.stats().connectionsOpen() == 0);
        assertEquals(service.connected.get(), service.disconnected.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void start_threadCannotBeStarted_allIsUndone(int number) throws Exception {
        AtomicInteger started = new AtomicInteger();
        ThreadMaker threads = (task, name) -> new Thread(task, name) {
            @Override
            public void start() {
                if (started.getAndIncrement() == number) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        };
        server = TcpServer.bind(config(0, 2, 3, 10, 0, BUFFER_BYTES), service, failures::add, threads);
        int port = port();
        IOException failure = assertThrows(IOException.class, server::start);
        assertTrue(failure.getMessage().contains("thread"), failure.getMessage());
        assertFalse(anyServerThread());
        TcpServer.bind(config(port, 1, 1, 10, 0, BUFFER_BYTES), service, failures::add).stop();
    }

    @Test
    void stop_beforeStart_givesThePortBack() throws Exception {
        server = TcpServer.bind(config(0, 2, 2, 10, 0, BUFFER_BYTES), service, failures::add);
        int port = port();
        try (Client waiting = new Client()) {
            server.stop();
            assertEnded(waiting);
        }
        TcpServer.bind(config(port, 1, 1, 10, 0, BUFFER_BYTES), service, failures::add).stop();
        assertThrows(IllegalStateException.class, server::start);
    }

    @Test
    void bind_handlerCannotBeMade_givesThePortBack() throws Exception {
        start();
        int port = port();
        server.stop();
        LineService broken = new LineService() {
            @Override
            public RequestHandler newHandler() {
                throw new IllegalStateException("test");
            }
        };
        NetConfig config = config(port, 1, 1, 10, 0, BUFFER_BYTES);
        assertThrows(IllegalStateException.class, () -> TcpServer.bind(config, broken, failures::add));
        TcpServer.bind(config(port, 1, 1, 10, 0, BUFFER_BYTES), service, failures::add).stop();
    }

    /** Connections that arrive while loops end one after the other. */
    @Test
    void stop_whileClientsConnectToSeveralLoops_eachIsClosedAndReportedOnce() throws Exception {
        for (int round = 0; round < 30; round++) {
            start(3, 3, 10_000, 0, BUFFER_BYTES);
            AtomicBoolean refused = new AtomicBoolean();
            List<Socket> sockets = new ArrayList<>();
            Thread connecting = new Thread(() -> {
                try {
                    while (true) {
                        sockets.add(new Socket(InetAddress.getByName("127.0.0.1"), port()));
                    }
                } catch (IOException stopped) {
                    refused.set(true);
                }
            });
            connecting.start();
            int before = service.connected.get();
            await(() -> service.connected.get() > before + 20);
            server.stop();
            connecting.join();
            assertTrue(refused.get());
            assertEquals(0, server.stats().connectionsOpen());
            assertEquals(service.connected.get(), service.disconnected.get());
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
