package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What a connection has received and its handler has not yet read.
 *
 * <p>Owner: its event loop. While the connection is lent, the bytes that were offered to its exchange are the worker's; only
 * {@link #readAhead} is allowed then.
 */
final class Input {
    /** Read ahead at most. */
    static final int AHEAD_BYTES = 4 << 10;
    /**
     * To allocate, fill with zeros and copy into a larger buffer takes milliseconds, 20 for 64 MiB, in which the loop would serve
     * nobody: the slow lane does it.
     */
    static final int ROOM_ON_LOOP_MAX = (1 << 20) + BufferPool.BLOCK_BYTES;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final SocketChannel channel;
    private final Exchange exchange;
    private final BlockSource blocks;
    /** Unread bytes of an incomplete request. */
    private final Unread pending;
    /** What has come behind that while the connection waited for something else; null when there is nothing. */
    private Block ahead;
    private boolean ended;

    Input(SocketChannel channel, Exchange exchange, BlockSource blocks, int requestBytesMax) {
        this.channel = channel;
        this.exchange = exchange;
        this.blocks = blocks;
        this.pending = new Unread(blocks, requestBytesMax);
    }

    /** Whether the client sends no more. */
    boolean hasEnded() {
        return ended;
    }

    /** Bytes received and not handled. Any thread, then as it was of late. */
    int unreadBytes() {
        Block behind = ahead;
        return pending.count() + (behind == null ? 0 : behind.buffer.position()) + exchange.insideBytes();
    }

    /** Memory that they lie in. Any thread, then as it was of late. */
    long memoryBytes() {
        Block behind = ahead;
        TlsSession tls = exchange.tls();
        return pending.memoryBytes() + (behind == null ? 0 : behind.bytes()) + (tls == null ? 0 : tls.unread().memoryBytes());
    }

    /**
     * Reads once. If the handler may get further with what is unread now, it is offered to the exchange: from the area shared by
     * the batch, or from a large buffer of its own. If not, it is kept.
     *
     * @return bytes read; 0 also while there is no memory, or much is wanted ({@link #wantsRoom}); -1 at the end of input
     */
    int read(ByteBuffer area) throws IOException {
        int count = pending.isLong() ? readToPending() : readToArea(area);
        ended = count < 0;
        return count;
    }

    /** A short beginning is copied into the area, in front of what follows it: most often the request is complete then. */
    private int readToArea(ByteBuffer area) throws IOException {
        int start = area.position();
        int before = pending.count();
        area.limit(start + before + Batch.READ_BYTES_MAX);
        pending.copyTo(area);
        int count = channel.read(area);
        exchange.offer(area, start, area.position());
        if (count > 0 && hasNeededBytes()) {
            pending.clear();
            return count;
        }
        area.position(start);
        if (count > 0) {
            pending.keep(area, start, start + before + count, exchange.neededBytes);
        }
        return count;
    }

    private int readToPending() throws IOException {
        if (!pending.buffer().hasRemaining() && !grow()) {
            return 0;
        }
        ByteBuffer bytes = pending.buffer();
        int count = channel.read(bytes);
        exchange.offer(bytes, 0, bytes.position());
        return count;
    }

    /** Whether the exchange has been offered enough for its handler to get further. */
    boolean hasNeededBytes() {
        return exchange.inputEnd - exchange.inputStart >= exchange.neededBytes;
    }

    /**
     * Reads a little behind what is unread, to learn whether the client is still there while a long request of it runs.
     *
     * @return bytes read; 0 if there is no room for more; -1 at the end of input
     */
    int readAhead() throws IOException {
        if (ahead == null) {
            ahead = blocks.acquireIfThere(AHEAD_BYTES);
        }
        if (ahead == null || !ahead.buffer.hasRemaining()) {
            return 0;
        }
        int count = channel.read(ahead.buffer);
        ended = count < 0;
        if (ahead.buffer.position() == 0) {
            releaseAhead();
        }
        return count;
    }

    /** Whether there are bytes that no handler has seen. */
    boolean hasReadAhead() {
        return ahead != null;
    }

    /**
     * Offers the unread bytes, all of them; false if there are none, and nothing else for a worker to do. What was read ahead
     * stays apart while there is no room for it: it is why the connection is lent again when there is.
     */
    boolean offerUnread() {
        if (ahead != null && !wantsRoom()) {
            appendAhead();
        }
        ByteBuffer bytes = pending.buffer();
        if (bytes == null) {
            exchange.offer(NOTHING, 0, 0);
            return exchange.tls() != null;
        }
        exchange.offer(bytes, 0, bytes.position());
        return true;
    }

    private void appendAhead() {
        if (pending.buffer() == null) {
            pending.adopt(ahead);
            ahead = null;
        } else {
            pending.append(ahead.buffer.flip(), exchange.neededBytes);
            releaseAhead();
        }
    }

    /** Keeps the bytes that the handler left unread; the batch's area is about to be reused. */
    void keepUnread() {
        if (wantsRoom()) {
            takeRoom();
            return;
        }
        pending.keep(exchange.input, exchange.inputStart, exchange.inputEnd, exchange.neededBytes);
        exchange.input = null;
    }

    private boolean grow() {
        int size = pending.grownBytes(exchange.neededBytes);
        if (size > ROOM_ON_LOOP_MAX) {
            exchange.wantedRoom = size;
            return false;
        }
        return pending.grow(size);
    }

    /** Whether it goes on with a larger buffer only, which the exchange makes when it is lent to the slow lane. */
    boolean wantsRoom() {
        return exchange.wantedRoom > 0;
    }

    private void takeRoom() {
        pending.clear();
        pending.adopt(exchange.room);
        exchange.room = null;
        exchange.wantedRoom = 0;
    }

    private void releaseAhead() {
        if (ahead != null) {
            blocks.release(ahead);
            ahead = null;
        }
    }

    /** The connection has gone. */
    void close() {
        pending.clear();
        releaseAhead();
    }
}
