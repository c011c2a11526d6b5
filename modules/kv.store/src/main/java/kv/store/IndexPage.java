package kv.store;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * One page of a shard's index: a linear-probe table of 8192 slots of 4 bytes, for the keys whose hashes begin with one prefix.
 *
 * <p>Guarded by the shard's lock. A slot holds the hash's lowest 8 bits (the tag) above a 24-bit entry number; 0 is a free slot.
 * <p>Invariant: between a key's home slot and its slot no slot is free, wrapping at the page's end.
 * <p>A full page that cannot be split has another behind it, for the same prefix; its slots have the numbers from {@link #SLOTS}
 * on, and so forth.
 */
final class IndexPage {
    static final int SLOT_BITS = 13;
    static final int SLOTS = PagePool.PAGE_BYTES / Integer.BYTES;
    /** A page with so many is full: probes would get too long. */
    static final int COUNT_MAX = SLOTS * 15 / 16;
    private static final int MASK = SLOTS - 1;
    private static final int ENTRY_MASK = 0xFF_FFFF;
    /** Its number in the pool. */
    final int poolPage;
    /**
     * Length of the hash prefix that its keys share: the shard's bits and then some of the directory's. The home slot's bits
     * follow.
     */
    final int prefixBits;
    private final ByteBuffer segment;
    private final int start;
    private int count;
    /**
     * Whether it, or a page that it comes from, was split for keys that lay too far from their homes: merged again, they would do
     * so again.
     */
    private boolean crowded;
    /** The page behind a full one; null as a rule. */
    private IndexPage next;

    private IndexPage(int poolPage, ByteBuffer segment, int start, int prefixBits) {
        this.poolPage = poolPage;
        this.segment = segment;
        this.start = start;
        this.prefixBits = prefixBits;
    }

    /** A page in which nothing is found and to which nothing can be added, in place of a page that is not there yet. */
    static IndexPage empty(int prefixBits) {
        return new IndexPage(PagePool.NONE, PagePool.ZEROS, 0, prefixBits);
    }

    static IndexPage cleared(PagePool pool, int poolPage, int prefixBits) {
        ByteBuffer segment = pool.segment(poolPage);
        int start = PagePool.start(poolPage);
        segment.put(start, PagePool.ZEROS, 0, PagePool.PAGE_BYTES);
        return new IndexPage(poolPage, segment, start, prefixBits);
    }

    /** The same page, with those behind it, in another one of the pool; this one is to be used no more. */
    IndexPage copyTo(int copy, PagePool pool) {
        pool.copy(poolPage, copy);
        IndexPage page = new IndexPage(copy, pool.segment(copy), PagePool.start(copy), prefixBits);
        page.count = count;
        page.crowded = crowded;
        page.next = next;
        return page;
    }

    boolean isPlaceholder() {
        return poolPage == PagePool.NONE;
    }

    /** Keys in this page, without those of the pages behind it. */
    int count() {
        return count;
    }

    boolean isCrowded() {
        return crowded;
    }

    void setCrowded() {
        crowded = true;
    }

    IndexPage next() {
        return next;
    }

    void append(IndexPage page) {
        next = page;
    }

    /** How far from its home a key with this hash would come to lie. */
    int distanceToFree(long hash) {
        int home = home(hash);
        int slot = home;
        while (content(slot) != 0) {
            slot = next(slot);
        }
        return slot - home & MASK;
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
        return slot < SLOTS ? entry(content(slot)) : next.entryIn(slot - SLOTS);
    }

    /** An entry of this page, which has one; each is as likely. */
    int anyEntry(Random random) {
        if (count > SLOTS / 16) {
            int content;
            do {
                content = content(random.nextInt(SLOTS));
            } while (content == 0);
            return entry(content);
        }
        int before = random.nextInt(count);
        int slot = 0;
        while (content(slot) == 0 || before-- > 0) {
            slot++;
        }
        return entry(content(slot));
    }

    static boolean hasTag(int content, long hash) {
        return content >>> 24 == ((int) hash & 0xFF);
    }

    static int entry(int content) {
        return content & ENTRY_MASK;
    }

    /** Adds a key, for which there is room in this page or in one behind it. */
    void insert(long hash, int entry) {
        if (count >= COUNT_MAX && next != null) {
            next.insert(hash, entry);
            return;
        }
        assert count < SLOTS - 1 && !isPlaceholder();
        int slot = home(hash);
        while (content(slot) != 0) {
            slot = next(slot);
        }
        set(slot, (int) hash << 24 | entry);
        count++;
    }

    /** The slot of a key that is known to be here. */
    int slotOf(long hash, int entry) {
        int wanted = (int) hash << 24 | entry;
        int slot = home(hash);
        for (int content = content(slot); content != wanted; content = content(slot)) {
            if (content == 0) {
                assert next != null : "no slot for entry " + entry;
                return SLOTS + next.slotOf(hash, entry);
            }
            slot = next(slot);
        }
        return slot;
    }

    /** The key in this slot has got, or has moved to, another entry. */
    void setEntry(int slot, int entry) {
        if (slot < SLOTS) {
            set(slot, content(slot) & ~ENTRY_MASK | entry);
        } else {
            next.setEntry(slot - SLOTS, entry);
        }
    }

    /** Frees the slot. A page behind that becomes empty is given back; returns how many were. */
    int remove(int slot, EntryMemory entries, PagePool pool) {
        if (slot < SLOTS) {
            remove(slot, entries);
            return 0;
        }
        int given = next.remove(slot - SLOTS, entries, pool);
        if (next.count == 0) {
            int empty = next.poolPage;
            next = next.next;
            pool.give(empty);
            given++;
        }
        return given;
    }

    /** Moves later ones back over the hole, so that no key is cut off from its home and none is ever marked deleted. */
    private void remove(int slot, EntryMemory entries) {
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
