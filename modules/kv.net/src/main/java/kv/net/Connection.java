package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One client connection: its socket, its state, what waits to be read or sent, and the exchange that workers see of it.
 *
 * <pre>
 *              bytes came                the handler has returned
 *   READING ───────────────▶ LENT ─────────────▶ RETURNED ── holds ──▶ HELD
 *    ▲  ▲                     ▲                    ▲   │                │
 *    │  │                     │ in its turn   SLOW ┘   │◀── released ───┘
 *    │  │                     │                 ▲      ▼
 *    │  │      next: PAUSE ─▶ QUEUED            │  all sent? ──no──▶ SENDING
 *    │  │       ┌──────────┘        the slow    │      │yes             │ the socket takes bytes
 *    │  │       │                   lane is free│      │◀───────────────┘
 *    │  └───────┤ CONTINUE                      │      │
 *    │   next   ├──── DEFER ─────────────────▶ DEFERRED│
 *    │          ├──── CLOSE, or the client has ended ─▶ CLOSED
 *    │          └──────────────────────────────────────┘
 *    │ posted bytes are sent between replies: READING ──▶ SENDING ──▶ READING
 * </pre>
 *
 * <p>READING also goes to DEFERRED, when an unfinished request needs a buffer that takes long to make ({@link Input#wantsRoom}).
 *
 * <p>The state owns the interest set ({@link #enter}). Anything may end in CLOSED, but not while LENT or SLOW. In SLOW, HELD and
 * DEFERRED a little is read ahead, to learn whether the client is still there.
 *
 * <p>Owner: its event loop. Only the exchange, and only while LENT or SLOW, belongs to a worker.
 * <p>Invariant: replies leave in the order of their requests: a connection is lent to one worker at a time, and not
 * before the replies of the loan before are sent.
 */
final class Connection {
    /** Where a connection is, and what its selector shall tell of it. */
    enum State {
        /** Waits for bytes: idle, or with an incomplete request. */
        READING(SelectionKey.OP_READ),
        /** Its exchange is with a worker, or in a batch that is being filled. */
        LENT(0),
        /** Its exchange is with the slow lane: it may take long. */
        SLOW(SelectionKey.OP_READ),
        /** The handler has returned; the loop has it in hand. */
        RETURNED(0),
        /** The handler has returned, and its holds are not yet released. */
        HELD(SelectionKey.OP_READ),
        /** Waits for the socket to take the rest of the output. */
        SENDING(SelectionKey.OP_WRITE),
        /** Waits to be lent again with its unread requests. */
        QUEUED(0),
        /** Waits for the slow lane. */
        DEFERRED(SelectionKey.OP_READ),
        CLOSED(0);

        final int interest;

        State(int interest) {
            this.interest = interest;
        }
    }

    /** What it may keep its event loop waiting with; see {@link Timeouts}. */
    enum Wait {
        NONE,
        /** It sends no request. */
        IDLE,
        /** A request has begun. */
        REQUEST,
        /** The client does not take its replies. */
        SEND,
        /** It has closed its side, and perhaps has gone, while a long request of it runs or is held. */
        GONE
    }

    final SocketChannel channel;
    final Exchange exchange;
    final Input input;
    private final BlockSource blocks;
    private SelectionKey key;
    private State state = State.READING;
    private long sentBytes;
    /**
     * How it was waiting when the loop last looked, how far it had got, and since when that is so, in nanoseconds of
     * System.nanoTime.
     */
    private Wait wait = Wait.NONE;
    private int waitRequests;
    private long waitBytes;
    private long waitNanos;

    /** @param makeRoom closes those that have to go because they hold most, as far as this loop can */
    Connection(SocketChannel channel, Object serviceState, SignalQueue signals, BufferPool pool, Budget heap, Runnable makeRoom,
            int requestBytesMax) {
        this.channel = channel;
        this.exchange = new Exchange(serviceState, new Signal(signals, this), pool, heap);
        this.blocks = new LoopBlocks(pool, exchange.buffers, makeRoom);
        this.input = new Input(channel, exchange, blocks, requestBytesMax);
    }

    void register(Selector selector) throws IOException {
        key = channel.register(selector, state.interest, this);
    }

    State state() {
        return state;
    }

    boolean isLent() {
        return state == State.LENT || state == State.SLOW;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /**
     * The one place where the interest set follows the state. Changing it is a system call, so the way of a usual request
     * (READING, LENT, READING) changes nothing: OP_READ stays until the selector tells of bytes that nobody wants yet, see {@link
     * #ignoreBytes}. OP_WRITE never outlives SENDING: a writable socket would be told of without end.
     */
    void enter(State next) {
        state = next;
        int interest = key.interestOps();
        boolean lingersOnRead = next.interest == 0 && interest == SelectionKey.OP_READ;
        if (interest != next.interest && !lingersOnRead) {
            key.interestOps(next.interest);
        }
    }

    /** There are bytes that this state does not read: the selector tells of them no more, until a state does. */
    void ignoreBytes() {
        key.interestOps(0);
    }

    /** Since when it waits in this way without getting on, as far as has been looked at. */
    long waitedSince(Wait now, long nowNanos) {
        long bytes = now == Wait.REQUEST ? input.unreadBytes() : sentBytes;
        int step = now == Wait.REQUEST ? Timeouts.REQUEST_STEP_BYTES : 1;
        if (now != wait || exchange.requests != waitRequests || bytes - waitBytes >= step) {
            wait = now;
            waitRequests = exchange.requests;
            waitBytes = bytes;
            waitNanos = nowNanos;
        }
        return waitNanos;
    }

    /**
     * Writes what the socket takes, and keeps what is left of the batch's area, which is about to be reused. @return bytes
     * written
     */
    long flush() throws IOException {
        Exchange x = exchange;
        long written = 0;
        if (x.hasAreaOutput()) {
            ByteBuffer area = x.areaOutput();
            written = channel.write(area);
            x.areaStart = area.position();
        }
        if (x.hasAreaOutput()) {
            keepOutput();
        } else if (!x.blocks.isEmpty()) {
            written += x.blocks.writeTo(channel);
        }
        sentBytes += written;
        return written;
    }

    /** The handler has returned: keeps what is unread, and if the connection is held, its output; then it is RETURNED or HELD. */
    void takeBack() {
        input.keepUnread();
        if (exchange.holds().isTaken()) {
            keepOutput(); // first: while room is made for it, signals are heard, and it must not be one that it is released
        }
        enter(exchange.holds().isOpen() ? State.RETURNED : State.HELD);
    }

    /** Keeps the output that lies in the batch's area, which is about to be reused. */
    private void keepOutput() {
        Exchange x = exchange;
        while (x.hasAreaOutput()) { // from its end, block by block
            int count = Math.min(x.areaEnd - x.areaStart, BufferPool.BLOCK_BYTES);
            Block block = blocks.acquire(count);
            x.area.limit(x.areaEnd); // it is shared: another connection's flush has left it anywhere
            block.buffer.put(0, x.area, x.areaEnd - count, count).limit(count);
            x.blocks.addFirst(block);
            x.areaEnd -= count;
        }
    }

    boolean hasUnsent() {
        return !exchange.blocks.isEmpty();
    }

    /** Any thread. */
    Holdings holdings() {
        Outbox posted = exchange.outbox;
        BlockQueue unsent = exchange.blocks;
        return new Holdings(input.unreadBytes(), input.memoryBytes(), unsent.count() + (posted == null ? 0 : posted.blockCount()),
                unsent.memoryBytes() + (posted == null ? 0 : posted.memoryBytes()), exchange.buffers.heldBytes(),
                exchange.account().heldBytes(), state == State.SENDING);
    }

    /** Closes the socket, and leaves the buffers to the worker that does not come back. */
    void abandon() {
        state = State.CLOSED;
        exchange.cancel();
        closeChannel();
    }

    /** Where that is the custom; as much of it as the socket takes now. */
    private void sayGoodbye() {
        TlsSession tls = exchange.tls();
        if (tls == null) {
            return;
        }
        try {
            ByteBuffer farewell = tls.farewell();
            if (farewell != null) {
                channel.write(farewell);
            }
        } catch (IOException | OutOfMemoryError nothingCanBeSaid) {
            // it ends without a word
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // the descriptor is gone either way
        }
    }

    /** Closes the socket and gives all buffers back. Must not be LENT. */
    void close() {
        assert !isLent();
        state = State.CLOSED;
        sayGoodbye();
        closeChannel();
        input.close();
        exchange.end();
    }
}
