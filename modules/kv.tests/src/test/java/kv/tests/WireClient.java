package kv.tests;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** A client that knows the wire and nothing else. Bytes are characters of ISO 8859-1. For one thread. */
final class WireClient implements AutoCloseable {
    static final Charset BYTES = StandardCharsets.ISO_8859_1;
    /** A reply that takes longer is one that never comes; it is no measurement. */
    private static final int HANG_MILLIS = 120_000;
    private static final int PIECES_MAX = 12;

    final Socket socket;
    private final DataInputStream in;

    WireClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBytes how much the kernel keeps for us unread; 0 = as much as it likes */
    WireClient(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getByName(TestServer.HOST), port), HANG_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(HANG_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    /** A RESP request of these arguments. */
    static String request(String... args) {
        StringBuilder request = new StringBuilder("*" + args.length + "\r\n");
        for (String arg : args) {
            request.append('$').append(arg.length()).append("\r\n").append(arg).append("\r\n");
        }
        return request.toString();
    }

    WireClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(BYTES));
        return this;
    }

    /** The same bytes in up to {@value #PIECES_MAX} pieces, each a packet of its own. */
    void sendCut(String bytes, RandomGenerator random) throws IOException {
        int from = 0;
        for (int pieces = random.nextInt(PIECES_MAX); pieces > 0 && from < bytes.length(); pieces--) {
            int to = from + 1 + random.nextInt(bytes.length() - from);
            send(bytes.substring(from, to));
            from = to;
        }
        send(bytes.substring(from));
    }

    Reply reply() throws IOException {
        return Reply.read(in);
    }

    Reply ask(String... args) throws IOException {
        return send(request(args)).reply();
    }

    /** Sends a line of the text protocol and returns the reply's, without its LF. */
    String line(String line) throws IOException {
        return send(line + "\n").line();
    }

    /** The next line without its LF; null at the end. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                return line.size() == 0 ? null : line.toString(BYTES);
            }
            line.write(next);
        }
        return line.toString(BYTES);
    }

    /** So many bytes, fewer only at the end. */
    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), BYTES);
    }

    /** All bytes until the server closes; a reset is a way of closing, and what it takes along counts as never sent. */
    String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 16];
        try {
            for (int count; (count = in.read(piece)) >= 0;) {
                rest.write(piece, 0, count);
            }
        } catch (SocketException reset) {
            return rest.toString(BYTES);
        }
        return rest.toString(BYTES);
    }

    WireClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** A whole number that INFO tells. */
    long info(String name) throws IOException {
        String text = infoText(name);
        if (text == null) {
            throw new IOException("INFO does not tell " + name);
        }
        return Long.parseLong(text);
    }

    /** What INFO tells under this name, or null. */
    String infoText(String name) throws IOException {
        for (String line : ask("INFO", "everything").text().split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return line.substring(name.length() + 1);
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
