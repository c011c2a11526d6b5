package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Output;

/**
 * Where the replies of one call of {@link Executor#execute} go, and what its surroundings know of that call.
 *
 * <p>Owner: the thread that executes.
 */
public interface ReplyOutput extends Output {

    /**
     * {@inheritDoc}
     *
     * @throws OutputFullException when there is much output already and no memory for more
     */
    @Override
    ByteBuffer reserve(int bytes);

    /** Takes back all output of this call. */
    void discard();

    /** The first so many bytes of this call's output are not sent: what was reserved for a head turned out too long. */
    void dropFirst(int bytes);

    /** Whether enough output has gathered: what else the client has sent is executed later. */
    boolean isFull();

    /** Whether nobody waits for the output any more: what takes long should end early. */
    boolean isCancelled();

    /** What follows takes longer than usual; whoever waits for this call should go on without it. */
    void late();

    /**
     * Charges heap that will be kept for this client until it goes; false if it must not be taken.
     *
     * @param bytes negative: so many are given back
     */
    boolean charge(long bytes);

    /** Whether the client's connection is kept when memory is short, though it hold most, and others go for it; at first not. */
    void spare(boolean on);

    /** Whether this thread is the one for what takes long, where nobody waits. */
    boolean onSlowLane();

    /** When the requests of this call were received, in nanoseconds of System.nanoTime: so long ago at most. */
    long receivedNanos();

    /** How many bytes this call has put out so far. */
    long writtenBytes();

    /** How the same connection is reached later, when it has asked for nothing. */
    Postbox postbox();
}
