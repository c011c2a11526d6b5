package kv.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;

/**
 * One connection of the load generator: its socket, the requests not yet written, and those in flight with what they asked.
 *
 * <p>Owner: one load thread.
 * <p>Invariant: replies come in the order of the requests; {@code inFlight} of them are due, the oldest first.
 */
final class LoadConnection {
    private static final byte[] NOTHING = new byte[0];

    final ByteChannel channel;
    /** The selector's; closed with the channel. */
    SelectionKey key;
    /** Bytes of a reply that is not complete. */
    byte[] rest = NOTHING;
    int restBytes;
    int inFlight;
    boolean failed;

    private byte[] out = NOTHING;
    private ByteBuffer unwritten = ByteBuffer.wrap(NOTHING);
    private int outBytes;
    private final long[] startNanos;
    private final int[] requests;
    private final int mask;
    private int head;

    LoadConnection(ByteChannel channel, int inFlightMax) {
        this.channel = channel;
        int slots = inFlightMax == 1 ? 1 : Integer.highestOneBit(inFlightMax - 1) << 1;
        startNanos = new long[slots];
        requests = new int[slots];
        mask = slots - 1;
    }

    /** Appends a request whose latency runs from {@code nanos}. */
    void request(Wire wire, boolean isGet, int number, long nanos) {
        int room = outBytes + wire.requestBytesMax();
        if (room > out.length) {
            out = Arrays.copyOf(out, Math.max(room, 2 * out.length));
            unwritten = ByteBuffer.wrap(out).position(unwritten.position());
        }
        outBytes = wire.putRequest(out, outBytes, isGet, number);
        int slot = (head + inFlight++) & mask;
        startNanos[slot] = nanos;
        requests[slot] = isGet ? number : ~number;
    }

    /** Writes as much as the socket takes; asks for writability only for what is left. */
    void flush() throws IOException {
        if (outBytes == 0) {
            return;
        }
        unwritten.limit(outBytes);
        channel.write(unwritten);
        boolean isLeft = unwritten.hasRemaining();
        if (!isLeft) {
            unwritten.clear();
            outBytes = 0;
        }
        int interest = isLeft ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    boolean oldestIsGet() {
        return requests[head] >= 0;
    }

    int oldestKey() {
        int request = requests[head];
        return request >= 0 ? request : ~request;
    }

    long oldestStartNanos() {
        return startNanos[head];
    }

    void dropOldest() {
        head = (head + 1) & mask;
        inFlight--;
    }

    /** Keeps bytes of an incomplete reply until more come. */
    void keep(byte[] in, int from, int to) {
        restBytes = to - from;
        if (restBytes == 0) {
            return;
        }
        if (rest.length < restBytes) {
            rest = new byte[Math.max(restBytes, 2 * rest.length)];
        }
        System.arraycopy(in, from, rest, 0, restBytes);
    }
}
