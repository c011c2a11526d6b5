package kv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;

/**
 * Output in a row of blocks: filled at the tail by a worker, emptied at the head by the event loop.
 *
 * <p>Owner: whoever holds the connection. Between {@link #addLast} and {@link #flip} the tail block is being filled
 * (position = end of its bytes); after it, each block's position and limit enclose what is unsent.
 */
final class BlockQueue {
    private static final Block[] NONE = {};
    private static final ByteBuffer[] NO_BUFFERS = {};
    /** More than this many spare places are given back when the queue runs empty. */
    private static final int KEPT_LENGTH = 16;
    /** 256 KiB: some tens of microseconds of copying. */
    private static final int WRITE_BLOCKS_MAX = 16;

    private final BufferPool pool;
    private final Account account;
    private Block[] blocks = NONE;
    /** Those of the blocks, as a channel wants them. */
    private ByteBuffer[] buffers = NO_BUFFERS;
    private int head;
    private int tail;

    /** @param account whose blocks these are */
    BlockQueue(BufferPool pool, Account account) {
        this.pool = pool;
        this.account = account;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** How many blocks. Any thread, then as it was of late. */
    int count() {
        return Math.max(0, tail - head);
    }

    /** Memory of all. Any thread, then as it was of late. */
    long memoryBytes() {
        Block[] now = blocks;
        long bytes = 0;
        for (int i = Math.max(0, head); i < Math.min(tail, now.length); i++) {
            Block block = now[i];
            bytes += block == null ? 0 : block.bytes();
        }
        return bytes;
    }

    void addLast(Block block) {
        if (tail == blocks.length) {
            makePlace();
        }
        blocks[tail] = block;
        buffers[tail++] = block.buffer;
    }

    /** Puts back what could not be sent of the bytes before the first block. */
    void addFirst(Block block) {
        if (head == 0) {
            addLast(block);
            System.arraycopy(blocks, 0, blocks, 1, tail - 1);
            System.arraycopy(buffers, 0, buffers, 1, tail - 1);
            blocks[0] = block;
            buffers[0] = block.buffer;
        } else {
            blocks[--head] = block;
            buffers[head] = block.buffer;
        }
    }

    private void makePlace() {
        int count = tail - head;
        Block[] more = new Block[Math.max(4, 2 * count)];
        ByteBuffer[] moreBuffers = new ByteBuffer[more.length];
        System.arraycopy(blocks, head, more, 0, count);
        System.arraycopy(buffers, head, moreBuffers, 0, count);
        blocks = more;
        buffers = moreBuffers;
        head = 0;
        tail = count;
    }

    /** Filling is over: all blocks become readable. */
    void flip() {
        for (int i = head; i < tail; i++) {
            buffers[i].flip();
        }
    }

    /**
     * Writes what the channel takes of the first {@value #WRITE_BLOCKS_MAX} blocks; those that are through go back to the pool.
     * The bound lets other connections have their turn between the parts of a long reply.
     *
     * @return bytes written
     */
    long writeTo(GatheringByteChannel channel) throws IOException {
        long written = channel.write(buffers, head, Math.min(tail - head, WRITE_BLOCKS_MAX));
        while (head < tail && !buffers[head].hasRemaining()) {
            dropFirst();
        }
        return written;
    }

    /** The first block's bytes. */
    ByteBuffer first() {
        return buffers[head];
    }

    /** The first block goes back to the pool. */
    void dropFirst() {
        pool.release(account, takeFirst());
    }

    /** All blocks go behind those of another queue of the same account. */
    void moveTo(BlockQueue other) {
        while (head < tail) {
            other.addLast(takeFirst());
        }
    }

    void clear() {
        while (head < tail) {
            dropFirst();
        }
    }

    private Block takeFirst() {
        Block first = blocks[head];
        blocks[head] = null;
        buffers[head++] = null;
        if (head == tail) {
            head = 0;
            tail = 0;
            if (blocks.length > KEPT_LENGTH) {
                blocks = NONE;
                buffers = NO_BUFFERS;
            }
        }
        return first;
    }
}
