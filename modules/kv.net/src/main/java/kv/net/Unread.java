package kv.net;

import java.nio.ByteBuffer;

/**
 * The beginning of a request that has not come whole: bytes that a handler was offered and has left, in a block of their own that
 * grows as more come.
 *
 * <p>Owner: whoever may use its source of blocks: an event loop, or the worker that has the connection.
 */
final class Unread {
    private final BlockSource blocks;
    private final int bytesMax;
    /** The bytes are those from 0 to its position; null when there are none. */
    private Block block;

    /** @param bytesMax the longest request */
    Unread(BlockSource blocks, int bytesMax) {
        this.blocks = blocks;
        this.bytesMax = bytesMax;
    }

    /** Any thread, then as it was of late. */
    int count() {
        Block now = block;
        return now == null ? 0 : now.buffer.position();
    }

    /** Memory that they lie in. Any thread, then as it was of late. */
    long memoryBytes() {
        Block now = block;
        return now == null ? 0 : now.bytes();
    }

    /** Null when there are none. */
    ByteBuffer buffer() {
        return block == null ? null : block.buffer;
    }

    /** Whether it is better added to where it is than copied in front of what comes. */
    boolean isLong() {
        return block != null && block.bytes() > BufferPool.BLOCK_BYTES;
    }

    void copyTo(ByteBuffer target) {
        if (block != null) {
            target.put(block.buffer.duplicate().flip());
        }
    }

    /** The block, or none, becomes this one's, which must be empty. */
    void adopt(Block filled) {
        assert block == null;
        block = filled;
    }

    /**
     * Keeps these bytes of what was offered, and no others; the first of them may be here already.
     *
     * @param needed how many the handler needs, as far as it is known
     */
    void keep(ByteBuffer offered, int start, int end, int needed) {
        int count = end - start;
        if (count == 0) {
            clear();
        } else if (block != null && offered == block.buffer) {
            if (start > 0) {
                offered.limit(end).position(start).compact();
            }
            offered.limit(offered.capacity()).position(count);
        } else {
            offered.limit(end);
            if (block == null || block.bytes() < count) {
                replace(blocks.acquire(roomFor(count, needed)));
            }
            int before = block.buffer.position();
            block.buffer.put(before, offered, start + before, count - before).position(count);
        }
    }

    /** Adds these, from position to limit. */
    void append(ByteBuffer more, int needed) {
        int count = count() + more.remaining();
        if (block == null || count > block.bytes()) {
            replace(blocks.acquire(roomFor(count, needed)));
        }
        block.buffer.put(more);
    }

    /** How large it should be when it is full. */
    int grownBytes(int needed) {
        if (count() >= bytesMax) {
            throw new IllegalStateException("request longer than " + bytesMax + " bytes");
        }
        return roomFor(count(), needed);
    }

    /** Makes room for so much, if there is memory. */
    boolean grow(int bytes) {
        Block larger = blocks.acquireIfThere(bytes);
        if (larger != null) {
            replace(larger);
        }
        return larger != null;
    }

    private void replace(Block larger) {
        copyTo(larger.buffer);
        clear();
        block = larger;
    }

    /** Room for a request in bytes: eight times what has been received at most, whatever length it announces. */
    private int roomFor(int received, int needed) {
        long wanted = Math.max(2L * received, needed);
        return (int) Math.max(received + 1, Math.min(Math.min(wanted, 8L * received), bytesMax));
    }

    void clear() {
        if (block != null) {
            blocks.release(block);
            block = null;
        }
    }
}
