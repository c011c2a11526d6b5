package kv.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop: how they come, and how they go, whether the client leaves, something fails, or the loop
 * ends.
 *
 * <p>Owner: the event loop, but for {@link #adopt}, which any thread may call.
 * <p>Invariant: the service hears of the end of each connection it was told of, once, and before it is counted out.
 */
final class ConnectionSet {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionSet.class);

    private static final int KEEPALIVE_SECONDS = 300;

    private final Selector selector;
    private final Service service;
    private final SignalQueue signals;
    private final BufferPool pool;
    private final Budget heap;
    private final Runnable makeRoom;
    private final LoopCounters counters;
    private final int requestBytesMax;
    private final int socketBytes;
    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    /** Is being read or finished: it must not be closed, nor go on, by what is heard meanwhile; or null. */
    private Connection inHand;
    /** No connection is opened any more. */
    private volatile boolean ended;

    /** @param tls null where it is plain */
    private record Arrival(SocketChannel channel, Object state, Tls tls) {
    }

    ConnectionSet(Selector selector, NetConfig config, Service service, SignalQueue signals, BufferPool pool, Budget heap,
            Runnable makeRoom, LoopCounters counters) {
        this.selector = selector;
        this.service = service;
        this.signals = signals;
        this.pool = pool;
        this.heap = heap;
        this.makeRoom = makeRoom;
        this.counters = counters;
        this.requestBytesMax = config.requestBytesMax();
        this.socketBytes = config.socketBytes();
    }

    /**
     * Any thread: the connection becomes one of these at the next {@link #openArrivals}, or, if this loop has ended, is closed at
     * once.
     */
    void adopt(SocketChannel channel, Object connectionState, Tls tls) {
        Arrival arrival = new Arrival(channel, connectionState, tls);
        arrivals.add(arrival);
        if (ended && arrivals.remove(arrival)) { // or else closeAll has found it
            refuse(arrival);
        }
    }

    boolean hasArrivals() {
        return !arrivals.isEmpty();
    }

    void openArrivals() {
        for (Arrival arrival; (arrival = arrivals.poll()) != null;) {
            open(arrival);
        }
    }

    private void open(Arrival arrival) {
        SocketChannel channel = arrival.channel;
        Connection connection = new Connection(channel, arrival.state, signals, pool, heap, makeRoom, requestBytesMax);
        try {
            if (arrival.tls != null) {
                connection.exchange.secure(arrival.tls, requestBytesMax);
            }
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                keepAlive(channel);
            }
            if (socketBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, socketBytes);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, socketBytes);
            }
            connection.register(selector);
            service.opened(arrival.state, connection.exchange::hangUp, connection::holdings);
        } catch (IOException | OutOfMemoryError failure) {
            fail(connection, failure);
        }
    }

    /**
     * A peer that has vanished is noticed after eight minutes of silence, not after the two hours that are the system's default.
     */
    private static void keepAlive(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_SECONDS / 5);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
    }

    /** Those that are open. */
    Stream<Connection> all() {
        return selector.keys().stream().map(SelectionKey::attachment)
                .filter(Connection.class::isInstance).map(Connection.class::cast)
                .filter(connection -> !connection.isClosed());
    }

    /**
     * The world's failure, or the lack of memory, closes one connection and is counted; our own bug does, too, and is loud.
     *
     * @param failure null if it has been reported before
     */
    void fail(Connection connection, Throwable failure) {
        if (!connection.isClosed()) {
            counters.failed.increment();
        }
        close(connection);
        if (failure instanceof RuntimeException && !(failure instanceof BufferExhaustedException)) {
            LOG.error("event loop failed with a connection; closed it", failure);
        }
    }

    /**
     * What is heard until {@link #letGo} does not close it: whoever has it looks at {@link Exchange#isCancelled} afterwards.
     * Other signals wait until then.
     */
    void takeInHand(Connection connection) {
        inHand = connection;
    }

    void letGo() {
        inHand = null;
    }

    boolean isInHand(Connection connection) {
        return connection == inHand;
    }

    void close(Connection connection) {
        if (connection.isClosed()) {
            return;
        }
        connection.close();
        ended(connection.exchange.state());
    }

    private void ended(Object connectionState) {
        try {
            service.disconnected(connectionState);
        } catch (RuntimeException bug) {
            LOG.error("the service failed at the end of a connection", bug);
        } finally {
            counters.closed();
        }
    }

    /**
     * The loop ends.
     *
     * @param workersEnded whether no worker has a connection any more; if one may, the buffers of those that are lent are left to
     *     it
     */
    void closeAll(boolean workersEnded) {
        all().forEach(connection -> {
            if (!connection.isLent()) {
                close(connection);
            } else if (workersEnded) {
                connection.enter(Connection.State.RETURNED); // its worker has died with it
                close(connection);
            } else {
                connection.abandon();
                ended(connection.exchange.state());
            }
        });
        ended = true;
        for (Arrival arrival; (arrival = arrivals.poll()) != null;) {
            refuse(arrival);
        }
    }

    private void refuse(Arrival arrival) {
        try {
            arrival.channel.close();
        } catch (IOException alreadyBroken) {
            // the descriptor is gone either way
        }
        ended(arrival.state);
    }
}
