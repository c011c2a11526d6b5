package kv.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop: how they come, and how they go, whether the client leaves, something fails, nothing happens for
 * too long, or the loop ends.
 *
 * <p>Owner: the event loop, but for {@link #adopt}, which any thread may call.
 * <p>Invariant: the service hears of the end of each connection it was told of, once, and before it is counted out.
 */
final class ConnectionSet {
    private static final long NEVER = Long.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionSet.class);

    private final Selector selector;
    private final Service service;
    private final BufferPool pool;
    private final LoopCounters counters;
    private final long idleNanos;
    private final int requestBytesMax;
    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private int count;
    private long idleCheckNanos = NEVER;

    private record Arrival(SocketChannel channel, Object state) {
    }

    ConnectionSet(Selector selector, NetConfig config, Service service, BufferPool pool, LoopCounters counters) {
        this.selector = selector;
        this.service = service;
        this.pool = pool;
        this.counters = counters;
        this.idleNanos = config.idleTimeoutMillis() * 1_000_000;
        this.requestBytesMax = config.requestBytesMax();
    }

    /** Any thread: the connection becomes one of these at the next {@link #openArrivals}. */
    void adopt(SocketChannel channel, Object connectionState) {
        arrivals.add(new Arrival(channel, connectionState));
    }

    boolean hasArrivals() {
        return !arrivals.isEmpty();
    }

    void openArrivals() {
        for (Arrival arrival; (arrival = arrivals.poll()) != null;) open(arrival.channel, arrival.state);
    }

    private void open(SocketChannel channel, Object connectionState) {
        Connection connection = new Connection(channel, new Exchange(connectionState, pool), pool, requestBytesMax);
        count++;
        active(connection);
        if (idleNanos > 0 && idleCheckNanos == NEVER) idleCheckNanos = connection.activeNanos + idleCheckInterval();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.key = channel.register(selector, SelectionKey.OP_READ, connection);
        } catch (IOException alreadyGone) {
            fail(connection, alreadyGone);
        }
    }

    /** Those that are open. */
    Stream<Connection> all() {
        return selector.keys().stream().map(SelectionKey::attachment).filter(Connection.class::isInstance).map(Connection.class::cast)
                .filter(connection -> !connection.closed);
    }

    /** Its client has sent something. */
    void active(Connection connection) {
        if (idleNanos > 0) connection.activeNanos = System.nanoTime();
    }

    /** The world's failure, or the lack of a buffer, closes one connection and is counted; our own bug does, too, and is loud. */
    void fail(Connection connection, Exception failure) {
        if (failure instanceof RuntimeException && !(failure instanceof BufferExhaustedException)) {
            LOG.error("event loop failed with a connection; closing it", failure);
        }
        if (!connection.closed) counters.failed.increment();
        close(connection);
    }

    void close(Connection connection) {
        if (connection.closed) return;
        connection.exchange.cancel();
        connection.close();
        count--;
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

    /** When {@link #closeIdle} has something to look at, in nanoseconds of System.nanoTime; Long.MAX_VALUE = never. */
    long idleCheckNanos() {
        return idleCheckNanos;
    }

    void closeIdle(long nowNanos) {
        if (idleCheckNanos == NEVER || nowNanos - idleCheckNanos < 0) return;
        idleCheckNanos = count == 0 ? NEVER : nowNanos + idleCheckInterval();
        all().filter(connection -> !connection.isBusy() && nowNanos - connection.activeNanos > idleNanos).forEach(connection -> {
            counters.idleClosed.increment();
            close(connection);
        });
    }

    private long idleCheckInterval() {
        return Math.max(1_000_000, Math.min(idleNanos / 4, 1_000_000_000L));
    }

    /** The loop ends: no connection must be lent any more. */
    void closeAll() throws IOException {
        all().forEach(this::close);
        for (Arrival arrival; (arrival = arrivals.poll()) != null;) {
            arrival.channel.close();
            ended(arrival.state);
        }
    }
}
