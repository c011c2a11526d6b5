package kv.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Asks the data port what a client would: connects, sends PING, waits for an answer. One at a time; all who ask meanwhile
 * share it.
 *
 * <p>Owner: the admin loop.
 */
final class Probe {
    private static final long NANOS_MAX = 800_000_000;
    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER_BYTES_MAX = 256;
    /** TLS: an alert, which is what a port that wants a handshake answers to a PING. Its workers have seen it. */
    private static final byte TLS_ALERT = 21;

    private final Selector selector;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
    private SocketChannel channel;
    private long began;
    private Response result;

    Probe(Selector selector) {
        this.selector = selector;
    }

    boolean isUnderWay() {
        return channel != null;
    }

    /** Begins; {@link #takeResult} tells when it is done, which may be at once. */
    void begin(InetSocketAddress address, long now) {
        began = now;
        answer.clear();
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = channel.connect(address);
            channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (connected) {
                ask();
            }
        } catch (IOException failure) {
            end(false, "cannot connect: " + failure.getMessage());
        }
    }

    /** The channel is ready for something. */
    void proceed(SelectionKey key) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                ask();
            } else if (key.isReadable()) {
                int count = channel.read(answer);
                if (count < 0) {
                    end(false, "the data port closed the connection");
                } else if (answer.get(0) == TLS_ALERT) {
                    end(true, "ready, with TLS");
                } else if (answer.position() > 1 && answer.get(answer.position() - 1) == '\n') {
                    judge(new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1).strip());
                } else if (!answer.hasRemaining()) {
                    end(false, "the data port does not answer PING");
                }
            }
        } catch (IOException failure) {
            end(false, "the data port does not answer: " + failure.getMessage());
        }
    }

    private void ask() throws IOException {
        channel.write(ByteBuffer.wrap(PING)); // a new connection takes 14 bytes
    }

    private void judge(String line) {
        boolean served = line.equals("+PONG") || line.startsWith("-NOAUTH") || line.startsWith("-NOPERM");
        end(served, served ? "ready" : "not ready: " + line);
    }

    void endIfOverdue(long now) {
        if (channel != null && now - began > NANOS_MAX) {
            end(false, "the data port has not answered PING for " + NANOS_MAX / 1_000_000 + " ms");
        }
    }

    private void end(boolean ready, String text) {
        result = Response.text(ready ? 200 : 503, text + "\n");
        close();
    }

    void close() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException gone) {
                // It was asked what it was asked.
            }
        }
    }

    /** The result, once; null while there is none. */
    Response takeResult() {
        Response taken = result;
        result = null;
        return taken;
    }
}
