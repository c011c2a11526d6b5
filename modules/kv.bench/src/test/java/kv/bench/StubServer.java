package kv.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers each line as the test says; null closes the connection, "" says nothing. One thread a connection; what
 * they throw, a client's end aside, {@link #close} throws again.
 */
final class StubServer implements AutoCloseable {
    interface Answer {
        /** The reply, line ends included, to a line without its end. {@code more} is what the client sends behind it. */
        String to(String line, InputStream more) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Answer answer;
    private volatile RuntimeException bug;

    StubServer(Answer answer) throws IOException {
        this.answer = answer;
        start(this::accept);
    }

    String port() {
        return Integer.toString(listener.getLocalPort());
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        if (bug != null) {
            throw new AssertionError("the stub has a bug", bug);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket; InputStream in = new BufferedInputStream(socket.getInputStream()); OutputStream out =
                socket.getOutputStream()) {
            for (String line = line(in); line != null; line = line(in)) {
                String reply = answer.to(line, in);
                if (reply == null) {
                    return;
                }
                out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException clientHasGone) {
            return;
        } catch (RuntimeException failure) {
            bug = failure;
        }
    }

    private static void start(Runnable duty) {
        Thread thread = new Thread(duty, "stub");
        thread.setDaemon(true);
        thread.start();
    }
}
