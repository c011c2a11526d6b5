package kv.net;

import java.nio.ByteBuffer;

/**
 * Brings bytes to a connection that has not asked for them: messages of a channel, what a monitor sees. They are sent between
 * replies, in the order in which they were posted.
 *
 * <p>Any thread; the lock is this object, and the pool's may be taken under it.
 * <p>Bound: {@value #BYTES_MAX} bytes wait at most. A client that does not keep up is cut off: what it would get later would have
 * a gap that it cannot see.
 */
public final class Outbox {
    /** Bytes that may wait. */
    public static final int BYTES_MAX = 4 << 20;

    private final Signal signal;
    private final BufferPool pool;
    private final Account account;
    private final BlockQueue blocks;
    /** The last block's buffer, while it is being filled. */
    private ByteBuffer filling;
    private long bytes;
    private boolean closed;
    private volatile boolean awaited;

    /** @param account whose memory it takes */
    Outbox(Signal signal, BufferPool pool, Account account) {
        this.signal = signal;
        this.pool = pool;
        this.account = account;
        this.blocks = new BlockQueue(pool, account);
    }

    /** Whether the client waits for more of them, and asks for nothing else: it is not idle then, however long none comes. */
    public void await(boolean more) {
        awaited = more;
    }

    boolean isAwaited() {
        return awaited;
    }

    /**
     * Copies a whole message, from the buffer's position to its limit, both of which stay.
     *
     * @return false if the connection is gone or has just been cut off because it does not keep up
     */
    public synchronized boolean post(ByteBuffer message) {
        if (closed) {
            return false;
        }
        if (bytes + message.remaining() > BYTES_MAX || !copy(message)) {
            close();
            signal.raise(Signal.FAIL);
            return false;
        }
        bytes += message.remaining();
        signal.raise(Signal.POSTED);
        return true;
    }

    /**
     * As {@link #post}, for messages that may be left out: a client that does not keep up is not cut off.
     *
     * @param waitingBytesMax how much may wait with it, at most {@value #BYTES_MAX}
     * @return false if it was left out: too much waits, or the connection is gone
     */
    public synchronized boolean offer(ByteBuffer message, int waitingBytesMax) {
        return bytes + message.remaining() <= Math.min(waitingBytesMax, BYTES_MAX) && post(message);
    }

    /** Has the connection closed soon, also while a handler has it: then when the handler returns. */
    public void hangUp() {
        signal.raise(Signal.CLOSE);
    }

    private boolean copy(ByteBuffer message) {
        int from = message.position();
        try {
            while (from < message.limit()) {
                if ((filling == null || !filling.hasRemaining()) && !addBlock(message.limit() - from)) {
                    return false;
                }
                int count = Math.min(filling.remaining(), message.limit() - from);
                filling.put(filling.position(), message, from, count).position(filling.position() + count);
                from += count;
            }
            return true;
        } catch (BufferExhaustedException noRoom) {
            return false;
        }
    }

    private boolean addBlock(int wanted) {
        Block block = pool.acquire(account, Math.min(wanted, BufferPool.BLOCK_BYTES));
        if (block == null) {
            return false;
        }
        blocks.addLast(block);
        filling = block.buffer;
        return true;
    }

    /** How many blocks wait in it. */
    synchronized int blockCount() {
        return blocks.count();
    }

    /** Memory of these. */
    synchronized long memoryBytes() {
        return blocks.memoryBytes();
    }

    synchronized boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** Whoever has the connection: moves what was posted behind the output, which must be empty. */
    synchronized void moveTo(BlockQueue output) {
        blocks.flip();
        blocks.moveTo(output);
        filling = null;
        bytes = 0;
    }

    /** Nothing can be posted any more. */
    synchronized void close() {
        closed = true;
        blocks.clear();
        filling = null;
    }
}
