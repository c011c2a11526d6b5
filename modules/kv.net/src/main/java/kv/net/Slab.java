package kv.net;

import java.nio.ByteOrder;
import kv.memory.DirectMemory;

/**
 * A piece of memory that is cut into blocks of one size.
 *
 * <p>Owner: its {@link SlabClass}, under the pool's monitor.
 */
final class Slab {
    /** Large enough to be a mapping of its own for malloc, which then really gives it back; see the launcher's tunables. */
    static final int BYTES = 512 << 10;

    private final DirectMemory memory = DirectMemory.allocate(BYTES);
    private final SlabClass owner;
    /** Free blocks, from 0 to freeCount. Those never used are made when first needed. */
    private final Block[] free;
    private final int blockBytes;
    private int freeCount;
    private int made;

    Slab(SlabClass owner, int blockBytes) {
        this.owner = owner;
        this.blockBytes = blockBytes;
        this.free = new Block[BYTES / blockBytes];
    }

    SlabClass owner() {
        return owner;
    }

    boolean isFull() {
        return freeCount == 0 && made == free.length;
    }

    boolean isEmpty() {
        return freeCount == made;
    }

    Block take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        int at = made++ * blockBytes;
        return new Block(this, memory.buffer().slice(at, blockBytes).order(ByteOrder.nativeOrder()));
    }

    void give(Block block) {
        free[freeCount++] = block;
    }

    /** It must be empty. */
    void destroy() {
        assert isEmpty();
        memory.free();
    }
}
