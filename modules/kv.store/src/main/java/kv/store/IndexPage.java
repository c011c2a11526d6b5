package kv.store;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * One page of a shard's index: a linear-probe table of 8192 slots of 4 bytes, for the keys whose hashes begin with one prefix.
 *
 * <p>Guarded by the shard's lock. A slot holds a tag above a 24-bit entry number; 0 is a free slot. The tag is of the hash: the
 * lowest 4 bits of the home slot's number, above the hash's lowest 4.
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
    private static final int ENTRY_BITS = 24;
    private static final int ENTRY_MASK = (1 << ENTRY_BITS) - 1;
    /*
     * With the home in the tag most keys that move when one is removed need not be hashed again, each of them a cache miss. It
     * tells other keys apart as well as 8 bits of the hash: those that lie about a key's home have mostly homes of their own.
     */
    private static final int TAG_HASH_BITS = 4;
    private static final int TAG_HASH_MASK = (1 << TAG_HASH_BITS) - 1;
    private static final int TAG_HOMES = 16;
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

    /** What the slot of a key with this hash says of it. */
    int tag(long hash) {
        return (home(hash) & TAG_HOMES - 1) << TAG_HASH_BITS | (int) hash & TAG_HASH_MASK;
    }

    static boolean hasTag(int content, int tag) {
        return content >>> ENTRY_BITS == tag;
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
        set(slot, tag(hash) << ENTRY_BITS | entry);
        count++;
    }

    /** The slot of a key that is known to be here. */
    int slotOf(long hash, int entry) {
        int wanted = tag(hash) << ENTRY_BITS | entry;
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
        int before = takenBefore(slot);
        for (int i = next(hole), content = content(i); content != 0; i = next(i), content = content(i)) {
            // What its tag says may be too little by a multiple of TAG_HOMES, if so many slots before it are taken.
            int distance = i - (content >>> ENTRY_BITS + TAG_HASH_BITS) & TAG_HOMES - 1;
            int toHole = i - hole & MASK;
            if (distance < toHole && before + (i - slot & MASK) >= distance + TAG_HOMES) {
                distance = i - home(entries.hash(entry(content))) & MASK;
            }
            // It may move to the hole unless its home lies behind the hole.
            if (distance >= toHole) {
                set(hole, content);
                hole = i;
            }
        }
        set(hole, 0);
        count--;
    }

    /** How many slots are taken right before this, up to {@link #TAG_HOMES}: from there on there may be any number. */
    private int takenBefore(int slot) {
        int taken = 0;
        while (taken < TAG_HOMES && content(slot - taken - 1 & MASK) != 0) {
            taken++;
        }
        return taken;
    }

    private void set(int slot, int content) {
        segment.putInt(start + (slot << 2), content);
    }
}
