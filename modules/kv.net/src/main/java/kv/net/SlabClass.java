package kv.net;

import java.util.ArrayDeque;

/**
 * The slabs whose blocks have one size.
 *
 * <p>Owner: the pool, under its monitor.
 */
final class SlabClass {
    final int blockBytes;
    /** Slabs with free blocks; the first is taken from, so that the others may run empty. */
    private final ArrayDeque<Slab> open = new ArrayDeque<>();

    SlabClass(int blockBytes) {
        this.blockBytes = blockBytes;
    }

    boolean hasFree() {
        return !open.isEmpty();
    }

    void addSlab() {
        open.addLast(new Slab(this, blockBytes));
    }

    Block take() {
        Slab slab = open.peekFirst();
        Block block = slab.take();
        if (slab.isFull()) {
            open.pollFirst();
        }
        return block;
    }

    /** @return whether a slab has been destroyed: it was empty, and not the only one with free blocks */
    boolean give(Block block) {
        Slab slab = block.slab;
        boolean wasFull = slab.isFull();
        slab.give(block);
        if (wasFull) {
            open.addLast(slab);
        }
        return open.size() > 1 && slab.isEmpty() && destroy(slab);
    }

    /** Gives up the spare slab, if there is one. @return whether there was */
    boolean destroyEmpty() {
        for (Slab slab : open) {
            if (slab.isEmpty()) {
                return destroy(slab);
            }
        }
        return false;
    }

    private boolean destroy(Slab slab) {
        open.remove(slab);
        slab.destroy();
        return true;
    }
}
