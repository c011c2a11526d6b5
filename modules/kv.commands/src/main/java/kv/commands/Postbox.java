package kv.commands;

import java.nio.ByteBuffer;

/** Brings bytes to a connection that has not asked for them, between replies. Any thread. */
public interface Postbox {

    /**
     * Takes a whole message, from the buffer's position to its limit, both of which stay; unless more than so many bytes would
     * wait then, or the connection has gone.
     *
     * @return whether it was taken
     */
    boolean offer(ByteBuffer message, int waitingBytesMax);

    /** Whether the client waits for more, and asks for nothing else: it is not idle then, however long none comes. */
    void await(boolean more);
}
