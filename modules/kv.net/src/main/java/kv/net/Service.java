package kv.net;

import java.net.SocketAddress;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** What a {@link TcpServer} serves. */
public interface Service {

    /** A handler for one worker thread; called once for each at start. It is only ever used by that thread. */
    RequestHandler newHandler();

    /**
     * A connection has been accepted; what is returned is its state, which every {@link Exchange} of it carries. Called by an
     * event loop: must not block.
     *
     * @param id counts from 1, never used twice
     */
    Object connected(long id, SocketAddress remote, SocketAddress local);

    /**
     * The connection with this state is served from now on. Called once, by its event loop, before any of its bytes are handled:
     * must not block.
     *
     * @param closing has it closed soon, also while a handler has it: then when the handler returns. Any thread may call it, at
     *         any time, as often as it likes
     * @param holdings tells what the connection holds. Any thread may ask, at any time
     */
    default void opened(Object state, Runnable closing, Supplier<Holdings> holdings) {
    }

    /** The connection with this state is gone. Called once, by its event loop, while no handler has it: must not block. */
    void disconnected(Object state);

    /**
     * The TLS handshake of this connection is done; its first request will follow. Called once, by a worker: must not block.
     *
     * @param session with the client's certificate, where it has shown one
     * @throws SSLException if it is not to be served: it is closed
     */
    default void secured(Object state, SSLSession session) throws SSLException {
    }

    /**
     * This connection is closed, for it speaks no TLS, or not as agreed. Called by a worker: must not block.
     *
     * @param fault what was wrong; parts of it may have come from the client
     */
    default void refused(Object state, SSLException fault) {
    }

    /**
     * What a client is told that is one too many, before its connection is closed.
     *
     * @param firstByte the first byte that it has sent, or -1 if nothing has come within a second
     */
    byte[] tooManyConnections(int firstByte);
}
