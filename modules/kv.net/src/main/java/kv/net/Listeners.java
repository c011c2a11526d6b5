package kv.net;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
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
    /**
     * Accepted in a row from one listener, some 50 µs each, and several times that before the code is compiled; then its loop
     * serves its connections again.
     */
    private static final int ACCEPTS_MAX = 4;
    private static final long PAUSE_MILLIS = 100;
    private static final long LOG_INTERVAL_NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Listener> listeners = new ArrayList<>();
    private final List<SelectionKey> keys = new ArrayList<>();
    private final int socketBytes;
    /** Null where all is plain. */
    private final Tls tls;
    private final Service service;
    private final LoopCounters.Connections counters;
    /** Any thread may set it. */
    private volatile int connectionsMax;
    private final Rejections rejections;
    /** Null if there is none. */
    private UnixSocket unixSocket;
    private Selector selector;
    private EventLoop[] loops;
    private int nextLoop;
    private long nextId = 1;
    private long resumeNanos = NEVER;
    private long loggedNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    /** @param path null where it has an address */
    private record Listener(ServerSocketChannel channel, boolean secured, Path path) {
    }

    /** Binds. An address that this machine does not have (IPv6 switched off, say) is skipped if another one works. */
    Listeners(NetConfig config, Service service, LoopCounters.Connections counters, Tls tls) throws IOException {
        this.tls = tls;
        this.service = service;
        this.counters = counters;
        this.socketBytes = config.socketBytes();
        this.connectionsMax = config.connectionsMax();
        this.rejections = new Rejections(service);
        if (config.port() != NetConfig.PORT_OFF) {
            listen(config.addresses(), config.port(), false);
        }
        if (config.tls() != null) {
            listen(config.tls().addresses(), config.tls().port(), true);
        }
    }

    private void listen(List<InetAddress> addresses, int wantedPort, boolean secured) throws IOException {
        int before = listeners.size();
        int port = wantedPort;
        IOException failure = null;
        for (InetAddress address : addresses) {
            try {
                ServerSocketChannel channel = bind(new InetSocketAddress(address, port));
                listeners.add(new Listener(channel, secured, null));
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
        if (listeners.size() == before) {
            close();
            throw named(failure, addresses.get(0), port);
        }
    }

    /** Listens there, too. Before its loop is started, after it is registered. */
    void listenOn(Path path, Set<PosixFilePermission> permissions) throws IOException {
        unixSocket = UnixSocket.bind(path, permissions, BACKLOG);
        Listener listener = new Listener(unixSocket.channel, false, path);
        listeners.add(listener);
        keys.add(listener.channel.register(selector, SelectionKey.OP_ACCEPT, listener));
    }

    private static boolean isUnavailable(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("assign requested address") || message.contains("not supported");
    }

    private static IOException named(IOException failure, InetAddress address, int port) {
        return new IOException("cannot listen on " + TcpServer.text(new InetSocketAddress(address, port)) + ": "
                + failure.getMessage(), failure);
    }

    private ServerSocketChannel bind(InetSocketAddress address) throws IOException {
        boolean v6 = address.getAddress() instanceof Inet6Address;
        ServerSocketChannel channel = ServerSocketChannel.open(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (socketBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, socketBytes); // before it listens: peers are told its scale
            }
            channel.bind(address, BACKLOG);
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    List<InetSocketAddress> addresses(boolean secured) {
        return listeners.stream().filter(listener -> listener.secured == secured && listener.path == null)
                .map(listener -> (InetSocketAddress) listener.channel.socket().getLocalSocketAddress()).toList();
    }

    /** Any thread: so many connections may be open from now on. Those that are more stay. */
    void setConnectionsMax(int max) {
        connectionsMax = max;
    }

    /** Connections go to these loops in turn. */
    void dealTo(EventLoop[] eventLoops) {
        loops = eventLoops;
    }

    void register(Selector accepting) throws ClosedChannelException {
        selector = accepting;
        rejections.register(accepting);
        for (Listener listener : listeners) {
            keys.add(listener.channel.register(selector, SelectionKey.OP_ACCEPT, listener));
        }
    }

    void accept(SelectionKey key) {
        try {
            Listener listener = (Listener) key.attachment();
            SocketChannel channel;
            for (int i = 0; i < ACCEPTS_MAX && (channel = listener.channel.accept()) != null; i++) {
                admit(channel, listener);
            }
        } catch (IOException | OutOfMemoryError exhausted) { // of descriptors, mostly
            pause(exhausted);
        }
    }

    private void admit(SocketChannel channel, Listener listener) {
        try {
            if (counters.open.get() >= connectionsMax) {
                counters.rejected.incrementAndGet();
                rejections.add(channel, listener.secured);
                return;
            }
            SocketAddress remote = listener.path == null ? channel.getRemoteAddress() : peer(channel, listener.path);
            SocketAddress local = listener.path == null ? channel.getLocalAddress() : remote;
            Object state = service.connected(nextId++, remote, local);
            counters.open.incrementAndGet();
            counters.accepted.incrementAndGet();
            loops[nextLoop].adopt(channel, state, listener.secured ? tls : null);
            nextLoop = (nextLoop + 1) % loops.length;
        } catch (IOException alreadyGone) {
            closeQuietly(channel);
        } catch (RuntimeException bug) {
            closeQuietly(channel);
            LOG.error("the service failed at the beginning of a connection", bug);
        }
    }

    private static UnixPeer peer(SocketChannel channel, Path path) throws IOException {
        boolean isKnown = channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED);
        return new UnixPeer(path, isKnown ? channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName() : "");
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // the client left between accept and now; nothing is held
        }
    }

    private void pause(Throwable reason) {
        long now = System.nanoTime();
        if (now - loggedNanos >= LOG_INTERVAL_NANOS) {
            loggedNanos = now;
            LOG.warn("cannot accept connections, trying again every {} ms: {}", PAUSE_MILLIS, reason.getMessage());
        }
        resumeNanos = now + PAUSE_MILLIS * 1_000_000;
        for (SelectionKey key : keys) {
            key.interestOps(0);
        }
    }

    /** When {@link #check} has something to do, in nanoseconds of System.nanoTime; Long.MAX_VALUE = never. */
    long dueNanos() {
        return Math.min(resumeNanos, rejections.dueNanos());
    }

    void check(long nowNanos) {
        rejections.check(nowNanos);
        if (resumeNanos == NEVER || nowNanos - resumeNanos < 0) {
            return;
        }
        resumeNanos = NEVER;
        for (SelectionKey key : keys) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    void close() throws IOException {
        resumeNanos = NEVER;
        rejections.close();
        for (Listener listener : listeners) {
            listener.channel.close();
        }
        if (unixSocket != null) {
            unixSocket.close();
        }
    }
}
