package kv.net;

/**
 * Closes the connections of one event loop that keep it waiting: idle ones, requests that do not get on, replies that nobody
 * reads.
 *
 * <p>Owner: the event loop, but for {@link #set}. Units: nanoseconds of System.nanoTime.
 */
final class Timeouts {
    /*
     * Nothing on the way of a request reads a clock for this: now and then all connections are looked at, and each is compared
     * with how it was when it was looked at before. So a connection goes up to an eighth of its time, or two seconds, too late,
     * never too early. As long as no connection waits in a way that has a limit, nobody looks.
     */

    /** What has no limit of its own: a request that brings so much within the time gets on. */
    static final int REQUEST_STEP_BYTES = 64 << 10;
    /** A client may close its side and wait for the reply of a long request; after so long it is taken to have gone. */
    private static final long GONE_NANOS = 2_000_000_000L;
    /** Closed in a row, some 50 µs each; then the loop serves the others again. */
    private static final int CLOSES_MAX = 8;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long INTERVAL_MAX = 1_000_000_000L;
    private static final long INTERVAL_MIN = 1_000_000;

    private final ConnectionSet connections;
    private final LoopCounters counters;
    /** Any thread may set them. */
    private volatile Limits wanted;
    private Limits limits;
    /** Of {@link TlsConfig}; NEVER where there is no TLS. */
    private final long handshake;
    private long nextLook = NEVER;
    private int closesLeft;

    /** What is waited for, and how often somebody looks. In nanoseconds; NEVER = without limit. */
    private record Limits(long idle, long request, long send, long interval) {
        static Limits ofMillis(long idleMillis, long requestMillis, long sendMillis, long handshake) {
            long idle = nanos(idleMillis);
            long request = Math.min(nanos(requestMillis), idle);
            long send = nanos(sendMillis);
            long shortest = Math.min(Math.min(request, send), handshake);
            return new Limits(idle, request, send, Math.max(INTERVAL_MIN, Math.min(shortest / 16, INTERVAL_MAX)));
        }

        private static long nanos(long millis) {
            return millis == 0 ? NEVER : millis * 1_000_000;
        }
    }

    Timeouts(NetConfig config, ConnectionSet connections, LoopCounters counters) {
        this.connections = connections;
        this.counters = counters;
        this.handshake = config.tls() == null ? NEVER : Limits.nanos(config.tls().handshakeTimeoutMillis());
        set(config.idleTimeoutMillis(), config.requestTimeoutMillis(), config.sendTimeoutMillis());
        this.limits = wanted;
    }

    /** Any thread, which has to wake the loop then: these limits hold from now on, for those that wait already, too. */
    void set(long idleMillis, long requestMillis, long sendMillis) {
        wanted = Limits.ofMillis(idleMillis, requestMillis, sendMillis, handshake);
    }

    /** Connections have been opened. */
    void opened() {
        if (limits.idle != NEVER || handshake != NEVER) {
            watch();
        }
    }

    /** A connection waits for the rest of a request, or for its client to read. */
    void watch() {
        if (nextLook == NEVER) {
            nextLook = System.nanoTime() + limits.interval;
        }
    }

    /** When {@link #check} has something to do. */
    long nextLook() {
        if (limits != wanted) {
            limits = wanted;
            nextLook = System.nanoTime();
        }
        return nextLook;
    }

    void check(long now) {
        if (nextLook == NEVER || now - nextLook < 0) {
            return;
        }
        nextLook = NEVER;
        closesLeft = CLOSES_MAX;
        connections.all().forEach(connection -> check(connection, now));
    }

    private void check(Connection connection, long now) {
        TlsSession tls = connection.exchange.tls();
        if (tls != null && !tls.isEstablished()) {
            checkHandshake(connection, tls, now);
            return;
        }
        switch (connection.state()) {
            case READING -> {
                if (connection.input.unreadBytes() > 0) {
                    check(connection, now, Connection.Wait.REQUEST, limits.request);
                } else if (connection.exchange.awaitsPosts()) {
                    rest(connection, now);
                } else if (limits.idle != NEVER) {
                    check(connection, now, Connection.Wait.IDLE, limits.idle);
                }
            }
            case SENDING -> check(connection, now, Connection.Wait.SEND, limits.send);
            case SLOW, HELD, DEFERRED -> {
                if (connection.input.hasEnded()) {
                    checkGone(connection, now);
                } else {
                    rest(connection, now);
                }
            }
            default -> rest(connection, now);
        }
    }

    private void rest(Connection connection, long now) {
        connection.waitedSince(Connection.Wait.NONE, now);
        if (limits.idle != NEVER) {
            watch();
        }
    }

    /** A handshake has one limit for all of it: whoever sends a byte now and then gets no more. */
    private void checkHandshake(Connection connection, TlsSession tls, long now) {
        watch();
        if (!connection.isLent() && now - tls.openedNanos() > handshake && mayClose(now)) {
            tls.overdue();
            counters.timedOut.increment();
            connections.close(connection);
        }
    }

    /** Its client sends no more. If it still waits for a reply, it has a little time; else what runs for it is to end. */
    private void checkGone(Connection connection, long now) {
        watch();
        if (now - connection.waitedSince(Connection.Wait.GONE, now) <= GONE_NANOS) {
            return;
        }
        if (connection.isLent()) {
            connection.exchange.cancel();
        } else if (mayClose(now)) {
            connections.close(connection);
        }
    }

    private void check(Connection connection, long now, Connection.Wait wait, long limit) {
        watch();
        if (limit == NEVER || now - connection.waitedSince(wait, now) <= limit || !mayClose(now)) {
            return;
        }
        (wait == Connection.Wait.IDLE ? counters.idleClosed : counters.timedOut).increment();
        connections.close(connection);
    }

    /** If not, it is looked at again as soon as the others have been served. */
    private boolean mayClose(long now) {
        if (closesLeft == 0) {
            nextLook = now;
            return false;
        }
        closesLeft--;
        return true;
    }
}
