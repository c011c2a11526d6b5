package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One page of a shard's index: a linear-probe table of 8192 slots of 4 bytes, for the keys whose hashes begin with one prefix.
 *
 * <p>Guarded by the shard's lock. A slot holds the hash's lowest 8 bits (the tag) above a 24-bit entry number; 0 is a free slot.
 * <p>Invariant: between a key's home slot and its slot no slot is free, wrapping at the page's end.
 */
final class IndexPage {
    static final int SLOT_BITS = 13;
    static final int SLOTS = PagePool.PAGE_BYTES / Integer.BYTES;
    private static final int MASK = SLOTS - 1;
    private static final int ENTRY_MASK = 0xFF_FFFF;
    /** For filling pages with zeros; also the content of every {@link #empty} page. Never written. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PagePool.PAGE_BYTES).order(ByteOrder.nativeOrder());

    /** Its number in the pool. */
    final int poolPage;
    /** Length of the hash prefix that its keys share: the shard's bits and then some of the directory's. The home slot's bits follow. */
    final int prefixBits;
    private final ByteBuffer segment;
    private final int start;
    private int count;

    private IndexPage(int poolPage, ByteBuffer segment, int start, int prefixBits) {
        this.poolPage = poolPage;
        this.segment = segment;
        this.start = start;
        this.prefixBits = prefixBits;
    }

    /** A page in which nothing is found and to which nothing can be added, in place of a page that is not there yet. */
    static IndexPage empty(int prefixBits) {
        return new IndexPage(PagePool.NONE, ZEROS, 0, prefixBits);
    }

    static IndexPage cleared(PagePool pool, int poolPage, int prefixBits) {
        ByteBuffer segment = pool.segment(poolPage);
        int start = PagePool.start(poolPage);
        segment.put(start, ZEROS, 0, PagePool.PAGE_BYTES);
        return new IndexPage(poolPage, segment, start, prefixBits);
    }

    boolean isPlaceholder() {
        return poolPage == PagePool.NONE;
    }

    int count() {
        return count;
    }

    int home(long hash) {
        return (int) (hash << prefixBits >>> Long.SIZE - SLOT_BITS);
    }

    static int next(int slot) {
        return slot + 1 & MASK;
    }

    /** The slot's content; 0 if it is free. */
    int content(int slot) {
        return segment.getInt(start + (slot << 2));
    }

    int entryIn(int slot) {
        return entry(content(slot));
    }

    static boolean hasTag(int content, long hash) {
        return content >>> 24 == ((int) hash & 0xFF);
    }

    static int entry(int content) {
        return content & ENTRY_MASK;
    }

    void insert(long hash, int entry) {
        assert count < SLOTS && !isPlaceholder();
        int slot = home(hash);
        while (content(slot) != 0) {
            slot = next(slot);
        }
        set(slot, (int) hash << 24 | entry);
        count++;
    }

    /** The slot of a key that is known to be here. */
    int slotOf(long hash, int entry) {
        int content = (int) hash << 24 | entry;
        int slot = home(hash);
        while (content(slot) != content) {
            assert content(slot) != 0 : "no slot for entry " + entry;
            slot = next(slot);
        }
        return slot;
    }

    /** The key in this slot has got, or has moved to, another entry. */
    void setEntry(int slot, int entry) {
        set(slot, content(slot) & ~ENTRY_MASK | entry);
    }

    /** Frees the slot and moves later ones back over the hole, so that no key is cut off from its home and none is ever marked deleted. */
    void remove(int slot, EntryMemory entries) {
        int hole = slot;
        for (int i = next(hole); content(i) != 0; i = next(i)) {
            int home = home(entries.hash(entry(content(i))));
            // It may move to the hole unless its home lies behind the hole.
            if ((i - home & MASK) >= (i - hole & MASK)) {
                set(hole, content(i));
                hole = i;
            }
        }
        set(hole, 0);
        count--;
    }

    private void set(int slot, int content) {
        segment.putInt(start + (slot << 2), content);
    }
}
