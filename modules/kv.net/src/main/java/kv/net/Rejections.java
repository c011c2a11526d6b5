package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Clients that are one too many: each is told so in its own protocol, which its first byte shows, and closed.
 *
 * <p>Owner: the accepting event loop.
 * <p>Bound: {@value #COUNT_MAX} at once, a second each; the oldest must make way for a new one.
 */
final class Rejections {
    /*
     * What has come must be read before the socket is closed, and the client must have closed its side or had time to: a socket
     * that is closed with unread bytes is reset, and the reset may destroy the reply.
     */
    static final int COUNT_MAX = 128;
    private static final int READ_BYTES_MAX = 64 << 10;
    private static final long WAIT_NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final Service service;
    private final ByteBuffer discarded = ByteBuffer.allocateDirect(8 << 10);
    /** By age; those that are closed are still in it. */
    private final ArrayDeque<Rejection> open = new ArrayDeque<>();
    private Selector selector;

    Rejections(Service service) {
        this.service = service;
    }

    void register(Selector accepting) {
        selector = accepting;
    }

    /** @param silent where it would not understand what it is told: it would have to be encrypted */
    void add(SocketChannel channel, boolean silent) throws IOException {
        channel.configureBlocking(false);
        Rejection rejection = new Rejection(channel, System.nanoTime() + WAIT_NANOS, silent);
        if (open.size() >= COUNT_MAX) {
            open.pollFirst().end();
        }
        open.addLast(rejection);
        channel.register(selector, SelectionKey.OP_READ, rejection);
    }

    /** When {@link #check} has something to do, in nanoseconds of System.nanoTime; Long.MAX_VALUE = never. */
    long dueNanos() {
        return open.isEmpty() ? NEVER : open.peekFirst().dueNanos;
    }

    void check(long nowNanos) {
        while (!open.isEmpty() && nowNanos - open.peekFirst().dueNanos >= 0) {
            open.pollFirst().end();
        }
    }

    void close() {
        for (Rejection rejection; (rejection = open.pollFirst()) != null;) {
            rejection.end();
        }
    }

    /** One of them. */
    final class Rejection {
        private static final int NOTHING_CAME = -1;

        private final SocketChannel channel;
        private final long dueNanos;
        private final boolean silent;
        private boolean isTold;
        private int received;

        Rejection(SocketChannel channel, long dueNanos, boolean silent) {
            this.channel = channel;
            this.dueNanos = dueNanos;
            this.silent = silent;
        }

        /** It has sent something, or closes. */
        void ready() {
            try {
                int count = channel.read(discarded.clear());
                if (count > 0) {
                    tell(discarded.get(0));
                    received += count;
                }
                if (count < 0 || received > READ_BYTES_MAX) {
                    end();
                }
            } catch (IOException gone) {
                close();
            }
        }

        private void tell(int firstByte) throws IOException {
            if (!isTold) {
                isTold = true;
                if (!silent) {
                    channel.write(ByteBuffer.wrap(service.tooManyConnections(firstByte)));
                }
                channel.shutdownOutput();
            }
        }

        private void end() {
            try {
                if (channel.isOpen()) {
                    tell(NOTHING_CAME);
                }
            } catch (IOException gone) {
                // it does not wait for an answer
            } finally {
                close();
            }
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException alreadyBroken) {
                // the descriptor is gone either way
            }
        }
    }
}
