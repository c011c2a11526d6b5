package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A worker's own memory for a value that is being changed: read, modify, write back. Grows to the longest value changed so
 * far and is kept, for the next change needs it again.
 */
final class Scratch {
    private static final int BYTES_INITIAL = 8 << 10;

    private ByteBuffer buffer = allocate(BYTES_INITIAL);

    /** Cleared, with room for so many bytes. What it held is gone if it had to grow. */
    ByteBuffer withRoom(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = allocate(Math.max(bytes, Integer.highestOneBit(bytes - 1) << 1));
        }
        return buffer.clear();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
