package kv.store;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;

/**
 * An independent part of the store: a lock, and the transitions of the state that it guards.
 *
 * <p>Locks: {@link #lock} guards everything here and in {@link DataPages}, {@link EntryMemory}, {@link Compactor} and {@link HashIndex}. The caller holds
 * it: for writing where a method changes anything, else for reading. Several shards' locks are taken in the shards' order.
 * <p>Invariant: an expired entry is never seen, whether or not it has been swept. Without keys a shard holds no page.
 * <p>Failure: a transition for which there is no memory changes nothing.
 */
final class Shard {
    /*
     * A StampedLock in plain reader-writer use, because it allocates nothing as long as nobody waits, while ReentrantReadWriteLock counts each
     * reader's holds in a ThreadLocal; and because its readers queue behind a waiting writer, so that no writer starves.
     */
    final StampedLock lock = new StampedLock();
    /** Its place in the order of shards. */
    final int number;

    /** Positions in the order of hashes: a hash's highest 47 bits, which reach beyond the home slot at every depth. */
    static final int POSITION_BITS = 47;
    private static final int NO_SLOT = -1;
    private static final int UNLOCKED_PROBES_MAX = 16;

    private final Expiry expiry;
    private final DataPages pages;
    private final OverflowChain chain;
    private final EntryMemory entries;
    private final HashIndex index;
    private final Compactor compactor;

    private long keys;
    private long valueBytes;
    private boolean closed;

    Shard(int number, int shardBits, PagePool pool, Hashing hashing, StoreClock clock) {
        this.number = number;
        this.expiry = new Expiry(clock);
        this.pages = new DataPages(pool);
        this.chain = new OverflowChain(pool);
        this.entries = new EntryMemory(pages, chain, hashing);
        this.index = new HashIndex(pool, entries, shardBits);
        this.compactor = new Compactor(pool, pages, entries, index);
    }

    /** The entry of a live key, or {@link DataPages#NO_ENTRY}; valid while the lock is held and nothing is changed. */
    int find(long hash, ByteBuffer key, int start, int length) {
        IndexPage page = index.page(hash);
        int slot = slotOf(page, hash, key, start, length);
        return slot == NO_SLOT || isExpired(page.entryIn(slot)) ? DataPages.NO_ENTRY : page.entryIn(slot);
    }

    /** Without the lock: the page where the search for a key begins, or perhaps did a moment ago. */
    IndexPage indexPageUnlocked(long hash) {
        return index.pageUnlocked(hash);
    }

    /** Without the lock: where in the pool the key's entry probably lies; {@link PagePool#NONE} if nothing looks like it. */
    long placeUnlocked(IndexPage page, long hash) {
        int slot = page.home(hash);
        for (int probe = 0; probe < UNLOCKED_PROBES_MAX; probe++, slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return PagePool.NONE;
            }
            if (IndexPage.hasTag(content, hash)) {
                return pages.placeUnlocked(IndexPage.entry(content));
            }
        }
        return PagePool.NONE;
    }

    int valueBytes(int entry) {
        return EntryHeader.valueBytes(entries.header(entry));
    }

    void copyValue(int entry, ValueSink sink) {
        entries.copyValue(entry, sink);
    }

    /** {@link StoreClock#NEVER} for an entry that does not expire. */
    long deadlineMillis(int entry) {
        return entries.deadlineMillis(entry);
    }

    /** The memory that an entry and its index slot take. */
    long memoryBytes(int entry) {
        long header = entries.header(entry);
        return EntryHeader.entryBytes(header) + (long) EntryHeader.overflowPages(header) * PagePool.PAGE_BYTES + Integer.BYTES;
    }

    PutResult put(long hash, ByteBuffer key, int keyStart, int keyLength, ByteBuffer value, int valueStart, int valueLength,
            long newDeadline) {
        IndexPage page = index.page(hash);
        int slot = slotOf(page, hash, key, keyStart, keyLength);
        if (slot != NO_SLOT) {
            return replace(page, slot, hash, key, keyStart, keyLength, value, valueStart, valueLength, newDeadline);
        }
        long deadline = newDeadline == StoreSession.KEEP_EXPIRY ? StoreClock.NEVER : newDeadline;
        int entry = DataPages.NO_ENTRY;
        if (makeIndexRoom(hash)) {
            entry = create(hash, key, keyStart, keyLength, value, valueStart, valueLength, deadline);
        }
        if (entry == DataPages.NO_ENTRY) {
            releaseIfEmpty();
            return PutResult.OUT_OF_MEMORY;
        }
        index.insert(hash, entry);
        keys++;
        valueBytes += valueLength;
        expiry.changed(StoreClock.NEVER, deadline);
        return PutResult.CREATED;
    }

    private PutResult replace(IndexPage page, int slot, long hash, ByteBuffer key, int keyStart, int keyLength,
            ByteBuffer value, int valueStart, int valueLength, long newDeadline) {
        int old = page.entryIn(slot);
        long oldHeader = entries.header(old);
        long oldDeadline = entries.deadlineMillis(old);
        boolean expired = expiry.isPast(oldDeadline);
        long kept = expired ? StoreClock.NEVER : oldDeadline;
        long deadline = newDeadline == StoreSession.KEEP_EXPIRY ? kept : newDeadline;
        long header = EntryHeader.of(keyLength, valueLength, deadline != StoreClock.NEVER);
        if (EntryHeader.entryBytes(header) == EntryHeader.entryBytes(oldHeader)
                && !EntryHeader.isOverflow(header) && !EntryHeader.isOverflow(oldHeader)) {
            entries.write(old, header, deadline, hash, PagePool.NONE, key, keyStart, value, valueStart);
        } else {
            int entry = create(hash, key, keyStart, keyLength, value, valueStart, valueLength, deadline);
            if (entry == DataPages.NO_ENTRY) {
                return PutResult.OUT_OF_MEMORY;
            }
            // Making room may have moved the old entry.
            old = page.entryIn(slot);
            page.setEntry(slot, entry);
            discard(old);
            compactor.reclaim(DataPages.pageOf(old));
        }
        valueBytes += valueLength - EntryHeader.valueBytes(oldHeader);
        expiry.changed(oldDeadline, deadline);
        if (expired) {
            expiry.countExpired();
        }
        return expired ? PutResult.CREATED : PutResult.REPLACED;
    }

    boolean delete(long hash, ByteBuffer key, int start, int length) {
        IndexPage page = index.page(hash);
        int slot = slotOf(page, hash, key, start, length);
        if (slot == NO_SLOT) {
            return false;
        }
        int entry = page.entryIn(slot);
        boolean expired = isExpired(entry);
        remove(hash, slot, entry);
        compactor.reclaim(DataPages.pageOf(entry));
        releaseIfEmpty();
        if (expired) {
            expiry.countExpired();
        }
        return !expired;
    }

    ExpireResult expire(long hash, ByteBuffer key, int start, int length, long deadline) {
        IndexPage page = index.page(hash);
        int slot = slotOf(page, hash, key, start, length);
        if (slot == NO_SLOT || isExpired(page.entryIn(slot))) {
            return ExpireResult.ABSENT;
        }
        int entry = page.entryIn(slot);
        long header = entries.header(entry);
        long oldDeadline = entries.deadlineMillis(entry);
        if (EntryHeader.hasDeadline(header)) {
            entries.setDeadline(entry, deadline);
        } else if (deadline != StoreClock.NEVER) {
            int copy = compactor.allocate(EntryHeader.entryBytes(EntryHeader.withDeadline(header)));
            if (copy == DataPages.NO_ENTRY) {
                return ExpireResult.OUT_OF_MEMORY;
            }
            entry = page.entryIn(slot);
            entries.copyWithDeadline(entry, copy, deadline);
            page.setEntry(slot, copy);
            pages.kill(entry);
            compactor.reclaim(DataPages.pageOf(entry));
        }
        expiry.changed(oldDeadline, deadline);
        return ExpireResult.CHANGED;
    }

    /**
     * Copies the live keys that lie from a position on, in about so many home slots, and returns the position after what was visited.
     *
     * <p>A key's position never changes, so a walk over all positions meets each key that is there all the time exactly once,
     * however pages split, merge and move meanwhile.
     */
    long collect(long position, int homeSlots, KeyBatch batch) {
        long hash = position << Long.SIZE - POSITION_BITS;
        IndexPage page = index.page(hash);
        int belowPrefix = POSITION_BITS - page.prefixBits;
        long pageStart = position >>> belowPrefix << belowPrefix;
        if (page.count() == 0) {
            return pageStart + (1L << belowPrefix);
        }
        int first = page.home(hash);
        int end = Math.min(IndexPage.SLOTS, first + homeSlots);
        long positionEnd = pageStart + ((long) end << belowPrefix - IndexPage.SLOT_BITS);
        batch.touched = entries.touch(page, first, end);
        int slot = first;
        // Keys of the last home slots may lie beyond them, up to the next free slot.
        for (int i = first; i < first + IndexPage.SLOTS; i++, slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content != 0) {
                collect(IndexPage.entry(content), position, positionEnd, batch);
            } else if (i >= end) {
                break;
            }
        }
        return positionEnd;
    }

    private void collect(int entry, long from, long end, KeyBatch batch) {
        long position = entries.hash(entry) >>> Long.SIZE - POSITION_BITS;
        if (position >= from && position < end && !isExpired(entry)) {
            entries.copyKey(entry, batch);
        }
    }

    /** Sweeps the first page from {@code page} on that has, or may have, expired entries; returns the page after it, or 0 if there was none. */
    int sweepNextPage(int page, long nowMillis) {
        for (int due = page; due < pages.pageNumberEnd(); due++) {
            if (pages.exists(due) && pages.earliestDeadline(due) < nowMillis) {
                sweep(due, nowMillis);
                return due + 1;
            }
        }
        expiry.swept(pages.earliestDeadline());
        return 0;
    }

    private void sweep(int page, long nowMillis) {
        long earliest = StoreClock.NEVER;
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(page); position += entryBytes) {
            int entry = DataPages.entryAt(page, position);
            long header = entries.header(entry);
            entryBytes = EntryHeader.entryBytes(header);
            if (EntryHeader.isDead(header) || !EntryHeader.hasDeadline(header)) {
                continue;
            }
            long deadline = entries.deadlineMillis(entry);
            if (deadline < nowMillis) {
                long hash = entries.hash(entry);
                remove(hash, index.page(hash).slotOf(hash, entry), entry);
                expiry.countExpired();
            } else {
                earliest = Math.min(earliest, deadline);
            }
        }
        pages.earliestDeadline(page, earliest);
        compactor.reclaim(page);
        releaseIfEmpty();
    }

    void clear() {
        for (int page = 1; page < pages.pageNumberEnd(); page++) {
            for (int position = 0; pages.exists(page) && position < pages.fillBytes(page); ) {
                int entry = DataPages.entryAt(page, position);
                long header = entries.header(entry);
                if (!EntryHeader.isDead(header)) {
                    giveChain(entry, header);
                }
                position += EntryHeader.entryBytes(header);
            }
        }
        keys = 0;
        valueBytes = 0;
        expiry.clear();
        releaseIfEmpty();
    }

    void close() {
        clear();
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * @return the stamp to unlock with
     * @throws IllegalStateException if the store is closed
     */
    long lockForReading() {
        long stamp = lock.readLock();
        if (closed) {
            lock.unlockRead(stamp);
            throw KeyValueStore.closed();
        }
        return stamp;
    }

    /** As {@link #lockForReading}, alone. */
    long lockForWriting() {
        long stamp = lock.writeLock();
        if (closed) {
            lock.unlockWrite(stamp);
            throw KeyValueStore.closed();
        }
        return stamp;
    }

    long keys() {
        return keys;
    }

    long valueBytes() {
        return valueBytes;
    }

    Expiry expiry() {
        return expiry;
    }

    DataPages pages() {
        return pages;
    }

    EntryMemory entries() {
        return entries;
    }

    HashIndex index() {
        return index;
    }

    private int slotOf(IndexPage page, long hash, ByteBuffer key, int start, int length) {
        for (int slot = page.home(hash);; slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return NO_SLOT;
            }
            if (IndexPage.hasTag(content, hash) && entries.hasKey(IndexPage.entry(content), key, start, length)) {
                return slot;
            }
        }
    }

    private boolean isExpired(int entry) {
        return expiry.isPast(entries.deadlineMillis(entry));
    }

    private boolean makeIndexRoom(long hash) {
        return index.makeRoom(hash) || compactor.mergeEmptiest() && index.makeRoom(hash);
    }

    /** Writes an entry that is not in the index yet; {@link DataPages#NO_ENTRY} if there is no memory. */
    private int create(long hash, ByteBuffer key, int keyStart, int keyLength, ByteBuffer value, int valueStart, int valueLength, long deadline) {
        long header = EntryHeader.of(keyLength, valueLength, deadline != StoreClock.NEVER);
        int chained = EntryHeader.overflowPages(header);
        int firstPage = PagePool.NONE;
        for (int i = 0; i < chained; i++) {
            int page = compactor.takePoolPage();
            if (page == PagePool.NONE) {
                chain.give(firstPage, i);
                return DataPages.NO_ENTRY;
            }
            chain.prepend(page, firstPage);
            firstPage = page;
        }
        int entry = compactor.allocate(EntryHeader.entryBytes(header));
        if (entry == DataPages.NO_ENTRY) {
            chain.give(firstPage, chained);
        } else {
            entries.write(entry, header, deadline, hash, firstPage, key, keyStart, value, valueStart);
        }
        return entry;
    }

    /** Takes a key out. Its page is not reclaimed yet, so that a walk over the page's entries can go on. */
    private void remove(long hash, int slot, int entry) {
        index.remove(hash, slot);
        keys--;
        valueBytes -= valueBytes(entry);
        expiry.changed(entries.deadlineMillis(entry), StoreClock.NEVER);
        discard(entry);
    }

    private void discard(int entry) {
        giveChain(entry, entries.header(entry));
        pages.kill(entry);
    }

    private void giveChain(int entry, long header) {
        if (EntryHeader.isOverflow(header)) {
            chain.give(entries.firstPage(entry), EntryHeader.overflowPages(header));
        }
    }

    private void releaseIfEmpty() {
        if (keys == 0) {
            index.releaseAll();
            pages.releaseAll();
        }
    }
}
