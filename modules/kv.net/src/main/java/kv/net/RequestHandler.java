package kv.net;

/** Runs requests: bytes in, bytes out. It has no way to a socket and does not know its thread. */
public interface RequestHandler {

    /**
     * Some calls of {@link #handle} follow directly: the time to read a clock once for all of them.
     *
     * @param receivedNanos since when they wait for a thread, by System.nanoTime: when the first of them was received
     * @param slow whether this is the slow lane
     */
    default void beginBatch(long receivedNanos, boolean slow) {
    }

    /**
     * Executes the complete requests in {@link Exchange#input()}, advances its position past them, and puts the replies
     * into {@link Exchange#reserve}d space. An incomplete request stays unread: the handler is called again with the same
     * bytes and those that follow them.
     *
     * <p>Called by one worker at a time for a connection, in the order in which the bytes came. A long-running request
     * is handed on with {@link Exchange#defer()}; an exception closes the connection and is logged.
     *
     * @return how many requests were executed: what the event loop makes its batches by
     */
    int handle(Exchange exchange);
}
