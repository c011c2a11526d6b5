package kv.net;

import java.nio.ByteBuffer;

/**
 * What a worker gets to see of a connection: the bytes received, room for the replies, and ways to tell its event loop
 * how to go on. It holds no channel, so a worker cannot do I/O.
 *
 * <p>Owner: the event loop; while lent, exactly one worker. Hand-overs publish all fields.
 */
public final class Exchange {
    /** A handler may ask {@link #reserve} for up to so many bytes at once. */
    public static final int RESERVE_BYTES_MAX = 1024;
    /** Replies of one exchange beyond a batch's area fill so many blocks at most before the handler is asked to pause. */
    private static final int BLOCKS_FULL = 4;

    private final Object state;
    private final BufferPool pool;

    /** Unread bytes: [inputStart, inputEnd) of input, a batch's area or the connection's own buffer. */
    ByteBuffer input;
    int inputStart;
    int inputEnd;

    /** Replies: [areaStart, areaEnd) of the batch's output area, then the blocks. */
    ByteBuffer area;
    int areaStart;
    int areaEnd;
    final BlockQueue blocks = new BlockQueue();
    private ByteBuffer filling;

    /** What the handler asked for; see the methods of the same names. */
    int neededBytes;
    boolean paused;
    boolean deferred;
    boolean closing;
    boolean failed;

    private Batch batch;
    private boolean slowLane;
    private volatile boolean cancelled;

    Exchange(Object state, BufferPool pool) {
        this.state = state;
        this.pool = pool;
    }

    /** The connection's state, from {@link Service#connected}. */
    public Object state() {
        return state;
    }

    /** The unread bytes, from position to limit, in native byte order. Valid while the handler runs. */
    public ByteBuffer input() {
        return input;
    }

    /**
     * A buffer with room for at least so many bytes; what is put at its position is part of the reply stream. Valid until
     * the next call.
     *
     * @param bytes at most {@link #RESERVE_BYTES_MAX}
     * @throws BufferExhaustedException when the output is large and there is no memory for more
     */
    public ByteBuffer reserve(int bytes) {
        ByteBuffer current = filling;
        return current != null && current.remaining() >= bytes ? current : nextBlock();
    }

    /** Takes back all output of this call. */
    public void discard() {
        if (filling != null && filling == area) area.position(areaStart);
        areaEnd = areaStart;
        blocks.clear(pool);
        filling = null;
    }

    /** The first so many bytes of this call's output are not sent: what was reserved for a head turned out too long. */
    public void dropFirst(int bytes) {
        assert area != null && areaStart + bytes <= area.position() : bytes;
        areaStart += bytes;
    }

    /** True when enough output has gathered: the handler should {@link #pause()} and return. */
    public boolean outputIsFull() {
        return blocks.size() >= BLOCKS_FULL;
    }

    /** Complete requests are left unread; the handler is called again when the replies so far are sent. */
    public void pause() {
        paused = true;
    }

    /** The unread request cannot be complete before the input holds so many bytes, counted from its position. */
    public void need(int bytes) {
        neededBytes = bytes;
    }

    /**
     * The next request takes long: it is left unread, and the handler is called again with it on a thread where it holds up
     * nobody else ({@link #onSlowLane()}). The handler returns at once after this call.
     */
    public void defer() {
        assert !slowLane : "deferred twice";
        deferred = true;
    }

    /** Whether this call comes from the thread for long-running requests. */
    public boolean onSlowLane() {
        return slowLane;
    }

    /**
     * The handler is about to do something that takes longer than usual, where it is: the event loop stops waiting for it. For what takes
     * milliseconds, {@link #defer()} is better, for it also spares those that wait for the same worker.
     */
    public void late() {
        batch.late();
    }

    /** The connection is closed when the replies so far are sent; unread input is dropped. */
    public void close() {
        closing = true;
    }

    /** Whether the connection or the server has gone away: a long-running request should end early. */
    public boolean isCancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    /** Event loop: these bytes are to be handled. */
    void offer(ByteBuffer buffer, int start, int end) {
        input = buffer;
        inputStart = start;
        inputEnd = end;
    }

    /** Worker: runs the handler on the bytes offered. @return requests executed */
    int run(RequestHandler handler, Batch current, ByteBuffer outputArea, boolean slow) {
        batch = current;
        area = filling = outputArea;
        areaStart = areaEnd = outputArea == null ? 0 : outputArea.position();
        slowLane = slow;
        neededBytes = 0;
        paused = deferred = false;
        input.limit(inputEnd).position(inputStart);
        try {
            return handler.handle(this);
        } finally {
            inputStart = input.position();
            if (filling != null && filling == area) areaEnd = area.position();
            filling = null;
            blocks.flip();
        }
    }

    private ByteBuffer nextBlock() {
        if (filling != null && filling == area) areaEnd = area.position();
        filling = null;
        ByteBuffer block = pool.acquireBlock();
        blocks.addLast(block);
        filling = block;
        return block;
    }
}
