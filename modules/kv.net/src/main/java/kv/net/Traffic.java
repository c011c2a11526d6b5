package kv.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * Moves the connections of one event loop from state to state: reads them, has them lent to the workers, sends what comes back.
 * The states are drawn in {@link Connection}.
 *
 * <p>Owner: the event loop.
 * <p>Failure: what goes wrong with one connection closes that one; so does a lack of memory while it is served.
 */
final class Traffic {
    private final ConnectionSet connections;
    private final WorkerPool workers;
    private final Lending lending;
    private final SignalQueue signals;
    private final Timeouts timeouts;
    private final LoopCounters counters;

    Traffic(ConnectionSet connections, WorkerPool workers, Lending lending, SignalQueue signals, Timeouts timeouts,
            LoopCounters counters) {
        this.connections = connections;
        this.workers = workers;
        this.lending = lending;
        this.signals = signals;
        this.timeouts = timeouts;
        this.counters = counters;
    }

    /** Those that have been adopted are served from now on. */
    void openArrivals() {
        if (connections.hasArrivals()) {
            connections.openArrivals();
            timeouts.opened();
        }
    }

    void ready(Connection connection, SelectionKey key) {
        if (key.isValid() && key.isWritable()) {
            writable(connection);
        }
        if (key.isValid() && key.isReadable()) {
            readable(connection);
        }
    }

    private void writable(Connection connection) {
        assert connection.state() == Connection.State.SENDING : connection.state();
        try {
            send(connection);
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            connections.fail(connection, failure);
        }
    }

    private void readable(Connection connection) {
        switch (connection.state()) {
            case READING -> read(connection);
            case SLOW, HELD, DEFERRED -> readAhead(connection);
            default -> connection.ignoreBytes();
        }
    }

    private void readAhead(Connection connection) {
        try {
            int count = connection.input.readAhead();
            if (count > 0) {
                counters.bytesReceived.add(count);
            } else {
                connection.ignoreBytes();
                timeouts.watch();
            }
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            gone(connection, failure);
        }
    }

    /** The client has gone, as the system tells. */
    private void gone(Connection connection, Throwable failure) {
        if (connection.isLent()) {
            connection.ignoreBytes();
            connection.exchange.cancel();
        } else {
            connections.fail(connection, failure);
        }
    }

    private void read(Connection connection) {
        Loan loan = lending.filling();
        if (loan == null) {
            return; // all batches are under way: it is still readable in the next round
        }
        connections.takeInHand(connection);
        try {
            int count = connection.input.read(loan.batch.input);
            if (count > 0) {
                counters.bytesReceived.add(count);
                if (connection.input.hasNeededBytes()) {
                    lending.lend(connection, count);
                } else {
                    timeouts.watch();
                    closeIfCancelled(connection);
                }
            } else if (count < 0) {
                goOn(connection);
            } else if (connection.input.wantsRoom()) {
                lending.defer(connection);
            }
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            connections.fail(connection, failure);
        } finally {
            connections.letGo();
        }
    }

    /** Takes back the loans that are done. */
    void finishDone() {
        for (Loan loan; (loan = workers.pollDone()) != null;) {
            for (int i = 0; i < loan.count; i++) {
                lending.cameBack();
                finish(loan.connections[i]);
            }
            workers.release(loan);
        }
    }

    private void finish(Connection connection) {
        Exchange exchange = connection.exchange;
        connections.takeInHand(connection);
        try {
            if (exchange.next() == Next.FAIL) {
                failLent(connection, null);
                return;
            }
            connection.takeBack();
            if (connection.state() == Connection.State.RETURNED) {
                send(connection);
            }
            closeIfCancelled(connection);
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            failLent(connection, failure);
        } finally {
            connections.letGo();
        }
    }

    private void failLent(Connection connection, Throwable failure) {
        if (connection.isLent()) {
            connection.enter(Connection.State.RETURNED);
        }
        connections.fail(connection, failure);
    }

    /** Its end was asked for while it was lent, or while it was in hand. */
    private void closeIfCancelled(Connection connection) {
        if (connection.exchange.isCancelled()) {
            connections.close(connection);
        }
    }

    /** Sends what the socket takes; when that is all, what was posted; and when that is all, the connection goes on. */
    private void send(Connection connection) throws IOException {
        long sent = connection.flush();
        if (!connection.hasUnsent() && connection.exchange.takePosted()) {
            sent += connection.flush();
        }
        counters.bytesSent.add(sent);
        if (connection.hasUnsent()) {
            connection.enter(Connection.State.SENDING);
            timeouts.watch();
        } else {
            goOn(connection);
        }
    }

    /** All is sent: what comes next is the handler's wish. */
    private void goOn(Connection connection) {
        switch (connection.exchange.next()) {
            case CONTINUE -> {
                if (connection.input.hasReadAhead() || connection.exchange.wantsWorker()) {
                    lending.queue(connection);
                } else {
                    readOn(connection);
                }
            }
            case PAUSE -> {
                connection.exchange.granted();
                if (hasUnread(connection)) {
                    lending.queue(connection);
                }
            }
            case DEFER -> {
                connection.exchange.granted();
                if (hasUnread(connection)) {
                    lending.defer(connection);
                }
            }
            case CLOSE, FAIL -> connections.close(connection);
        }
    }

    /** With nothing unread there is nothing to lend it for, it would wait for ever; unless TLS has something of its own to do. */
    private boolean hasUnread(Connection connection) {
        boolean hasUnread = connection.input.unreadBytes() > 0 || connection.exchange.tls() != null;
        if (!hasUnread) {
            readOn(connection);
        }
        return hasUnread;
    }

    private void readOn(Connection connection) {
        if (connection.input.hasEnded()) {
            connections.close(connection);
        } else {
            connection.enter(Connection.State.READING);
            if (connection.input.unreadBytes() > 0) {
                timeouts.watch();
            }
        }
    }

    /** What other threads have signalled. Also the way to memory: who holds most is told to go by a signal. */
    void hearSignals() {
        Signal following;
        for (Signal signal = signals.takeAll(); signal != null; signal = following) {
            following = signal.next; // before it is heard, for then it may be raised and queued again
            hear(signal);
        }
    }

    private void hear(Signal signal) {
        int flags = signal.take();
        Connection connection = (Connection) signal.owner();
        if (connection.isClosed()) {
            return;
        }
        try {
            if ((flags & (Signal.CLOSE | Signal.FAIL)) != 0) {
                hangUp(connection, (flags & Signal.FAIL) != 0);
            } else if (connections.isInHand(connection)) {
                signal.raise(flags); // heard while room is made for it; whoever has it in hand first says how it goes on
            } else if ((flags & Signal.RELEASED) != 0) {
                assert connection.state() == Connection.State.HELD : connection.state();
                connection.exchange.holds().reopen();
                send(connection);
            } else if (connection.state() == Connection.State.READING) {
                send(connection); // posted; in any other state it will be sent in its time
            }
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            connections.fail(connection, failure);
        }
    }

    private void hangUp(Connection connection, boolean failed) {
        if (failed) {
            counters.failed.increment();
        }
        connection.exchange.cancel();
        if (!connection.isLent() && !connections.isInHand(connection)) {
            connections.close(connection);
        }
    }

    /** Whether connections wait for anything but bytes from their clients. */
    boolean isUnderWay() {
        return lending.hasQueued() || lending.hasDeferred()
                || connections.all().anyMatch(connection -> connection.state() != Connection.State.READING);
    }

    /** What has not been started is not started any more; what runs is told to end early. */
    void cancelAll() {
        connections.all().forEach(connection -> connection.exchange.cancel());
        lending.clear();
    }
}
