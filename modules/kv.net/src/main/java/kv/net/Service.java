package kv.net;

import java.net.SocketAddress;

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

    /** The connection with this state is gone. Called once, by its event loop, while no handler has it: must not block. */
    void disconnected(Object state);

    /** What a client is told that is one too many, before its connection is closed. */
    byte[] tooManyConnections();
}
