package kv.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One connection of the admin port.
 *
 * <pre>
 *            head complete           response there            all written, keep
 *  READING ───────────────▶ WAITING ───────────────▶ WRITING ───────────────────▶ READING
 *     ▲  └───────────────────────────────────────────▶ │                              │
 *     │         answered at once, or refused           │ all written, close           │
 *     │                                                ▼                              │
 *     └── (never again)          while more may come: DRAINING ── end, or a second ──▶ closed
 * </pre>
 *
 * Each state has a deadline, beyond which the connection is closed; a state that makes progress does not move it.
 *
 * <p>Owner: the admin loop. Units: nanoseconds of {@link AdminClock}.
 */
final class HttpConnection {
    enum State { READING, WAITING, WRITING, DRAINING }

    static final int HEAD_BYTES_MAX = 8 << 10;
    private static final int HEAD_BYTES_INITIAL = 512;
    private static final long SECOND = 1_000_000_000;
    /** From the first byte of a request to its last, or from one request to the next. */
    private static final long READING_NANOS = 20 * SECOND;
    private static final long WAITING_NANOS = 10 * SECOND;
    private static final long WRITING_NANOS = 20 * SECOND;
    private static final long DRAINING_NANOS = SECOND;
    /** What a client may still be sending when it is refused: read, so that the refusal is not lost in a reset. */
    private static final int DRAINED_BYTES_MAX = 256 << 10;

    private static final ByteBuffer[] NOTHING = {};

    final SocketChannel channel;
    final SelectionKey key;
    State state = State.READING;
    /** When this state began; who has been in one for longest goes first. */
    long since;
    private byte[] head = new byte[HEAD_BYTES_INITIAL];
    private int length;
    private int searched;
    private RequestHead request;
    private boolean keepAlive;
    /** Whether the last request's head was there up to its end. */
    private boolean wasWhole;
    private ByteBuffer[] output;
    private int drained;

    HttpConnection(SocketChannel channel, SelectionKey key, long now) {
        this.channel = channel;
        this.key = key;
        this.since = now;
    }

    boolean isOverdue(long now) {
        long allowed = switch (state) {
            case READING -> READING_NANOS;
            case WAITING -> WAITING_NANOS;
            case WRITING -> WRITING_NANOS;
            case DRAINING -> DRAINING_NANOS;
        };
        return now - since > allowed;
    }

    /** Takes what has come. @return false at the end */
    boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count <= 0) {
            return count == 0;
        }
        buffer.flip();
        if (state == State.DRAINING) {
            drained += count;
            return drained <= DRAINED_BYTES_MAX;
        }
        if (length + count > head.length) {
            head = Arrays.copyOf(head, Integer.highestOneBit(Math.max(1, length + count - 1)) << 1);
        }
        buffer.get(head, length, count);
        length += count;
        return true;
    }

    /** The next request, once its head is complete; null while it is not. */
    RequestHead nextRequest() {
        int end = RequestHead.end(head, searched, length);
        searched = length;
        if (end < 0) {
            return length > HEAD_BYTES_MAX ? refused() : null;
        }
        wasWhole = true;
        request = end > HEAD_BYTES_MAX ? RequestHead.BROKEN : RequestHead.parse(head, end);
        keepAlive = request.keepsAlive();
        System.arraycopy(head, end, head, 0, length - end);
        length -= end;
        searched = 0;
        if (head.length > HEAD_BYTES_MAX && length <= HEAD_BYTES_INITIAL) {
            head = Arrays.copyOf(head, HEAD_BYTES_INITIAL);
        }
        return request;
    }

    /** Whether it can be closed once the response is written: it is the last one, and nothing that has come is left unread. */
    boolean isOver() {
        return !keepAlive && wasWhole && length == 0;
    }

    private RequestHead refused() {
        wasWhole = false;
        request = RequestHead.BROKEN;
        keepAlive = false;
        return request;
    }

    void await(long now) {
        enter(State.WAITING, 0, now);
    }

    /** @param last whether the connection is closed after this */
    void respond(Response response, boolean last, long now) {
        keepAlive &= !last;
        boolean withBody = request == null || !request.method().equals("HEAD");
        ByteBuffer headBytes = ByteBuffer.wrap(response.head(keepAlive));
        output = withBody ? new ByteBuffer[] {headBytes, ByteBuffer.wrap(response.body())} : new ByteBuffer[] {headBytes};
        enter(State.WRITING, SelectionKey.OP_WRITE, now);
    }

    /** What is still to be written; the body is what counts. */
    long unsentBytes() {
        long bytes = 0;
        for (ByteBuffer part : output == null ? NOTHING : output) {
            bytes += part.remaining();
        }
        return bytes;
    }

    /** Writes what the socket takes. @return true when all is written */
    boolean write() throws IOException {
        channel.write(output);
        return !output[output.length - 1].hasRemaining();
    }

    /** All is written: the next request, or the end of this side. */
    void finish(long now) throws IOException {
        output = null;
        request = null;
        if (keepAlive) {
            enter(State.READING, SelectionKey.OP_READ, now);
        } else {
            channel.shutdownOutput();
            enter(State.DRAINING, SelectionKey.OP_READ, now);
        }
    }

    private void enter(State next, int interest, long now) {
        state = next;
        since = now;
        key.interestOps(interest);
    }
}
