package kv.net;

import java.nio.ByteBuffer;
import kv.memory.DirectMemory;

/** A buffer of the {@link BufferPool}. Owner: whoever acquired it, until it is released. */
final class Block {
    final ByteBuffer buffer;
    /** What it is cut from; null if it has memory of its own. */
    final Slab slab;
    /** Its own memory, or null. */
    final DirectMemory memory;

    Block(Slab slab, ByteBuffer buffer) {
        this.slab = slab;
        this.memory = null;
        this.buffer = buffer;
    }

    Block(DirectMemory memory) {
        this.slab = null;
        this.memory = memory;
        this.buffer = memory.buffer();
    }

    int bytes() {
        return buffer.capacity();
    }
}
