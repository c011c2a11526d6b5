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
    /** With so many bytes of replies the handler is asked to pause. */
    private static final int OUTPUT_FULL_BYTES = 128 << 10;
    /** The first block beyond a batch's area is small: often what does not fit is but a few bytes. */
    private static final int FIRST_BLOCK_BYTES = 2 << 10;
    /** How long a worker waits for memory while connections that hold more are being closed. */
    static final long MEMORY_WAIT_MILLIS = 100;

    static {
        assert RESERVE_BYTES_MAX <= FIRST_BLOCK_BYTES;
    }

    private final Object state;
    private final BufferPool pool;
    /** The memory that its connection has of the pool. */
    final Account buffers;
    /** What its handler keeps of it on the heap. */
    private final Account account;

    /** Unread bytes: [inputStart, inputEnd) of input, a batch's area or the connection's own buffer. */
    ByteBuffer input;
    int inputStart;
    int inputEnd;

    /** Replies: [areaStart, areaEnd) of the batch's output area, then the blocks. */
    ByteBuffer area;
    int areaStart;
    int areaEnd;
    final BlockQueue blocks;
    private ByteBuffer filling;
    /** Bytes of output before those in what is being filled. */
    private int filledBytes;

    /** How many unread bytes the handler needs; see {@link #need}. */
    int neededBytes;
    /** Bytes of a larger buffer that the loop wants for what is unread; then this is made, and the handler is not called. */
    int wantedRoom;
    /** The larger buffer, with the unread bytes; null while there is none. */
    Block room;
    /** When the loop had the unread bytes, but for what was read ahead. */
    long receivedNanos;
    /** Requests executed since the beginning; may overflow. */
    int requests;
    private Next next = Next.CONTINUE;
    private final Signal signal;
    private final Hold hold;
    /** Null until asked for. */
    volatile Outbox outbox;
    /** Null where the connection is plain. */
    private TlsSession tls;

    private Batch batch;
    private boolean slowLane;
    private volatile boolean cancelled;

    /** @param heap what all handlers may keep on the heap */
    Exchange(Object state, Signal signal, BufferPool pool, Budget heap) {
        this.state = state;
        this.signal = signal;
        this.pool = pool;
        this.buffers = pool.newAccount(signal);
        this.account = new Account(heap, signal);
        this.blocks = new BlockQueue(pool, buffers);
        this.hold = new Hold(signal);
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
        if (filling != null && filling == area) {
            area.position(areaStart);
        }
        areaEnd = areaStart;
        filledBytes = 0;
        blocks.clear();
        filling = null;
    }

    /** The first so many bytes of this call's output are not sent: what was reserved for a head turned out too long. */
    public void dropFirst(int bytes) {
        assert area != null && areaStart + bytes <= area.position() : bytes;
        areaStart += bytes;
    }

    /** True when enough output has gathered: the handler should {@link #pause()} and return. */
    public boolean outputIsFull() {
        return writtenBytes() >= OUTPUT_FULL_BYTES;
    }

    /** How many bytes this call has put out so far. */
    public long writtenBytes() {
        ByteBuffer current = filling;
        return filledBytes + (current == null ? 0 : current == area ? current.position() - areaStart : current.position());
    }

    /** When the unread bytes were received, by System.nanoTime. What was paused, deferred or held has waited since then. */
    public long receivedNanos() {
        return receivedNanos;
    }

    /** Complete requests are left unread; the handler is called again when the replies so far are sent. */
    public void pause() {
        want(Next.PAUSE);
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
        want(Next.DEFER);
    }

    /** Whether this call comes from the thread for long-running requests. */
    public boolean onSlowLane() {
        return slowLane;
    }

    /**
     * What follows takes longer than usual, where it is: the event loop stops waiting for it. For what takes milliseconds, {@link
     * #defer()} is better, for it also spares those that wait for the same worker.
     */
    public void late() {
        batch.late();
    }

    /** The connection is closed when the replies so far are sent; unread input is dropped. */
    public void close() {
        want(Next.CLOSE);
    }

    /**
     * Keeps the connection back when the handler has returned, until {@link Hold#release} was called as often as this method: its
     * output is not sent, and it is not called again with what it has left unread ({@link #pause}). For what must wait without a
     * worker waiting.
     */
    public Hold hold() {
        return hold.take();
    }

    /** Where the handler charges what it keeps on the heap for this connection, before it takes it. */
    public Account account() {
        return account;
    }

    /** Whether others go for it when memory is short, though it hold most; at first not. */
    public void spare(boolean on) {
        buffers.spare(on);
        account.spare(on);
    }

    /** How others bring bytes to this connection, from now until it ends. Always the same object. */
    public Outbox outbox() {
        Outbox made = outbox;
        if (made == null) {
            made = new Outbox(signal, pool, buffers);
            outbox = made;
        }
        return made;
    }

    /** Whether the client waits for what others post. */
    boolean awaitsPosts() {
        Outbox made = outbox;
        return made != null && made.isAwaited();
    }

    /** Whether the connection or the server has gone away: a long-running request should end early. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Has the connection closed soon. Any thread. */
    void hangUp() {
        signal.raise(Signal.CLOSE);
    }

    /** What this connection receives and sends is encrypted: before the first byte. */
    void secure(Tls shared, int requestBytesMax) {
        tls = new TlsSession(shared, this, pool, requestBytesMax);
    }

    /** Null where the connection is plain. */
    TlsSession tls() {
        return tls;
    }

    /** Unread bytes that have been received and decrypted. */
    int insideBytes() {
        return tls == null ? 0 : tls.unread().count();
    }

    /** Whether a worker has something to do though nothing is unread: it must encrypt what was posted. */
    boolean wantsWorker() {
        Outbox posted = outbox;
        return tls != null && posted != null && !posted.isEmpty();
    }

    private void want(Next wish) {
        if (wish.compareTo(next) > 0) {
            next = wish;
        }
    }

    void cancel() {
        cancelled = true;
    }

    Signal signal() {
        return signal;
    }

    Hold holds() {
        return hold;
    }

    Next next() {
        return next;
    }

    /** Its wish has been granted. */
    void granted() {
        assert next.compareTo(Next.CLOSE) < 0 : next;
        next = Next.CONTINUE;
    }

    /** A handler's bug, or the lack of a buffer: its output is lost, and the connection will be closed. */
    void fail() {
        want(Next.FAIL);
        discard();
    }

    /** The connection has gone. */
    void end() {
        cancelled = true;
        discard();
        if (tls != null) {
            tls.end();
        }
        if (outbox != null) {
            outbox.close();
        }
        account.close();
    }

    /** Moves posted bytes into the output, which must be empty; false if there are none, or they must be encrypted first. */
    boolean takePosted() {
        return tls == null && movePosted();
    }

    boolean movePosted() {
        Outbox posted = outbox;
        if (posted != null) {
            posted.moveTo(blocks);
        }
        return !blocks.isEmpty();
    }

    boolean hasAreaOutput() {
        return areaStart < areaEnd;
    }

    /** The output in the batch's area, from position to limit. */
    ByteBuffer areaOutput() {
        return area.limit(areaEnd).position(areaStart);
    }

    /** These bytes are to be handled. */
    void offer(ByteBuffer buffer, int start, int end) {
        input = buffer;
        inputStart = start;
        inputEnd = end;
    }

    /** Runs the handler on the bytes offered, or on what they are when decrypted. @return requests executed */
    int run(RequestHandler handler, Batch current, ByteBuffer outputArea, boolean slow) {
        if (wantedRoom > 0) {
            makeRoom();
            return 0;
        }
        batch = current;
        slowLane = slow;
        return tls == null ? handle(handler, outputArea) : tls.run(handler, outputArea);
    }

    /** Runs the handler on the bytes offered. @return requests executed */
    int handle(RequestHandler handler, ByteBuffer outputArea) {
        area = outputArea;
        filling = outputArea;
        areaStart = outputArea.position();
        areaEnd = areaStart;
        neededBytes = 0;
        filledBytes = 0;
        input.limit(inputEnd).position(inputStart);
        try {
            int executed = handler.handle(this);
            requests += executed;
            return executed;
        } finally {
            inputStart = input.position();
            if (filling != null && filling == area) {
                areaEnd = area.position();
            }
            filling = null;
            blocks.flip();
        }
    }

    private void makeRoom() {
        Block larger = pool.await(buffers, wantedRoom, MEMORY_WAIT_MILLIS);
        larger.buffer.put(input.limit(inputEnd).position(inputStart));
        room = larger;
    }

    private ByteBuffer nextBlock() {
        boolean isFirst = blocks.isEmpty();
        if (filling == area) {
            areaEnd = area.position();
            filledBytes = areaEnd - areaStart;
        } else if (filling != null) {
            filledBytes += filling.position();
        }
        filling = null;
        Block block = acquire(isFirst ? FIRST_BLOCK_BYTES : BufferPool.BLOCK_BYTES);
        blocks.addLast(block);
        filling = block.buffer;
        return filling;
    }

    /** Worker: a block on this connection's account. */
    Block acquire(int bytesMin) {
        Block block = pool.acquire(buffers, bytesMin);
        if (block == null) {
            late();
            block = batch.await(pool, buffers, bytesMin);
        }
        return block;
    }

    void release(Block block) {
        pool.release(buffers, block);
    }

    /**
     * The run of a TLS connection ends: what it received, as far as it is unread, and what is to be sent, in the area from
     * {@code start} on and in blocks. Nothing else is sent: what is plain and left over is a reply that failed.
     */
    void sealed(ByteBuffer received, int end, ByteBuffer outputArea, int start, BlockQueue records) {
        offer(received, received.position(), end);
        area = outputArea;
        areaStart = start;
        areaEnd = outputArea.position();
        blocks.clear();
        records.flip();
        records.moveTo(blocks);
    }
}
