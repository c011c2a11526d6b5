package kv.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Direct buffers for input and output that has to wait: an incomplete request, an unsent reply.
 *
 * <p>Thread-safe; one lock, taken off the usual path only, where requests and replies stay in a batch's areas.
 * <p>Units: bytes. Buffers come in sizes 16 KiB and 2^k + 16 KiB (k from 15), so that a value of 2^k bytes fits with its
 * framing. At most {@code bytesMax} exist; they are kept for reuse, for direct memory returns only with a collection,
 * and a server that allocates nothing has none.
 */
final class BufferPool {
    static final int BLOCK_BYTES = 16 << 10;
    private static final int LARGE_SHIFT_MIN = 15;

    private final long bytesMax;
    private final ArrayDeque<ByteBuffer> blocks = new ArrayDeque<>();
    /** By k. */
    private final List<ArrayDeque<ByteBuffer>> large = Stream.generate(ArrayDeque<ByteBuffer>::new).limit(32).toList();
    private long bytes;

    BufferPool(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** A cleared buffer of {@link #BLOCK_BYTES}. @throws BufferExhaustedException at the limit */
    synchronized ByteBuffer acquireBlock() {
        ByteBuffer block = blocks.pollLast();
        return block != null ? block.clear() : allocate(BLOCK_BYTES);
    }

    /** A cleared buffer with room for at least so many bytes. @throws BufferExhaustedException at the limit */
    synchronized ByteBuffer acquire(int bytesMin) {
        if (bytesMin <= BLOCK_BYTES) return acquireBlock();
        int shift = Math.max(LARGE_SHIFT_MIN, 32 - Integer.numberOfLeadingZeros(bytesMin - BLOCK_BYTES - 1));
        ByteBuffer buffer = large.get(shift).pollLast();
        return buffer != null ? buffer.clear() : allocate((1 << shift) + BLOCK_BYTES);
    }

    synchronized void release(ByteBuffer buffer) {
        int capacity = buffer.capacity();
        if (capacity == BLOCK_BYTES) {
            blocks.addLast(buffer);
        } else {
            large.get(Integer.numberOfTrailingZeros(capacity - BLOCK_BYTES)).addLast(buffer);
        }
    }

    /** Memory in use or kept, in bytes. */
    synchronized long bytes() {
        return bytes;
    }

    private ByteBuffer allocate(int capacity) {
        if (bytes + capacity > bytesMax && !dropKept(capacity)) throw BufferExhaustedException.INSTANCE;
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
            bytes += capacity;
            return buffer;
        } catch (OutOfMemoryError outOfDirectMemory) {
            throw BufferExhaustedException.INSTANCE;
        }
    }

    /** Gives kept buffers of other sizes up for one of this size. */
    private boolean dropKept(int capacity) {
        for (int shift = large.size() - 1; shift >= LARGE_SHIFT_MIN; shift--) drop(large.get(shift), capacity);
        drop(blocks, capacity);
        return bytes + capacity <= bytesMax;
    }

    private void drop(ArrayDeque<ByteBuffer> kept, int capacity) {
        while (bytes + capacity > bytesMax && !kept.isEmpty()) bytes -= kept.pollLast().capacity();
    }
}
