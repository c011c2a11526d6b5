package kv.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks a server that has just been started for its first reply, as a client: ready is who answers. Whatever it says will do,
 * the wish for a password too.
 */
final class FirstReply {
    /** Much: clients that come back all at once, with much to write, are served beside it, and a slow disk may hold them. */
    private static final int MILLIS_MAX = 60_000;

    private FirstReply() {
    }

    /** @throws IOException if no reply comes within a minute */
    static void await(InetSocketAddress listener) throws IOException {
        InetAddress address = listener.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress()
                : listener.getAddress();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(MILLIS_MAX);
            socket.connect(new InetSocketAddress(address, listener.getPort()), MILLIS_MAX);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            if (in.read() < 0) {
                throw new IOException("it closed the connection");
            }
            while (in.read() >= 0) {
                // to the end: then this connection does not count among the clients any more
            }
        } catch (IOException failure) {
            throw new IOException("no reply on port " + listener.getPort() + ": " + failure.getMessage(), failure);
        }
    }
}
