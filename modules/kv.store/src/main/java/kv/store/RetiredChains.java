package kv.store;

import java.util.Arrays;

/**
 * Chains that belong to no entry any more: their pages are given back when no shard's lock is held, and when nobody reads them.
 *
 * <p>Threads: any. {@link #add} is called under a shard's lock, {@link #giveBack} rather not: a long chain is a long walk. The
 * monitor guards the list and is innermost.
 */
final class RetiredChains {
    private static final int KEPT_MAX = 64;
    private static final long PATIENCE_NANOS = 100_000_000;

    private final OverflowChain chain;
    private final Readers readers;
    private int[] firstPages = new int[KEPT_MAX];
    private int[] pageCounts = new int[KEPT_MAX];
    private long[] retired = new long[KEPT_MAX];
    private volatile int count;

    RetiredChains(OverflowChain chain, Readers readers) {
        this.chain = chain;
        this.readers = readers;
    }

    /** The chain can be come upon no more. */
    void add(int firstPage, int pages) {
        if (pages == 0) {
            return;
        }
        synchronized (this) {
            if (count == firstPages.length) {
                resize(2 * count);
            }
            firstPages[count] = firstPage;
            pageCounts[count] = pages;
            retired[count] = readers.retire();
            count++;
        }
    }

    /**
     * Gives back what it can, for a thread that needs memory and holds no lock: waits for readers, which copy memory and no more,
     * a
     * tenth of a second at most.
     */
    void giveBackPatiently() {
        long begun = System.nanoTime();
        giveBack();
        while (count > 0 && System.nanoTime() - begun < PATIENCE_NANOS) {
            Thread.yield();
            giveBack();
        }
    }

    /** Whether nobody reads any chain: then one may be changed in place under its shard's lock, which lets no new reader in. */
    boolean areNotRead() {
        return readers.areNone();
    }

    /** Gives back what nobody reads. Costs one read if there is nothing. */
    void giveBack() {
        for (int last = count; last > 0; last = Math.min(count, last - 1)) {
            int firstPage;
            int pages;
            synchronized (this) {
                if (last > count || !readers.areDoneWith(retired[last - 1])) {
                    continue;
                }
                firstPage = firstPages[last - 1];
                pages = pageCounts[last - 1];
                remove(last - 1);
            }
            chain.give(firstPage, pages);
        }
    }

    private void remove(int place) {
        int last = count - 1;
        firstPages[place] = firstPages[last];
        pageCounts[place] = pageCounts[last];
        retired[place] = retired[last];
        count = last;
        if (last == 0 && firstPages.length > KEPT_MAX) {
            resize(KEPT_MAX);
        }
    }

    private void resize(int length) {
        firstPages = Arrays.copyOf(firstPages, length);
        pageCounts = Arrays.copyOf(pageCounts, length);
        retired = Arrays.copyOf(retired, length);
    }
}
