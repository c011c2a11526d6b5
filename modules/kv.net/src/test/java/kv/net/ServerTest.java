package kv.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What tests of a server over real sockets share: the server, with a {@link LineService}, and its clients. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServerTest {
    static final long BUFFER_BYTES = 64 << 20;

    final LineService service = new LineService();
    /** What the server has told of its own failure. */
    final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    TcpServer server;

    @AfterEach
    final void stop() throws InterruptedException {
        service.gate.countDown();
        if (server != null) {
            server.stop();
        }
    }

    final void start(int loops, int workers, int connectionsMax, long idleTimeoutMillis, long bufferBytesMax) throws IOException {
        server = TcpServer.bind(config(0, loops, workers, connectionsMax, idleTimeoutMillis, bufferBytesMax), service,
                failures::add);
        server.start();
    }

    /** One loop, two workers, and these times. */
    final void startWithTimes(long idleMillis, long requestMillis, long sendMillis) throws IOException {
        server = TcpServer.bind(new NetConfig(List.of(InetAddress.getByName("127.0.0.1")), 0, 1, 2, 100, idleMillis,
                requestMillis, sendMillis, 8 << 20, BUFFER_BYTES), service, failures::add);
        server.start();
    }

    static NetConfig config(int port, int loops, int workers, int connectionsMax, long idleTimeoutMillis, long bufferBytesMax)
            throws IOException {
        return new NetConfig(List.of(InetAddress.getByName("127.0.0.1")), port, loops, workers, connectionsMax, idleTimeoutMillis,
                0, 0, 8 << 20, bufferBytesMax);
    }

    final int port() {
        return server.addresses().get(0).getPort();
    }

    static boolean anyServerThread() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith("kv-"));
    }

    final void start() throws IOException {
        start(1, 2, 100, 0, BUFFER_BYTES);
    }

    final class Client implements AutoCloseable {
        final Socket socket;
        final BufferedReader in;

        Client() throws IOException {
            socket = new Socket(InetAddress.getByName("127.0.0.1"), port());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        /** Sends a line and returns the line that comes back. */
        String ask(String line) throws IOException {
            return send(line + "\n").in.readLine();
        }

        /** Closes with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait(); // bounded by the class's timeout
        }
    }
}
