package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One client connection: its socket, what waits to be read or sent, and the exchange that workers see of it.
 *
 * <pre>
 *            read              batch done, all sent
 *   idle ──────────▶ lent ───────────────────────────▶ idle
 *                     │  │ deferred: lent again, to the slow lane
 *                     │  └ paused: lent again, with its unread input
 *                     ▼ not all sent
 *                  draining (not read from) ──────────▶ idle, lent again, or closed
 * </pre>
 *
 * <p>Owner: its event loop. Only the exchange, and only while lent, belongs to a worker.
 * <p>Invariant: replies leave in the order of their requests: a connection is lent to one worker at a time, and not
 * before the replies of the loan before are sent.
 */
final class Connection {
    final SocketChannel channel;
    final Exchange exchange;
    private final BufferPool pool;
    private final int requestBytesMax;
    SelectionKey key;
    /** Unread bytes of an incomplete request, from 0 to position; null when there are none. */
    private ByteBuffer pending;
    boolean lent;
    /** Waits to be lent again: its unread input must not be touched meanwhile. */
    boolean queued;
    boolean inputEnded;
    boolean closed;
    /** When the last bytes came, kept only where there is an idle timeout; in nanoseconds of System.nanoTime. */
    long activeNanos;

    Connection(SocketChannel channel, Exchange exchange, BufferPool pool, int requestBytesMax) {
        this.channel = channel;
        this.exchange = exchange;
        this.pool = pool;
        this.requestBytesMax = requestBytesMax;
    }

    /**
     * Reads once and offers what is unread to the exchange: into the area shared by the batch, or behind an incomplete
     * request.
     *
     * @return bytes read, -1 at the end of input
     */
    int read(ByteBuffer area) throws IOException {
        if (pending != null) {
            if (!pending.hasRemaining()) grow();
            int count = channel.read(pending);
            exchange.offer(pending, 0, pending.position());
            return count;
        }
        int start = area.position();
        area.limit(Math.min(area.capacity(), start + Batch.READ_BYTES_MAX));
        int count = channel.read(area);
        exchange.offer(area, start, area.position());
        return count;
    }

    boolean isBusy() {
        return lent || queued;
    }

    /** Whether the exchange has been offered enough for its handler to get further. */
    boolean hasNeededBytes() {
        return exchange.inputEnd - exchange.inputStart >= exchange.neededBytes;
    }

    /** Offers the unread bytes once more; false if there are none. */
    boolean offerPending() {
        if (pending == null) return false;
        exchange.offer(pending, 0, pending.position());
        return true;
    }

    /** Keeps the bytes that the handler left unread; the batch's area is about to be reused. */
    void keepUnread() {
        ByteBuffer input = exchange.input;
        int start = exchange.inputStart;
        int count = exchange.inputEnd - start;
        if (count == 0) {
            if (pending != null) pool.release(pending);
            pending = null;
        } else if (input == pending) {
            if (start > 0) pending.limit(exchange.inputEnd).position(start).compact();
            pending.limit(pending.capacity()).position(count);
        } else {
            pending = pool.acquire(roomFor(count));
            pending.put(0, input, start, count).position(count);
        }
        exchange.input = null;
    }

    private void grow() {
        if (pending.position() >= requestBytesMax) throw new IllegalStateException("request longer than " + requestBytesMax + " bytes");
        ByteBuffer larger = pool.acquire(roomFor(pending.position()));
        pending.flip();
        larger.put(pending);
        pool.release(pending);
        pending = larger;
    }

    /** Room for a request in bytes: eight times what has been received at most, whatever length it announces. */
    private int roomFor(int received) {
        long wanted = Math.max(2L * received, exchange.neededBytes);
        return (int) Math.max(received + 1, Math.min(Math.min(wanted, 8L * received), requestBytesMax));
    }

    /** Bytes received and not handled. */
    int pendingBytes() {
        return pending == null ? 0 : pending.position();
    }

    /** Writes what the socket takes. What is left of the batch's area is kept, for the area is about to be reused. @return bytes written */
    long flush() throws IOException {
        long written = 0;
        Exchange x = exchange;
        if (x.areaStart < x.areaEnd) {
            ByteBuffer area = x.area;
            area.limit(x.areaEnd).position(x.areaStart);
            written = channel.write(area);
            x.areaStart = x.areaEnd;
            if (area.hasRemaining()) {
                keepUnsent(area);
                return written;
            }
        }
        return x.blocks.isEmpty() ? written : written + x.blocks.writeTo(channel, pool);
    }

    boolean hasUnsent() {
        return !exchange.blocks.isEmpty();
    }

    private void keepUnsent(ByteBuffer area) {
        while (area.hasRemaining()) { // from its end, block by block
            int count = Math.min(area.remaining(), BufferPool.BLOCK_BYTES);
            int start = area.limit() - count;
            ByteBuffer block = pool.acquireBlock();
            block.put(0, area, start, count).limit(count);
            exchange.blocks.addFirst(block);
            area.limit(start);
        }
    }

    /** Closes the socket and gives all buffers back. Must not be lent. */
    void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // the descriptor is gone either way
        }
        if (pending != null) pool.release(pending);
        pending = null;
        exchange.discard();
    }
}
