package kv.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A client of bytes: what it sends and receives are strings of one byte a character. For one thread. */
final class Client implements AutoCloseable {
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    final Socket socket;
    private final InputStream in;

    Client(int port) throws IOException {
        this(port, 0);
    }

    /** @param connected to a server, as by TLS */
    Client(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /** @param receiveBytes how much the kernel keeps for us unread; 0 = as much as it likes */
    Client(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /** A RESP request of these arguments. */
    static String request(String... args) {
        StringBuilder request = new StringBuilder("*" + args.length + "\r\n");
        for (String arg : args) {
            request.append('$').append(arg.length()).append("\r\n").append(arg).append("\r\n");
        }
        return request.toString();
    }

    Client send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(BYTES));
        return this;
    }

    /** Sends it, and returns the bytes of one RESP reply. */
    String ask(String... args) throws IOException {
        return send(request(args)).reply();
    }

    /** Sends a line and returns the reply's, without the line end. */
    String line(String line) throws IOException {
        return send(line + "\n").line();
    }

    /** The next line, without its newline; null at the end. */
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

    /** All bytes until the server closes; what is lost by a reset counts as never sent. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), BYTES);
    }

    Client endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** One RESP reply with all that belongs to it, as it stands on the wire. */
    String reply() throws IOException {
        String line = line();
        if (line == null) {
            return "";
        }
        String head = line + "\n";
        int length = switch (line.charAt(0)) {
            case '$', '=', '*', '~', '%' -> Integer.parseInt(line.substring(1).trim());
            default -> -1;
        };
        if (length < 0) {
            return head;
        }
        if (line.charAt(0) == '$' || line.charAt(0) == '=') {
            return head + bytes(length + 2);
        }
        StringBuilder reply = new StringBuilder(head);
        for (int i = line.charAt(0) == '%' ? 2 * length : length; i > 0; i--) {
            reply.append(reply());
        }
        return reply.toString();
    }

    /** A figure of INFO. */
    long info(String name) throws IOException {
        for (String line : ask("INFO", "everything").split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.substring(name.length() + 1));
            }
        }
        throw new IOException("INFO does not tell " + name);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
