package kv.store;

import java.nio.ByteBuffer;

/**
 * Writes into parts of a shard's values, and behind their ends.
 *
 * <p>Stateless. The caller holds the shard's lock for writing. What cannot be written for lack of memory is as it was.
 */
final class ShardRanges {
    private ShardRanges() { }

    /**
     * Writes bytes into a value from an offset on; what lies between the value's end and that is filled with zeros, an absent key
     * has an empty value before. The deadline stays.
     *
     * @return the value's length now, or {@link StoreSession#NO_MEMORY}
     */
    static int write(Shard shard, Keys keys, int key, int offset, ByteBuffer bytes, int start, int length, long nowMillis) {
        Database database = shard.database(keys);
        IndexPage page = database.index.page(keys.hash(key));
        int slot = shard.slotOf(page, keys, key);
        if (slot == Shard.NO_SLOT || shard.isExpired(page.entryIn(slot), nowMillis)) {
            return writeAbsent(shard, keys, key, offset, bytes, start, length, nowMillis);
        }
        shard.stamps().changed(database.tag, keys.hash(key));
        int oldLength = shard.valueBytes(page.entryIn(slot));
        int newLength = Math.max(oldLength, offset + length);
        if (offset < oldLength && !shard.factory().unshare(page.entryIn(slot), keys.length(key) + offset, length)) {
            return StoreSession.NO_MEMORY;
        }
        if (newLength > oldLength) {
            if (!extend(shard, database, page, slot, newLength, PagePool.NONE)) {
                return StoreSession.NO_MEMORY;
            }
            shard.entries().clearValue(page.entryIn(slot), oldLength, offset - oldLength);
        }
        shard.entries().writeValue(page.entryIn(slot), offset, bytes, start, length);
        return newLength;
    }

    private static int writeAbsent(Shard shard, Keys keys, int key, int offset, ByteBuffer bytes, int start, int length,
            long nowMillis) {
        if (shard.put(keys, key, bytes, start, 0, PagePool.NONE, Deadline.NONE, nowMillis) == PutResult.OUT_OF_MEMORY) {
            return StoreSession.NO_MEMORY;
        }
        int newLength = write(shard, keys, key, offset, bytes, start, length, nowMillis);
        if (newLength == StoreSession.NO_MEMORY) {
            ShardRemoval.delete(shard, keys, key, nowMillis);
        }
        return newLength;
    }

    /**
     * Makes a live key's value longer, by bytes that are to be written yet; false if there is no memory.
     *
     * @param preparedPage as for {@link EntryFactory#extend}
     */
    static boolean extend(Shard shard, Keys keys, int key, int newLength, int preparedPage) {
        Database database = shard.database(keys);
        IndexPage page = database.index.page(keys.hash(key));
        shard.stamps().changed(database.tag, keys.hash(key));
        return extend(shard, database, page, shard.slotOf(page, keys, key), newLength, preparedPage);
    }

    private static boolean extend(Shard shard, Database database, IndexPage page, int slot, int newLength, int preparedPage) {
        int old = page.entryIn(slot);
        int oldLength = shard.valueBytes(old);
        long header = EntryHeader.withValueBytes(shard.entries().header(old), newLength);
        if (EntryHeader.hasSameShape(header, shard.entries().header(old))) {
            shard.entries().setHeader(old, header);
        } else {
            int entry = shard.factory().extend(page, slot, newLength, preparedPage);
            if (entry == DataPages.NO_ENTRY) {
                return false;
            }
            old = page.entryIn(slot);
            page.setEntry(slot, entry);
            shard.factory().dropHead(old);
            shard.compactor().reclaim();
        }
        database.count(0, newLength - oldLength);
        return true;
    }

    /** Before some bytes of an entry's value are overwritten: see {@link EntryFactory#unshare}. */
    static boolean unshare(Shard shard, int entry, int offset, int length) {
        return shard.factory().unshare(entry, EntryHeader.keyBytes(shard.entries().header(entry)) + offset, length);
    }
}
