package kv.net;

import java.util.ArrayDeque;

/**
 * Which connections are lent to the workers, and which wait for that: those just read, those with requests left unread, those
 * with a long request.
 *
 * <p>Owner: the event loop.
 */
final class Lending {
    private final ConnectionSet connections;
    private final WorkerPool workers;
    /** QUEUED, in their order; some may have been closed meanwhile. */
    private final ArrayDeque<Connection> queued = new ArrayDeque<>();
    /** DEFERRED, in their order; some may have been closed meanwhile. */
    private final ArrayDeque<Connection> deferred = new ArrayDeque<>();
    /** Takes what is read; null until there is something to read. */
    private Loan filling;
    private int lentCount;
    /** When the last loan began to be filled, by System.nanoTime. */
    private long begunNanos;

    Lending(ConnectionSet connections, WorkerPool workers) {
        this.connections = connections;
        this.workers = workers;
    }

    /** The loan to read into; null while all are under way. */
    Loan filling() {
        if (filling == null) {
            filling = workers.take();
        }
        return filling;
    }

    /** The connection, read into the loan that is being filled, goes with it. */
    void lend(Connection connection, int bytes) {
        if (filling.isEmpty()) {
            beginFilling();
        }
        connection.exchange.receivedNanos = begunNanos;
        add(connection, bytes);
    }

    private void beginFilling() {
        begunNanos = System.nanoTime();
        filling.batch.begin(begunNanos);
    }

    private void add(Connection connection, int bytes) {
        connection.enter(Connection.State.LENT);
        lentCount++;
        filling.add(connection, bytes);
        if (filling.isFull(workers.wantedBytes())) {
            submit();
        }
    }

    /** Hands over what has been read. */
    void submit() {
        if (filling == null || filling.isEmpty()) {
            return;
        }
        workers.submit(filling);
        filling = null;
    }

    /** To be lent again in its turn. It must have unread bytes. */
    void queue(Connection connection) {
        connection.enter(Connection.State.QUEUED);
        queued.addLast(connection);
    }

    /** To be lent to the slow lane. It must have unread bytes. */
    void defer(Connection connection) {
        connection.enter(Connection.State.DEFERRED);
        deferred.addLast(connection);
    }

    boolean hasQueued() {
        return !queued.isEmpty();
    }

    boolean hasDeferred() {
        return !deferred.isEmpty();
    }

    void lendQueued() {
        for (int i = queued.size(); i > 0 && filling() != null; i--) {
            Connection connection = queued.pollFirst();
            if (connection.state() == Connection.State.QUEUED && offersUnread(connection)) {
                if (filling.isEmpty()) {
                    beginFilling();
                }
                add(connection, connection.input.unreadBytes());
            }
        }
    }

    void lendDeferred() {
        while (workers.isSlowLaneFree() && !deferred.isEmpty()) {
            Connection connection = deferred.pollFirst();
            if (connection.state() == Connection.State.DEFERRED && offersUnread(connection)) {
                connection.enter(Connection.State.SLOW);
                lentCount++;
                workers.submitSlow(connection);
            }
        }
    }

    private boolean offersUnread(Connection connection) {
        connections.takeInHand(connection);
        try {
            return connection.input.offerUnread();
        } catch (RuntimeException | OutOfMemoryError failure) {
            connections.fail(connection, failure);
            return false;
        } finally {
            connections.letGo();
        }
    }

    /** When the last loan began to be filled, by System.nanoTime. */
    long begunNanos() {
        return begunNanos;
    }

    /** One that was lent has come back. */
    void cameBack() {
        lentCount--;
    }

    /** How many connections are lent. */
    int lentCount() {
        return lentCount;
    }

    /** What has not been lent yet is not lent any more. */
    void clear() {
        queued.clear();
        deferred.clear();
    }
}
