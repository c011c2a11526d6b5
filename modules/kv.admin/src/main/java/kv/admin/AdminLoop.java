package kv.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Answers all who ask at the admin port. It waits for nobody: sockets are non-blocking, and what may wait for a lock is made by
 * another thread, so that the two health answers come however many slow clients there are.
 *
 * <p>Owner: one thread, but for {@link #stop} and {@link #wakeUp}.
 * <p>Limits: connections, the length of a head, the time of each state, and the bytes of bodies that wait to be sent. Who is
 * one too
 * many takes the place of the one that has been in its state for longest.
 */
final class AdminLoop implements Runnable {
    // Not java's own HTTP server: its threads read heads in blocking mode, and two half-sent requests stopped both of two of
    // them (8 s,
    // tried). Not a second kv.net server either: four threads and a pool of 64 KiB blocks for what one thread does in a few
    // hundred lines.

    static final int CONNECTIONS_MAX = 1024;
    /** Bodies are some 50 KiB; the heap is some hundred megabytes. */
    static final long UNSENT_BYTES_MAX = 16L << 20;
    private static final int ACCEPTS_MAX = 64;
    private static final int READ_BYTES = 4 << 10;
    private static final long TICK_NANOS = 200_000_000;
    /**
     * Whoever makes it go round more often than this in a tick floods it. Then there is a pause before each round: all that has
     * come by then is answered, 12,800 new connections a second among it, but who waits for an answer before the next request
     * is slowed down to some hundred a second, which leaves the processors to the clients. A health check is 5 ms late then.
     */
    private static final int ROUNDS_A_TICK = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    private final Selector selector;
    private final List<ServerSocketChannel> listeners;
    private final Source source;
    private final Access access;
    private final Executor renderer;
    private final AdminClock clock;
    private final Response page = Page.load();
    private final Rendering metrics;
    private final Rendering live;
    private final Probe probe;
    private final Set<HttpConnection> connections = new HashSet<>();
    private final List<HttpConnection> awaitReadiness = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private long unsentBytes;
    private boolean acceptsAll = true;
    /** Since the last tick. */
    private int rounds;
    private long nextTick;
    private volatile boolean stopping;

    /** @param renderer runs one task after the other, on another thread */
    AdminLoop(Selector selector, List<ServerSocketChannel> listeners, Source source, Access access, Executor renderer,
            AdminClock clock) throws IOException {
        this.selector = selector;
        this.listeners = listeners;
        this.source = source;
        this.access = access;
        this.renderer = renderer;
        this.clock = clock;
        long now = clock.nanoTime();
        nextTick = now;
        MetricsText forScrapes = new MetricsText(true);
        MetricsText forThePage = new MetricsText(false);
        metrics = new Rendering(() -> {
            forScrapes.clear();
            source.metrics(forScrapes);
            return new Response(200, Response.METRICS, forScrapes.bytes());
        }, now);
        live = new Rendering(() -> {
            forThePage.clear();
            source.metrics(forThePage);
            return new Response(200, Response.JSON, LiveText.of(source, forThePage.toString()));
        }, now);
        probe = new Probe(selector);
        for (ServerSocketChannel listener : listeners) {
            listener.register(selector, SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                select();
            }
        } catch (IOException broken) {
            throw new IllegalStateException("the admin port's selector failed", broken);
        } finally {
            closeAll();
        }
    }

    void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Something was made for those who wait. */
    void wakeUp() {
        selector.wakeup();
    }

    private void select() throws IOException {
        long now = clock.nanoTime();
        long sleep = Math.max(1, Math.min(nextTick - now, Math.min(metrics.sleepNanos(now, TICK_NANOS), live.sleepNanos(now,
                TICK_NANOS))));
        if (++rounds > ROUNDS_A_TICK) {
            clock.pause(PAUSE_NANOS);
        }
        selector.select((sleep + 999_999) / 1_000_000);
        for (SelectionKey key : selector.selectedKeys()) {
            proceed(key);
        }
        selector.selectedKeys().clear();
        now = clock.nanoTime();
        finishProbe(now);
        advance(metrics, now);
        advance(live, now);
        if (now - nextTick >= 0) {
            nextTick = now + TICK_NANOS;
            tick(now);
        }
    }

    private void proceed(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.channel() instanceof ServerSocketChannel listener) {
            accept(listener);
        } else if (key.attachment() == probe) {
            probe.proceed(key);
        } else {
            proceedOrClose((HttpConnection) key.attachment());
        }
    }

    private void proceedOrClose(HttpConnection connection) {
        try {
            proceed(connection);
        } catch (IOException | CancelledKeyException gone) {
            close(connection);
        }
    }

    private void proceed(HttpConnection connection) throws IOException {
        long now = clock.nanoTime();
        switch (connection.state) {
            case READING -> {
                if (!connection.read(buffer)) {
                    close(connection);
                    return;
                }
                answer(connection, now);
            }
            case DRAINING -> {
                if (!connection.read(buffer)) {
                    close(connection);
                }
            }
            case WRITING -> {
                send(connection, now);
                answer(connection, now); // what it has sent meanwhile
            }
            case WAITING -> { } // nothing is asked of the channel meanwhile
        }
    }

    /** The requests that are there, one after the other; one that has to wait ends it. */
    private void answer(HttpConnection connection, long now) throws IOException {
        while (connection.state == HttpConnection.State.READING) {
            RequestHead request = connection.nextRequest();
            if (request == null) {
                return;
            }
            answer(connection, request, now);
        }
    }

    private void answer(HttpConnection connection, RequestHead request, long now) throws IOException {
        Response refusal = refusal(request);
        if (refusal != null) {
            respond(connection, refusal, true, now);
            return;
        }
        switch (request.path()) {
            case "/healthz" -> respond(connection, health(), false, now);
            case "/readyz" -> awaitReadiness(connection, now);
            case "/metrics" -> metrics.await(connection, now);
            case "/live.json" -> live.await(connection, now);
            default -> respond(connection, page, false, now);
        }
    }

    /** Null if there is nothing against this request. */
    private Response refusal(RequestHead request) {
        if (request.isBroken()) {
            return Response.BAD_REQUEST;
        }
        if (!access.isOurName(request.host())) {
            return Response.NOT_OUR_NAME;
        }
        boolean isOpen = request.path().equals("/healthz") || request.path().equals("/readyz");
        boolean isKnown = isOpen || request.path().equals("/metrics") || request.path().equals("/live.json")
                || request.path().equals("/");
        if (!isKnown) {
            return Response.NOT_FOUND;
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Response.NOT_ALLOWED;
        }
        return isOpen || access.isAllowed(request.authorization()) ? null : Response.NO_TOKEN;
    }

    private Response health() {
        return source.phase() == Source.Phase.FAILED ? Response.text(503, "failed: " + source.progress() + "\n")
                : Response.text(200, "ok\n");
    }

    private void awaitReadiness(HttpConnection connection, long now) throws IOException {
        InetSocketAddress address = source.dataAddress();
        Source.Phase phase = source.phase();
        if (phase != Source.Phase.SERVING || address == null) {
            respond(connection, Response.text(503, phase.name().toLowerCase(Locale.ROOT) + ": " + source.progress() + "\n"),
                    false, now);
            return;
        }
        connection.await(now);
        awaitReadiness.add(connection);
        if (!probe.isUnderWay()) {
            probe.begin(address, now);
        }
    }

    private void finishProbe(long now) {
        probe.endIfOverdue(now);
        Response result = probe.takeResult();
        if (result != null) {
            List<HttpConnection> waiting = List.copyOf(awaitReadiness);
            awaitReadiness.clear();
            respondAll(waiting, result, now);
        }
    }

    private void advance(Rendering rendering, long now) {
        Response made = rendering.take();
        if (made != null) {
            respondAll(List.copyOf(rendering.served()), made, now);
        }
        if (rendering.isDue(now)) {
            rendering.begin(now);
            renderer.execute(() -> {
                rendering.make();
                wakeUp();
            });
        }
    }

    private void respondAll(List<HttpConnection> waiting, Response response, long now) {
        for (HttpConnection connection : waiting) {
            try {
                respond(connection, response, false, now);
                answer(connection, now); // what it has sent behind that
            } catch (IOException | CancelledKeyException gone) {
                close(connection);
            }
        }
    }

    private void respond(HttpConnection connection, Response response, boolean last, long now) throws IOException {
        connection.respond(response, last, now);
        unsentBytes += connection.unsentBytes();
        send(connection, now);
        while (unsentBytes > UNSENT_BYTES_MAX) {
            closeOldest(HttpConnection.State.WRITING);
        }
    }

    private void send(HttpConnection connection, long now) throws IOException {
        long before = connection.unsentBytes();
        boolean done = connection.write();
        unsentBytes -= before - connection.unsentBytes();
        if (done && connection.isOver()) {
            close(connection);
        } else if (done) {
            connection.finish(now);
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (int i = 0; i < ACCEPTS_MAX; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                if (connections.size() >= CONNECTIONS_MAX) {
                    closeOldest(null);
                }
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                HttpConnection connection = new HttpConnection(channel, key, clock.nanoTime());
                key.attach(connection);
                connections.add(connection);
                proceedOrClose(connection); // a request is there, mostly: a flood of rubbish never gets to the selector
            }
        } catch (IOException noDescriptor) {
            // Until the next tick, or the selector would report it again and again. What is idle makes room.
            closeOldest(null);
            acceptAll(false);
        }
    }

    private void acceptAll(boolean wanted) {
        acceptsAll = wanted;
        for (ServerSocketChannel listener : listeners) {
            SelectionKey key = listener.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(wanted ? SelectionKey.OP_ACCEPT : 0);
            }
        }
    }

    private void tick(long now) {
        rounds = 0;
        if (!acceptsAll) {
            acceptAll(true);
        }
        for (HttpConnection connection : List.copyOf(connections)) {
            if (connection.isOverdue(now)) {
                close(connection);
            }
        }
    }

    /** @param state only of these; null = of all */
    private void closeOldest(HttpConnection.State state) {
        HttpConnection oldest = null;
        for (HttpConnection connection : connections) {
            if ((state == null || connection.state == state) && (oldest == null || connection.since - oldest.since < 0)) {
                oldest = connection;
            }
        }
        if (oldest != null) {
            close(oldest);
        }
    }

    private void close(HttpConnection connection) {
        if (!connections.remove(connection)) {
            return;
        }
        unsentBytes -= connection.unsentBytes();
        awaitReadiness.remove(connection);
        metrics.forget(connection);
        live.forget(connection);
        closeQuietly(connection.channel);
    }

    private void closeAll() {
        for (HttpConnection connection : List.copyOf(connections)) {
            close(connection);
        }
        probe.close();
        listeners.forEach(AdminLoop::closeQuietly);
        closeQuietly(selector);
    }

    static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception gone) {
            // There is nothing left to be done with it.
        }
    }
}
