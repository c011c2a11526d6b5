package kv.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The server at the other end: connected to when it is first asked something, and again after a failure.
 *
 * <p>Owner: one thread. Failure: an I/O error closes the connection and is thrown; what was asked may or may not have been done.
 */
final class Server implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final String host;
    private final int port;
    private final Protocol protocol;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    Server(String host, int port, Protocol protocol) {
        this.host = host;
        this.port = port;
        this.protocol = protocol;
    }

    /** One command, waiting for its reply. */
    Reply ask(List<byte[]> words) throws IOException, UsageException {
        return askAll(List.of(words)).get(0);
    }

    /** The same, of words that are text. */
    Reply ask(String... words) throws IOException, UsageException {
        return ask(bytes(words));
    }

    /** Several commands at once; their replies in order. So few that replies cannot fill the sockets' buffers: some hundreds. */
    List<Reply> askAll(List<List<byte[]>> commands) throws IOException, UsageException {
        try {
            connect();
            for (List<byte[]> words : commands) protocol.write(words, out);
            out.flush();
            List<Reply> replies = new ArrayList<>(commands.size());
            for (int i = 0; i < commands.size(); i++) replies.add(protocol.read(in));
            return replies;
        } catch (IOException | UsageException failure) {
            close(); // half a command may be in the buffer, or half a reply read
            throw failure;
        }
    }

    private void connect() throws IOException {
        if (socket != null) return;
        Socket opened = new Socket();
        try {
            opened.setTcpNoDelay(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) throw new UnknownHostException("no such host");
            opened.connect(address, CONNECT_MILLIS_MAX);
        } catch (IOException failure) {
            opened.close();
            throw new IOException("cannot connect to " + address() + ": " + failure.getMessage(), failure);
        }
        socket = opened;
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** For people: {@code 127.0.0.1:9099}. */
    String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    static List<byte[]> bytes(String... words) {
        return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Override
    public void close() {
        if (socket == null) return;
        try {
            socket.close();
        } catch (IOException gone) {
            // Nothing is left to be sent, and whoever reads knows the failure that led here.
        }
        socket = null;
    }
}
