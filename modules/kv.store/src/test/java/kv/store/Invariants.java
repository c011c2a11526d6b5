package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Walks all memory of a store, under each shard's lock, while nobody else works with it.
 *
 * <p>I1: no key twice. I2: every key is found where its hash says, without a free slot before it. I3: no dangling or overlapping
 * entry. Besides: counters equal what the walk finds, deadlines of pages are lower bounds, and each page of the pool is free or
 * has one owner.
 */
final class Invariants {
    private final KeyValueStore store;
    private final BitSet pagesOwned = new BitSet();

    private Invariants(KeyValueStore store) {
        this.store = store;
    }

    static void assertInvariants(KeyValueStore store) {
        Invariants walk = new Invariants(store);
        store.retired().giveBack();
        for (int i = 0; i < store.shards().count(); i++) {
            Shard shard = store.shards().get(i);
            long stamp = shard.lock.writeLock();
            try {
                walk.check(shard);
            } finally {
                shard.lock.unlockWrite(stamp);
            }
        }
        assertEquals((long) walk.pagesOwned.cardinality() * PagePool.PAGE_BYTES, store.pool().usedBytes(),
                "pages that somebody owns");
        assertTrue(store.pool().usedBytes() <= store.pool().reservedBytes());
        assertTrue(store.pool().reservedBytes() <= store.pool().limitBytes());
    }

    private void check(Shard shard) {
        Map<Integer, Integer> slotsByEntry = checkIndex(shard);
        long keys = checkEntries(shard, slotsByEntry);
        assertEquals(keys, slotsByEntry.size(), "keys of the index, and live entries");
        assertEquals(keys, shard.keys(), "keys");
    }

    /** Returns the slots that refer to each entry. */
    private Map<Integer, Integer> checkIndex(Shard shard) {
        Map<Integer, Integer> entries = new HashMap<>();
        for (Database database : shard.databases()) {
            int before = entries.size();
            checkIndex(shard, database, entries);
            assertEquals(entries.size() - before, database.keys(), "keys of a database");
        }
        return entries;
    }

    private void checkIndex(Shard shard, Database database, Map<Integer, Integer> entries) {
        HashIndex index = database.index;
        int ownedBefore = pagesOwned.cardinality();
        for (int place = 0; place < index.directoryLength(); place = index.placeAfter(place)) {
            IndexPage page = index.pageAt(place);
            for (int same = place; same < index.placeAfter(place); same++) {
                assertSame(page, index.pageAt(same));
            }
            if (page.isPlaceholder()) {
                assertEquals(0, page.count());
                continue;
            }
            for (IndexPage link = page; link != null; link = link.next()) {
                own(link.poolPage);
                int count = 0;
                for (int slot = 0; slot < IndexPage.SLOTS; slot++) {
                    if (link.content(slot) != 0) {
                        int entry = link.entryIn(slot);
                        checkPlace(shard, index, page, link, slot, entry);
                        assertEquals(database.tag, EntryHeader.database(shard.entries().header(entry)), "database");
                        assertEquals(null, entries.put(entry, slot), "I3: slots of entry " + entry);
                        count++;
                    }
                }
                assertEquals(count, link.count());
                assertTrue(link == page || count > 0, "an empty page behind another");
            }
        }
        assertEquals(pagesOwned.cardinality() - ownedBefore, index.pageCount(), "index pages");
    }

    private void checkPlace(Shard shard, HashIndex index, IndexPage first, IndexPage page, int slot, int entry) {
        long hash = shard.entries().hash(entry);
        assertSame(shard, store.shards().of(hash), "I2: shard");
        assertSame(first, index.page(hash), "I2: index page");
        assertTrue(IndexPage.hasTag(page.content(slot), page.tag(hash)), "I2: tag");
        for (int before = page.home(hash); before != slot; before = IndexPage.next(before)) {
            assertTrue(page.content(before) != 0, "I2: slot " + before + " is free before " + slot);
        }
    }

    private long checkEntries(Shard shard, Map<Integer, Integer> slotsByEntry) {
        DataPages pages = shard.pages();
        Set<Map.Entry<Integer, ByteBuffer>> keys = new HashSet<>();
        long valueBytes = 0;
        long expiringKeys = 0;
        long liveBytesTotal = 0;
        int pageCount = 0;
        for (int page = 1; page < pages.pageNumberEnd(); page++) {
            if (!pages.exists(page)) {
                continue;
            }
            pageCount++;
            own(pages.poolPage(page));
            int position = 0;
            int live = 0;
            while (position < pages.fillBytes(page)) {
                int entry = DataPages.entryAt(page, position);
                long header = shard.entries().header(entry);
                position += EntryHeader.entryBytes(header);
                if (EntryHeader.isDead(header)) {
                    assertTrue(!slotsByEntry.containsKey(entry), "I3: slot of dead entry " + entry);
                    continue;
                }
                live += EntryHeader.entryBytes(header);
                checkKind(pages.kind(page), header);
                if (EntryHeader.isPiece(header)) {
                    checkPiece(shard, entry, header, slotsByEntry);
                    continue;
                }
                checkPieces(shard, entry, header);
                assertTrue(!EntryHeader.isStaged(header), "I2: staged entry " + entry);
                assertTrue(slotsByEntry.containsKey(entry), "I2: no slot for entry " + entry);
                assertTrue(keys.add(Map.entry(EntryHeader.database(header), key(shard, entry))), "I1: key twice");
                valueBytes += EntryHeader.valueBytes(header);
                long deadline = shard.entries().deadlineMillis(entry);
                expiringKeys += deadline == Deadline.NONE ? 0 : 1;
                assertTrue(deadline >= pages.earliestDeadline(page), "deadline before the page's");
                assertTrue(deadline >= shard.expiry().nextDeadlineMillis(), "deadline before the shard's");
                checkChain(shard, entry, header);
            }
            assertEquals(position, pages.fillBytes(page), "I3: end of page");
            assertEquals(live, pages.liveBytes(page), "live bytes of page");
            assertTrue(live > 0 || pages.isOpen(page), "dead page");
            liveBytesTotal += live;
        }
        assertEquals(pageCount, pages.pageCount());
        assertEquals(liveBytesTotal, pages.liveBytesTotal());
        Database[] databases = shard.databases();
        assertEquals(valueBytes, Arrays.stream(databases).mapToLong(Database::valueBytes).sum(), "value bytes");
        assertEquals(expiringKeys, Arrays.stream(databases).mapToLong(Database::expiringKeys).sum(), "expiring keys");
        assertEquals(expiringKeys, shard.expiry().keys(), "expiring keys");
        return keys.size();
    }

    private static void checkKind(int kind, long header) {
        assertEquals(EntryHeader.isPiece(header), (kind & PageKind.PIECES) != 0, "a piece on a page of pieces");
        assertTrue(EntryHeader.isPiece(header) || EntryHeader.hasDeadline(header) == PageKind.isExpiring(kind), "page's kind");
    }

    private static void checkPiece(Shard shard, int piece, long header, Map<Integer, Integer> slotsByEntry) {
        int owner = EntryHeader.ownerOfPiece(header);
        assertTrue(slotsByEntry.containsKey(owner), "I3: piece " + piece + " of no entry");
        assertEquals(piece, shard.payload().piece(owner, EntryHeader.numberOfPiece(header)), "I3: piece of entry " + owner);
    }

    private static void checkPieces(Shard shard, int entry, long header) {
        for (int i = 0; i < EntryHeader.pieces(header); i++) {
            long piece = shard.entries().header(shard.payload().piece(entry, i));
            assertTrue(EntryHeader.isPiece(piece) && !EntryHeader.isDead(piece), "I3: piece " + i + " of entry " + entry);
            assertEquals(entry, EntryHeader.ownerOfPiece(piece));
            assertEquals(i, EntryHeader.numberOfPiece(piece));
        }
    }

    private void checkChain(Shard shard, int entry, long header) {
        int pages = EntryHeader.chainPages(header);
        int page = pages > 0 ? shard.payload().firstPage(entry) : PagePool.NONE;
        for (int i = 0; i < pages; i++) {
            own(page);
            page = new OverflowChain(store.pool()).next(page);
        }
        if (EntryHeader.isLong(header)) {
            ByteBuffer key = key(shard, entry);
            assertEquals(store.hashing().hash(TestStores.heap(key.array()), 0, key.capacity()), shard.entries().hash(entry));
        }
    }

    private void own(int page) {
        assertTrue(page >= 0 && !pagesOwned.get(page), "I3: page " + page + " has two owners");
        pagesOwned.set(page);
    }

    private static ByteBuffer key(Shard shard, int entry) {
        ByteBuffer[] key = new ByteBuffer[1];
        shard.entries().copyKey(entry, new ValueSink() {
            @Override
            public void length(int valueBytes) {
                key[0] = ByteBuffer.allocate(valueBytes);
            }

            @Override
            public ByteBuffer space(int remaining) {
                return key[0];
            }
        });
        return key[0].flip();
    }
}
