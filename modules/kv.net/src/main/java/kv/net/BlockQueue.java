package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;

/**
 * Output in a row of pool blocks: filled at the tail by a worker, emptied at the head by the event loop.
 *
 * <p>Owner: whoever holds the connection. Between {@link #addLast} and {@link #flip} the tail block is being filled
 * (position = end of its bytes); after it, each block's position and limit enclose what is unsent.
 */
final class BlockQueue {
    private static final ByteBuffer[] NONE = {};
    /** More than this many spare places are given back when the queue runs empty. */
    private static final int KEPT_LENGTH = 16;
    /** 256 KiB: some tens of microseconds of copying. */
    private static final int WRITE_BLOCKS_MAX = 16;

    private ByteBuffer[] blocks = NONE;
    private int head;
    private int tail;

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return tail - head;
    }

    void addLast(ByteBuffer block) {
        if (tail == blocks.length) {
            ByteBuffer[] longer = new ByteBuffer[Math.max(4, 2 * size())];
            System.arraycopy(blocks, head, longer, 0, size());
            tail -= head;
            head = 0;
            blocks = longer;
        }
        blocks[tail++] = block;
    }

    /** Puts back what could not be sent of the bytes before the first block. */
    void addFirst(ByteBuffer block) {
        if (head == 0) {
            addLast(block);
            System.arraycopy(blocks, 0, blocks, 1, tail - 1);
            blocks[0] = block;
        } else {
            blocks[--head] = block;
        }
    }

    /** Filling is over: all blocks become readable. */
    void flip() {
        for (int i = head; i < tail; i++) blocks[i].flip();
    }

    /**
     * Writes what the channel takes of the first {@value #WRITE_BLOCKS_MAX} blocks; those that are through go back to the pool. The
     * bound lets other connections have their turn between the parts of a long reply.
     *
     * @return bytes written
     */
    long writeTo(GatheringByteChannel channel, BufferPool pool) throws IOException {
        long written = channel.write(blocks, head, Math.min(size(), WRITE_BLOCKS_MAX));
        while (head < tail && !blocks[head].hasRemaining()) releaseFirst(pool);
        return written;
    }

    void clear(BufferPool pool) {
        while (head < tail) releaseFirst(pool);
    }

    private void releaseFirst(BufferPool pool) {
        pool.release(blocks[head]);
        blocks[head++] = null;
        if (head == tail) {
            head = tail = 0;
            if (blocks.length > KEPT_LENGTH) blocks = NONE;
        }
    }
}
