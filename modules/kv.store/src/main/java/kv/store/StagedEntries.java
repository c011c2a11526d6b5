package kv.store;

import java.nio.ByteBuffer;

/**
 * Values of a shard that are there already, but not found by who looks for their keys: see {@link Staging}.
 *
 * <p>Stateless. The caller holds the shard's lock for writing. What cannot be made for lack of memory leaves nothing behind.
 */
final class StagedEntries {
    private StagedEntries() { }

    /**
     * Makes a new value for a key, or for one that has been staged before, beside what it has: as if written, but for being
     * found. Not if the old one can be overwritten in place, which needs no room. False if there is no memory.
     */
    static boolean stage(Shard shard, Keys keys, int key, ByteBuffer value, int start, int length, int preparedPage,
            long deadline) {
        long hash = keys.hash(key);
        Database database = shard.databaseToPut(keys);
        HashIndex index = database.index;
        int staged = stagedSlotOf(shard, index.page(hash), keys, key);
        int kind = PageKind.young(deadline != Deadline.NONE);
        if (staged == Shard.NO_SLOT) {
            int slot = shard.slotOf(index.page(hash), keys, key);
            if (slot != Shard.NO_SLOT) {
                kind = shard.kindOf(index.page(hash).entryIn(slot), deadline);
            }
            if (slot != Shard.NO_SLOT && Shard.fitsInPlace(EntryHeader.of(database.tag, keys.length(key), length,
                    deadline != Deadline.NONE), shard.entries().header(index.page(hash).entryIn(slot)))) {
                return true;
            }
            if (!shard.makeIndexRoom(database, hash)) {
                return false;
            }
        }
        int entry = shard.create(database, keys, key, value, start, length, preparedPage, deadline, kind);
        if (entry == DataPages.NO_ENTRY) {
            return false;
        }
        shard.entries().setHeader(entry, EntryHeader.staged(shard.entries().header(entry)));
        if (staged == Shard.NO_SLOT) {
            database.insert(hash, entry);
        } else {
            shard.replaceEntry(index.page(hash), staged, entry);
        }
        return true;
    }

    /** Makes a key's staged value the one that is found; needs no memory. False if nothing is staged for it. */
    static boolean unveil(Shard shard, Keys keys, int key, long nowMillis) {
        long hash = keys.hash(key);
        Database database = shard.database(keys);
        IndexPage page = database.index.page(hash);
        int staged = stagedSlotOf(shard, page, keys, key);
        if (staged == Shard.NO_SLOT) {
            return false;
        }
        int entry = page.entryIn(staged);
        shard.stamps().changed(database.tag, hash);
        shard.entries().setHeader(entry, EntryHeader.notStaged(shard.entries().header(entry)));
        int slot = slotOfOther(shard, page, keys, key, entry);
        if (slot == Shard.NO_SLOT) {
            database.count(1, shard.valueBytes(entry));
            shard.deadlineChanged(database, Deadline.NONE, shard.entries().deadlineMillis(entry));
            return true;
        }
        int old = page.entryIn(slot);
        shard.inheritHits(old, entry);
        shard.countReplaced(database, old, shard.valueBytes(entry), shard.entries().deadlineMillis(entry), nowMillis);
        page.setEntry(slot, entry);
        database.remove(hash, staged);
        shard.factory().discard(old);
        shard.compactor().reclaim();
        return true;
    }

    /**
     * After {@link #stage} and {@link #unveil}: overwrites a value that was not staged because there is room for it in place. If
     * there is none, the key was named twice, and has its last value already.
     */
    static void putInPlace(Shard shard, Keys keys, int key, ByteBuffer value, int start, int length, long deadline,
            long nowMillis) {
        Database database = shard.database(keys);
        IndexPage page = database.index.page(keys.hash(key));
        int slot = shard.slotOf(page, keys, key);
        if (Shard.fitsInPlace(EntryHeader.of(database.tag, keys.length(key), length, deadline != Deadline.NONE),
                shard.entries().header(page.entryIn(slot)))) {
            shard.stamps().changed(database.tag, keys.hash(key));
            shard.replace(database, page, slot, keys, key, value, start, length, PagePool.NONE, deadline, nowMillis);
        }
    }

    /** Forgets what is staged for a key. */
    static void unstage(Shard shard, Keys keys, int key) {
        long hash = keys.hash(key);
        Database database = shard.database(keys);
        int staged = stagedSlotOf(shard, database.index.page(hash), keys, key);
        if (staged != Shard.NO_SLOT) {
            int entry = database.index.page(hash).entryIn(staged);
            database.remove(hash, staged);
            shard.factory().discard(entry);
            shard.compactor().reclaim();
        }
        shard.releaseIfEmpty(database);
    }

    private static int stagedSlotOf(Shard shard, IndexPage page, Keys keys, int key) {
        long hash = keys.hash(key);
        int tag = page.tag(hash);
        for (int slot = page.home(hash);; slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return page.next() == null ? Shard.NO_SLOT : Shard.behind(stagedSlotOf(shard, page.next(), keys, key));
            }
            if (IndexPage.hasTag(content, tag) && shard.entries().hasKeyStaged(IndexPage.entry(content), keys, key)) {
                return slot;
            }
        }
    }

    /** The slot of a key's entry that is not this one. */
    private static int slotOfOther(Shard shard, IndexPage page, Keys keys, int key, int entry) {
        long hash = keys.hash(key);
        int tag = page.tag(hash);
        for (int slot = page.home(hash);; slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return page.next() == null ? Shard.NO_SLOT : Shard.behind(slotOfOther(shard, page.next(), keys, key, entry));
            }
            if (IndexPage.hasTag(content, tag) && IndexPage.entry(content) != entry
                    && shard.entries().hasKey(IndexPage.entry(content), keys, key)) {
                return slot;
            }
        }
    }
}
