package kv.store;

/**
 * Takes keys of a shard away: what is deleted, has expired, is evicted, or lies in a database that is cleared.
 *
 * <p>Stateless. The caller holds the shard's lock for writing.
 */
final class ShardRemoval {
    private ShardRemoval() { }

    /** Takes a key away; false if it is not there. */
    static boolean delete(Shard shard, Keys keys, int key, long nowMillis) {
        long hash = keys.hash(key);
        Database database = shard.database(keys);
        IndexPage page = database.index.page(hash);
        int slot = shard.slotOf(page, keys, key);
        if (slot == Shard.NO_SLOT) {
            return false;
        }
        int entry = page.entryIn(slot);
        boolean expired = shard.isExpired(entry, nowMillis);
        remove(shard, database, hash, slot, entry);
        shard.compactor().reclaim();
        shard.releaseIfEmpty(database);
        if (expired) {
            shard.expiry().countExpired();
        } else {
            shard.stamps().changed(database.tag, hash);
        }
        return !expired;
    }

    /** Takes a key out. Its page is not reclaimed yet, so that a walk over the page's entries can go on. */
    private static void remove(Shard shard, Database database, long hash, int slot, int entry) {
        database.remove(hash, slot);
        database.count(-1, -shard.valueBytes(entry));
        shard.deadlineChanged(database, shard.entries().deadlineMillis(entry), Deadline.NONE);
        shard.factory().discard(entry);
    }

    /** Takes away the expired entries of a data page, to which its earliest deadline points. */
    static void sweep(Shard shard, int page, long nowMillis) {
        long earliest = Deadline.NONE;
        int entryBytes;
        for (int position = 0; position < shard.pages().fillBytes(page); position += entryBytes) {
            int entry = DataPages.entryAt(page, position);
            long header = shard.entries().header(entry);
            entryBytes = EntryHeader.entryBytes(header);
            if (EntryHeader.isDead(header) || !EntryHeader.hasDeadline(header)) {
                continue;
            }
            long deadline = shard.entries().deadlineMillis(entry);
            if (Deadline.isPast(deadline, nowMillis)) {
                long hash = shard.entries().hash(entry);
                Database database = shard.databases()[EntryHeader.database(header)];
                remove(shard, database, hash, database.index.page(hash).slotOf(hash, entry), entry);
                shard.expiry().countExpired();
            } else {
                earliest = Math.min(earliest, deadline);
            }
        }
        shard.pages().earliestDeadline(page, earliest);
        shard.compactor().reclaim();
        releaseAllIfEmpty(shard);
    }

    /**
     * Takes all keys of a database away, at the cost of these, not of others'.
     *
     * @param database as for {@link Section#clear}
     */
    static void clear(Shard shard, int database) {
        if (database == Section.ALL) {
            clearAll(shard);
            return;
        }
        Database cleared = shard.databases()[shard.tag(database)];
        if (cleared.keys() == shard.keys()) {
            clearAll(shard);
            return;
        }
        HashIndex index = cleared.index;
        for (int place = 0; place < index.directoryLength(); place = index.placeAfter(place)) {
            for (IndexPage page = index.pageAt(place); page != null; page = page.next()) {
                discardAll(shard, page);
            }
        }
        shard.expiry().forget(cleared.expiringKeys());
        cleared.clear();
        shard.compactor().reclaimAll();
    }

    /** Entries only die, and none moves, until the page is given up. */
    private static void discardAll(Shard shard, IndexPage page) {
        for (int slot = 0; !page.isPlaceholder() && slot < IndexPage.SLOTS; slot++) {
            if (slot % HashIndex.TOUCHED_AT_ONCE == 0) {
                shard.touched = shard.entries().touch(page, slot, slot + HashIndex.TOUCHED_AT_ONCE);
            }
            if (page.content(slot) != 0) {
                shard.factory().discard(page.entryIn(slot));
            }
        }
    }

    /** Takes away an entry that is not its head's piece; its page is not reclaimed yet: {@link #evicted}. */
    static void evict(Shard shard, int entry, long hash, boolean expired) {
        Database database = shard.databases()[EntryHeader.database(shard.entries().header(entry))];
        remove(shard, database, hash, database.index.page(hash).slotOf(hash, entry), entry);
        if (expired) {
            shard.expiry().countExpired();
        } else {
            shard.stamps().changed(database.tag, hash);
            shard.evictedTotal++;
        }
    }

    /** All were evicted that shall be. */
    static void evicted(Shard shard) {
        shard.compactor().reclaim();
        releaseAllIfEmpty(shard);
    }

    private static void releaseAllIfEmpty(Shard shard) {
        for (Database database : shard.databases()) {
            shard.releaseIfEmpty(database);
        }
    }

    /** All keys of all databases. */
    static void clearAll(Shard shard) {
        for (int page = 1; page < shard.pages().pageNumberEnd(); page++) {
            for (int position = 0; shard.pages().exists(page) && position < shard.pages().fillBytes(page); ) {
                int entry = DataPages.entryAt(page, position);
                long header = shard.entries().header(entry);
                if (!EntryHeader.isDead(header)) {
                    shard.factory().retireChain(entry, header);
                }
                position += EntryHeader.entryBytes(header);
            }
        }
        shard.expiry().clear();
        shard.sketch().clear();
        shard.youngShare().clear();
        for (Database database : shard.databases()) {
            if (!database.isAbsent()) {
                database.clear();
            }
        }
        shard.pages().releaseAll();
    }
}
