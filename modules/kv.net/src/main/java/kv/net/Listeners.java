package kv.net;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets: accept connections, count them against the limit, deal them out to the event loops in turn.
 *
 * <p>Owner: the accepting event loop, once registered.
 * <p>Failure: when the process is out of descriptors, accepting pauses for {@value #PAUSE_MILLIS} ms (a ready listener would
 * otherwise be reported without end), with at most one log line a second.
 */
final class Listeners {
    private static final int BACKLOG = 4096;
    /** Accepted in a row from one listener; then its loop serves its connections again. */
    private static final int ACCEPTS_MAX = 256;
    private static final long PAUSE_MILLIS = 100;
    private static final long LOG_INTERVAL_NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final List<SelectionKey> keys = new ArrayList<>();
    private final Service service;
    private final LoopCounters.Connections counters;
    private final int connectionsMax;
    private final byte[] tooMany;
    private EventLoop[] loops;
    private int nextLoop;
    private long nextId = 1;
    private long resumeNanos = NEVER;
    private long loggedNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    /** Binds. An address that this machine does not have (IPv6 switched off, say) is skipped if another one works. */
    Listeners(NetConfig config, Service service, LoopCounters.Connections counters) throws IOException {
        this.service = service;
        this.counters = counters;
        this.connectionsMax = config.connectionsMax();
        this.tooMany = service.tooManyConnections();
        int port = config.port();
        IOException failure = null;
        for (InetAddress address : config.addresses()) {
            try {
                ServerSocketChannel channel = bind(new InetSocketAddress(address, port));
                channels.add(channel);
                port = channel.socket().getLocalPort();
            } catch (BindException inUse) {
                if (isUnavailable(inUse)) {
                    failure = inUse;
                    continue;
                }
                close();
                throw named(inUse, address, port);
            } catch (IOException | UnsupportedOperationException unavailable) {
                failure = new IOException(unavailable.getMessage(), unavailable);
            }
        }
        if (channels.isEmpty()) throw named(failure, config.addresses().get(0), port);
    }

    private static boolean isUnavailable(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("assign requested address") || message.contains("not supported");
    }

    private static IOException named(IOException failure, InetAddress address, int port) {
        return new IOException("cannot listen on " + TcpServer.text(new InetSocketAddress(address, port)) + ": "
                + failure.getMessage(), failure);
    }

    private static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
        boolean v6 = address.getAddress() instanceof Inet6Address;
        ServerSocketChannel channel = ServerSocketChannel.open(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    List<InetSocketAddress> addresses() {
        return channels.stream().map(channel -> (InetSocketAddress) channel.socket().getLocalSocketAddress()).toList();
    }

    /** Connections go to these loops in turn. */
    void dealTo(EventLoop[] eventLoops) {
        loops = eventLoops;
    }

    void register(Selector selector) throws ClosedChannelException {
        for (ServerSocketChannel channel : channels) keys.add(channel.register(selector, SelectionKey.OP_ACCEPT, this));
    }

    void accept(SelectionKey key) {
        try {
            ServerSocketChannel listener = (ServerSocketChannel) key.channel();
            SocketChannel channel;
            for (int i = 0; i < ACCEPTS_MAX && (channel = listener.accept()) != null; i++) admit(channel);
        } catch (IOException outOfDescriptors) {
            pause(outOfDescriptors);
        }
    }

    private void admit(SocketChannel channel) {
        try {
            if (counters.open.get() >= connectionsMax) {
                counters.rejected.incrementAndGet();
                channel.configureBlocking(false);
                channel.write(ByteBuffer.wrap(tooMany));
                channel.close();
                return;
            }
            Object state = service.connected(nextId++, channel.getRemoteAddress(), channel.getLocalAddress());
            counters.open.incrementAndGet();
            counters.accepted.incrementAndGet();
            loops[nextLoop].adopt(channel, state);
            nextLoop = (nextLoop + 1) % loops.length;
        } catch (IOException alreadyGone) {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // the client left between accept and now; nothing is held
        }
    }

    private void pause(IOException reason) {
        long now = System.nanoTime();
        if (now - loggedNanos >= LOG_INTERVAL_NANOS) {
            loggedNanos = now;
            LOG.warn("cannot accept connections, trying again every {} ms: {}", PAUSE_MILLIS, reason.getMessage());
        }
        resumeNanos = now + PAUSE_MILLIS * 1_000_000;
        for (SelectionKey key : keys) key.interestOps(0);
    }

    /** When accepting goes on, in nanoseconds of System.nanoTime; Long.MAX_VALUE = it is not paused. */
    long resumeNanos() {
        return resumeNanos;
    }

    void resumeIfDue(long nowNanos) {
        if (resumeNanos == NEVER || nowNanos - resumeNanos < 0) return;
        resumeNanos = NEVER;
        for (SelectionKey key : keys) key.interestOps(SelectionKey.OP_ACCEPT);
    }

    void close() throws IOException {
        resumeNanos = NEVER;
        for (ServerSocketChannel channel : channels) channel.close();
    }
}
