package kv.net;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kv.memory.DirectMemory;

/**
 * Direct memory for input and output that has to wait: an incomplete request, an unsent reply; and for the areas of batches.
 *
 * <p>Thread-safe; one lock, taken off the usual path only, where requests and replies stay in a batch's areas. The budget's lock
 * is taken under it.
 * <p>Units: bytes. Invariant: what the pool has of the system never exceeds its limit, spare memory included.
 */
final class BufferPool {
    /*
     * Blocks of up to 80 KiB are cut from slabs of one size each, larger ones have memory of their own. Memory goes back to the
     * system when its slab runs empty, all but one slab a size and some large blocks: a client that opens and closes its
     * connections over and over must not cost a system call each time. The large blocks go, too, when nobody has needed them for
     * a second.
     *
     * Sizes above 16 KiB are 2^k + 16 KiB, so that a value of 2^k bytes fits with its framing.
     */

    /** The largest block of a power of two. */
    static final int BLOCK_BYTES = 16 << 10;
    /**
     * A pool is at least so large: {@link #SLAB_SIZES} slabs may each hold but one block, and there must be room for the rest.
     */
    static final int BYTES_MIN = 16 << 20;
    /** Spare large blocks. */
    private static final int SPARE_BYTES_MAX = 16 << 20;
    /** What was spare for so long goes back. */
    static final long UNUSED_NANOS = 1_000_000_000;
    private static final int[] SLAB_SIZES = {256, 512, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 48 << 10, 80 << 10};
    private static final int LARGE_SHIFT_MIN = 17;

    static {
        assert SLAB_SIZES.length * Slab.BYTES <= BYTES_MIN / 2;
    }

    private final long bytesMax;
    private final Budget budget;
    private final List<SlabClass> slabClasses = IntStream.of(SLAB_SIZES).mapToObj(SlabClass::new).toList();
    /** Spare large blocks, by k. */
    private final List<ArrayDeque<Block>> spare = Stream.generate(ArrayDeque<Block>::new).limit(32).toList();
    private volatile long spareBytes;
    /** The fewest since {@link #giveBackUnused} has looked. */
    private long spareBytesLeast;
    private long lookedNanos = System.nanoTime();
    /** Of batches. */
    private long fixedBytes;
    private long bytes;
    private int waiting;

    BufferPool(long bytesMax) {
        if (bytesMax < BYTES_MIN) {
            throw new IllegalArgumentException("a pool of " + bytesMax + " bytes; at least " + BYTES_MIN + " are needed");
        }
        this.bytesMax = bytesMax;
        this.budget = new Budget(bytesMax);
    }

    /** Who holds how much of it. */
    Account newAccount(Signal signal) {
        return new Account(budget, signal);
    }

    /**
     * A cleared block with room for at least so many bytes.
     *
     * @return null if there is none now, but will be: those that hold more than this account are on their way out
     * @throws BufferExhaustedException if there is none, for this account holds most
     */
    synchronized Block acquire(Account account, int bytesMin) {
        SlabClass small = slabClass(bytesMin);
        int shift = small == null ? largeShift(bytesMin) : 0;
        int size = small == null ? (1 << shift) + BLOCK_BYTES : small.blockBytes;
        boolean isThere = small == null ? !spare.get(shift).isEmpty() : small.hasFree();
        boolean fits = isThere || makeRoom(small == null ? size : Slab.BYTES, account, size);
        if (!fits) {
            return null;
        }
        if (!budget.add(account, size)) {
            throw BufferExhaustedException.INSTANCE;
        }
        Block block = small == null ? takeLarge(shift, size) : takeSmall(small);
        if (block == null) {
            budget.release(account, size);
            throw BufferExhaustedException.INSTANCE;
        }
        block.buffer.clear();
        return block;
    }

    /** As {@link #acquire}, but waits so many milliseconds at most for those to go that hold more. Not for an event loop. */
    synchronized Block await(Account account, int bytesMin, long millisMax) {
        long deadline = System.nanoTime() + millisMax * 1_000_000;
        Block block = acquire(account, bytesMin);
        waiting++;
        try {
            for (long left = millisMax; block == null && left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
                wait(left);
                block = acquire(account, bytesMin);
            }
        } catch (InterruptedException nobodyInterruptsWorkers) {
            Thread.currentThread().interrupt();
        } finally {
            waiting--;
        }
        if (block == null) {
            throw BufferExhaustedException.INSTANCE;
        }
        return block;
    }

    synchronized void release(Account account, Block block) {
        budget.release(account, block.bytes());
        if (block.slab != null) {
            if (block.slab.owner().give(block)) {
                bytes -= Slab.BYTES;
            }
        } else if (spareBytes + block.bytes() <= Math.min(SPARE_BYTES_MAX, bytesMax / 8)) {
            spare.get(largeShift(block.bytes())).addLast(block);
            spareBytes += block.bytes();
        } else {
            free(block);
        }
        if (waiting > 0) {
            notifyAll();
        }
    }

    /**
     * Memory for as long as the server runs; null if it is not necessary, and would take more than a quarter of all, or what is
     * left for those that wait.
     */
    synchronized DirectMemory allocateFixed(int size, boolean necessary) {
        if (!necessary) {
            trimTo(Budget.freeOfPressure(bytesMax) - size);
            if (fixedBytes + size > bytesMax / 4 || bytes + size > Budget.freeOfPressure(bytesMax)) {
                return null;
            }
        }
        DirectMemory memory = DirectMemory.allocate(size);
        fixedBytes += size;
        bytes += size;
        return memory;
    }

    synchronized void freeFixed(DirectMemory memory) {
        fixedBytes -= memory.bytes();
        bytes -= memory.bytes();
        memory.free();
    }

    /** Memory in use or spare. */
    synchronized long bytes() {
        return bytes;
    }

    /** Connections that had to go because they held most. */
    long evictions() {
        return budget.evictions();
    }

    /** Whether there are large blocks that nobody uses. Costs a read. */
    boolean hasSpare() {
        return spareBytes > 0;
    }

    /**
     * Gives those large blocks back to the system that nobody has needed since this was called last; at most once a second,
     * whoever calls how often.
     *
     * @param nowNanos of System.nanoTime
     */
    synchronized void giveBackUnused(long nowNanos) {
        if (nowNanos - lookedNanos < UNUSED_NANOS) {
            return;
        }
        lookedNanos = nowNanos;
        freeSpare(bytes - spareBytesLeast);
        spareBytesLeast = spareBytes;
    }

    /** Gives all spare memory back to the system. */
    synchronized void trim() {
        trimTo(0);
    }

    private SlabClass slabClass(int bytesMin) {
        for (SlabClass small : slabClasses) {
            if (bytesMin <= small.blockBytes) {
                return small;
            }
        }
        return null;
    }

    private static int largeShift(int bytesMin) {
        return Math.max(LARGE_SHIFT_MIN, 32 - Integer.numberOfLeadingZeros(bytesMin - BLOCK_BYTES - 1));
    }

    /** Whether so much may be allocated; if not now, those that hold more than the asker are told to go. */
    private boolean makeRoom(int size, Account asker, int asked) {
        if (bytes + size <= Budget.freeOfPressure(bytesMax)) {
            return true;
        }
        trimTo(Budget.freeOfPressure(bytesMax) - size);
        if (bytes + size <= Budget.freeOfPressure(bytesMax)) {
            return true;
        }
        if (!budget.evictFor(asker, asked, bytes + size - Budget.freeOfPressure(bytesMax))) {
            throw BufferExhaustedException.INSTANCE;
        }
        return bytes + size <= bytesMax;
    }

    private Block takeSmall(SlabClass small) {
        if (!small.hasFree()) {
            try {
                small.addSlab();
                bytes += Slab.BYTES;
            } catch (OutOfMemoryError refusedByTheSystem) {
                return null;
            }
        }
        return small.take();
    }

    private Block takeLarge(int shift, int size) {
        Block block = spare.get(shift).pollLast();
        if (block != null) {
            spareBytes -= size;
            spareBytesLeast = Math.min(spareBytesLeast, spareBytes);
            return block;
        }
        try {
            block = new Block(DirectMemory.allocate(size));
            bytes += size;
            return block;
        } catch (OutOfMemoryError refusedByTheSystem) {
            return null;
        }
    }

    private void free(Block block) {
        bytes -= block.bytes();
        block.memory.free();
    }

    /** Gives spare memory back until no more than so much is left in all, or there is none. */
    private void trimTo(long bytesLeft) {
        freeSpare(bytesLeft);
        for (SlabClass small : slabClasses) {
            while (bytes > bytesLeft && small.destroyEmpty()) {
                bytes -= Slab.BYTES;
            }
        }
    }

    /** As {@link #trimTo}, of large blocks only. */
    private void freeSpare(long bytesLeft) {
        for (int shift = spare.size() - 1; shift >= LARGE_SHIFT_MIN && bytes > bytesLeft; shift--) {
            for (Block block; bytes > bytesLeft && (block = spare.get(shift).pollLast()) != null;) {
                spareBytes -= block.bytes();
                spareBytesLeast = Math.min(spareBytesLeast, spareBytes);
                free(block);
            }
        }
    }
}
