package kv.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Answers each request as a test says, in bytes: what a kv-server would not say, or not yet. One connection after the other.
 */
final class FakeServer implements AutoCloseable {
    /** As an answer: closes the connection. */
    static final String CLOSE = "";

    private final ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Function<String, String> answers;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** @param answers from a request's words, with blanks in between, to the bytes of the reply */
    FakeServer(Function<String, String> answers) throws IOException {
        this.answers = answers;
        Thread thread = new Thread(this::serve, "fake-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                serve(socket.getInputStream(), socket.getOutputStream());
            } catch (IOException ended) {
                // by the client or by close
            }
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        while (true) {
            StringBuilder request = new StringBuilder();
            for (Reply word : new RespProtocol().read(in).parts()) {
                request.append(request.isEmpty() ? "" : " ").append(((Reply.Bytes) word).text());
            }
            requests.add(request.toString());
            String answer = answers.apply(request.toString());
            if (answer.equals(CLOSE)) {
                return;
            }
            out.write(answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
