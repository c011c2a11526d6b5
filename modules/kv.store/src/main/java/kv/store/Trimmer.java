package kv.store;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Gives memory that the store needs no more back to the system: packs shards of which much has died, gathers what is in use in as
 * few segments as it needs, and frees the others.
 *
 * <p>Threads: confined to one at a time, the {@link Housekeeper}. Takes a shard's lock for one step, never two.
 * <p>Invariant: a segment is freed only after everybody has ended who began to read without a lock before it was taken out of the
 * pool ({@link Readers}): they may have come upon its pages, and a look at them would end the JVM.
 */
final class Trimmer {
    /*
     * What is given back is what nobody has needed since the round before: so a store that empties and fills again within half a
     * second keeps its segments, of which a new one costs some milliseconds of filling with zeros.
     *
     * Sparse is a shard of which less than 3/4 is live. Where values are overwritten it is never that, since who needs room packs
     * at 7/8 (see the Compactor); this is for what nobody fills again. Then it is packed until 15/16 are live, so that moved
     * bytes stay below four for each that died.
     */
    private static final int SPARSE_NUMERATOR = 3;
    private static final int SPARSE_DENOMINATOR = 4;
    private static final int DEAD_BYTES_MIN = PagePool.SEGMENT_BYTES / 2;

    private final Shards shards;
    private final PagePool pool;
    private final Readers readers;
    private final RetiredChains retired;
    private final StoreFailure failure;
    private final Consumer<ByteBuffer> freer;
    private final PageMover mover;
    private final Deque<Leaving> leaving = new ArrayDeque<>();

    /** @param freer gives a segment back to the system */
    Trimmer(Shards shards, PagePool pool, Readers readers, RetiredChains retired, StoreFailure failure,
            Consumer<ByteBuffer> freer) {
        this.shards = shards;
        this.pool = pool;
        this.readers = readers;
        this.retired = retired;
        this.failure = failure;
        this.freer = freer;
        this.mover = new PageMover(pool, retired);
    }

    /** To be called about twice a second while {@link PagePool#isGrown}. Costs a look at each shard if nothing is to be done. */
    void trim() {
        try {
            packSparse();
            int spare = pool.spare();
            if (spare >= PagePool.SEGMENT_PAGES) {
                retired.giveBack();
                spare -= takeOut(spare);
            }
            if (spare >= PagePool.SEGMENT_PAGES) {
                mover.emptyFrom(pool.end(), shards);
                takeOut(spare);
            }
            freeUnread();
        } catch (Throwable thrown) {
            failure.report(thrown);
            throw thrown;
        }
    }

    /** What has been read without the locks is a hint, and enough to tell whether it is worth the work. */
    private void packSparse() {
        long deadBytes = 0;
        for (int i = 0; i < shards.count(); i++) {
            DataPages pages = shards.get(i).pages();
            if (isSparse(pages)) {
                deadBytes += (long) pages.pageCount() * PagePool.PAGE_BYTES - pages.liveBytesTotal();
            }
        }
        if (deadBytes >= DEAD_BYTES_MIN) {
            for (int i = 0; i < shards.count(); i++) {
                Shard shard = shards.get(i);
                if (isSparse(shard.pages())) {
                    while (packSome(shard)) { }
                }
            }
        }
    }

    private static boolean isSparse(DataPages pages) {
        return pages.pageCount() > 2 && pages.isSparserThan(SPARSE_NUMERATOR, SPARSE_DENOMINATOR);
    }

    private static boolean packSome(Shard shard) {
        long stamp = shard.lock.writeLock();
        try {
            return shard.holder == null && shard.compactor().squeeze();
        } catch (Throwable thrown) {
            shard.holder = Holder.BROKEN;
            throw thrown;
        } finally {
            shard.lock.unlockWrite(stamp);
        }
    }

    /** Takes segments with so many pages at most out of the pool; returns how many these had. */
    private int takeOut(int pages) {
        int taken = 0;
        while (taken + PagePool.SEGMENT_PAGES <= pages) {
            ByteBuffer segment = pool.takeOut();
            if (segment == null) {
                break;
            }
            leaving.add(new Leaving(segment, readers.retire()));
            taken += segment.capacity() / PagePool.PAGE_BYTES;
        }
        return taken;
    }

    private void freeUnread() {
        while (!leaving.isEmpty() && readers.areDoneWith(leaving.peek().retired)) {
            ByteBuffer segment = leaving.remove().segment;
            freer.accept(segment);
            pool.freed(segment);
        }
    }

    /** A segment that is in nobody's table any more, and when it went out. */
    private record Leaving(ByteBuffer segment, long retired) { }
}
