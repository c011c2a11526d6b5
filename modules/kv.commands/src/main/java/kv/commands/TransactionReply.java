package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The replies of a transaction's commands, kept on the heap until they may be seen: a transaction may yet be taken back, and some
 * commands want an output of their own. Charged to the connection.
 *
 * <p>Owner: one executor. A client that has gone is not noticed here: what has begun is done as a whole.
 */
final class TransactionReply extends LayeredOutput {
    private static final int KEPT_BYTES = 64 << 10;
    private static final int CHUNK_BYTES = 16 << 10;

    private ByteBuffer buffer = allocate(4096);
    /** Where the reply of the command at work begins. */
    private int start;
    private long charged;

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    void begin(ReplyOutput outer) {
        surroundings = outer;
        buffer.clear();
        start = 0;
    }

    /** The reply of the next command begins. */
    void next() {
        start = buffer.position();
    }

    /** Copies what there is into the output, and is empty again. */
    void copyTo(ReplyOutput out) {
        buffer.flip();
        while (buffer.hasRemaining()) {
            ByteBuffer target = out.reserve(1);
            int length = Math.min(Math.min(target.remaining(), buffer.remaining()), CHUNK_BYTES);
            target.put(target.position(), buffer, buffer.position(), length).position(target.position() + length);
            buffer.position(buffer.position() + length);
        }
        buffer.clear();
        start = 0;
    }

    /** Forgets all that there is. */
    void drop() {
        buffer.clear();
        start = 0;
    }

    /** Keeps no more than a little memory. */
    void end() {
        buffer.clear();
        if (charged > 0) {
            surroundings.charge(-charged);
            charged = 0;
            buffer = allocate(KEPT_BYTES);
        }
        surroundings = null;
    }

    @Override
    public ByteBuffer reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            long size = Math.max(2L * buffer.capacity(), (long) buffer.position() + bytes);
            if (size > Integer.MAX_VALUE - 16 || size > KEPT_BYTES && !surroundings.charge(size)) {
                throw new OutputFullException(null);
            }
            charged += size > KEPT_BYTES ? size : 0;
            buffer = allocate((int) size).put(buffer.flip());
        }
        return buffer;
    }

    @Override
    public void discard() {
        buffer.position(start);
    }

    @Override
    public void dropFirst(int bytes) {
        int end = buffer.position();
        buffer.put(start, buffer, start + bytes, end - start - bytes).position(end - bytes);
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }
}
