package kv.store;

/**
 * Makes the entries of one shard, lengthens them and takes them apart, with all the places that a payload lies in.
 *
 * <p>Guarded by the shard's lock, held for writing. Whatever makes room may move entries: whoever calls a method here reads entry
 * numbers from the index again. What cannot be made for lack of memory leaves nothing behind.
 */
final class EntryFactory {
    private final PagePool pool;
    private final DataPages pages;
    private final OverflowChain chain;
    private final Payload payload;
    private final EntryMemory entries;
    private final Compactor compactor;
    private final RetiredChains retired;
    private int chainPages;

    EntryFactory(PagePool pool, DataPages pages, OverflowChain chain, Payload payload, EntryMemory entries, Compactor compactor,
            RetiredChains retired) {
        this.pool = pool;
        this.pages = pages;
        this.chain = chain;
        this.payload = payload;
        this.entries = entries;
        this.compactor = compactor;
        this.retired = retired;
    }

    /**
     * An entry that is not in the index yet, whole but for the value's bytes; {@link DataPages#NO_ENTRY} if there is no memory.
     *
     * @param tag its database's
     * @param preparedPage the first page of a chain that has all of the payload it can have, and now is the entry's; or {@link
     *         PagePool#NONE}
     * @param kind of page that it shall lie in
     */
    int create(int tag, Keys keys, int key, int valueLength, long deadline, int preparedPage, int kind) {
        long header = EntryHeader.of(tag, keys.length(key), valueLength, deadline != Deadline.NONE);
        int chained = EntryHeader.chainPages(header);
        int firstPage = preparedPage;
        if (preparedPage == PagePool.NONE && chained > 0) {
            firstPage = takeChain(chained);
            if (firstPage == PagePool.NONE) {
                return DataPages.NO_ENTRY;
            }
        }
        int entry = makeRoom(header, 0, kind);
        if (entry == DataPages.NO_ENTRY) {
            if (preparedPage == PagePool.NONE) {
                chain.give(firstPage, chained);
            }
            return DataPages.NO_ENTRY;
        }
        chainPages += chained;
        entries.begin(entry, header, deadline, keys.hash(key));
        if (EntryHeader.isLong(header)) {
            adoptPieces(entry, header, 0);
            payload.setFirstPage(entry, firstPage);
        }
        int done = preparedPage == PagePool.NONE ? 0 : Math.min(keys.length(key), chained * EntryHeader.CHUNK_BYTES);
        payload.write(entry, done, keys.source(key), keys.start(key) + done, keys.length(key) - done);
        return entry;
    }

    /**
     * The longer heir of an entry: with the same key, value and deadline, and further bytes that are to be written. It gets what
     * can be kept of the old one's chain and pieces. {@link DataPages#NO_ENTRY} if there is no memory; else the old entry, which
     * the index still has, is to be {@link #dropHead dropped}.
     *
     * @param preparedPage the first page of as many as are to be added, which now are the entry's; or {@link PagePool#NONE}
     */
    int extend(IndexPage page, int slot, int newLength, int preparedPage) {
        long oldHeader = entries.header(page.entryIn(slot));
        long header = EntryHeader.withValueBytes(oldHeader, newLength);
        int oldChained = EntryHeader.chainPages(oldHeader);
        int added = EntryHeader.chainPages(header) - oldChained;
        int piecesKept = added == 0 ? EntryHeader.pieces(oldHeader) : 0;
        int addedPage = added == 0 || preparedPage != PagePool.NONE ? preparedPage : takeChain(added);
        if (added > 0 && addedPage == PagePool.NONE) {
            return DataPages.NO_ENTRY;
        }
        int entry = makeRoom(header, piecesKept, pages.kind(DataPages.pageOf(page.entryIn(slot))));
        if (entry == DataPages.NO_ENTRY) {
            if (preparedPage == PagePool.NONE) {
                chain.give(addedPage, added);
            }
            return DataPages.NO_ENTRY;
        }
        chainPages += added;
        int old = page.entryIn(slot);
        entries.begin(entry, header, entries.deadlineMillis(old), EntryHeader.isLong(header) ? entries.hash(old) : 0);
        if (EntryHeader.isLong(header)) {
            for (int i = 0; i < piecesKept; i++) {
                payload.setPiece(entry, i, payload.piece(old, i));
            }
            adoptPieces(entry, header, piecesKept);
            payload.setFirstPage(entry, oldChained == 0 ? addedPage : payload.firstPage(old));
            if (oldChained > 0 && added > 0) {
                chain.append(payload.firstPage(old), oldChained, addedPage);
            }
        }
        payload.copyEnd(old, entry, oldChained * EntryHeader.CHUNK_BYTES + piecesKept * EntryHeader.PIECE_PAYLOAD_BYTES);
        for (int i = piecesKept; i < EntryHeader.pieces(oldHeader); i++) {
            pages.kill(payload.piece(old, i));
        }
        return entry;
    }

    /**
     * Before a part of an entry's payload is overwritten in place: pages of its chain that others may be reading without the lock
     * are replaced by copies. False if there is no memory for them.
     */
    boolean unshare(int entry, int position, int length) {
        int chained = EntryHeader.chainPages(entries.header(entry));
        if (position >= chained * EntryHeader.CHUNK_BYTES || retired.areNotRead()) {
            return true;
        }
        int before = PagePool.NONE;
        int page = payload.firstPage(entry);
        for (int start = 0; start < Math.min(position + length,
                chained * EntryHeader.CHUNK_BYTES); start += EntryHeader.CHUNK_BYTES) {
            int next = chain.next(page);
            if (start + EntryHeader.CHUNK_BYTES > position) {
                int copy = pool.take();
                if (copy == PagePool.NONE) {
                    return false;
                }
                chain.replace(before, page, copy);
                if (before == PagePool.NONE) {
                    payload.setFirstPage(entry, copy);
                }
                retired.add(page, 1);
                page = copy;
            }
            before = page;
            page = next;
        }
        return true;
    }

    /** Takes an entry apart. */
    void discard(int entry) {
        long header = entries.header(entry);
        retireChain(entry, header);
        for (int i = 0; i < EntryHeader.pieces(header); i++) {
            pages.kill(payload.piece(entry, i));
        }
        dropHead(entry);
    }

    /** Takes an entry away whose chain and pieces have passed to another. */
    void dropHead(int entry) {
        pages.kill(entry);
    }

    void retireChain(int entry, long header) {
        if (EntryHeader.isLong(header)) {
            retired.add(payload.firstPage(entry), EntryHeader.chainPages(header));
            chainPages -= EntryHeader.chainPages(header);
        }
    }

    /** Pages in the chains of all entries. */
    int chainPages() {
        return chainPages;
    }

    /**
     * Room for an entry and for its pieces from a number on, which have no owner yet; or, if there is not enough, none at all.
     */
    private int makeRoom(long header, int firstPiece, int kind) {
        int pieces = EntryHeader.pieces(header);
        int made = firstPiece;
        while (made < pieces && compactor.allocateOrphan(made, kind)) {
            made++;
        }
        int entry = made == pieces ? compactor.allocate(EntryHeader.entryBytes(header), kind) : DataPages.NO_ENTRY;
        if (entry == DataPages.NO_ENTRY) {
            for (int i = firstPiece; i < made; i++) {
                pages.kill(compactor.orphan(i));
            }
            compactor.reclaim();
        }
        return entry;
    }

    private void adoptPieces(int entry, long header, int firstPiece) {
        for (int i = firstPiece; i < EntryHeader.pieces(header); i++) {
            payload.setPiece(entry, i, compactor.orphan(i));
        }
    }

    private int takeChain(int count) {
        int firstPage = PagePool.NONE;
        for (int i = 0; i < count; i++) {
            int page = compactor.takePoolPage();
            if (page == PagePool.NONE) {
                chain.give(firstPage, i);
                return PagePool.NONE;
            }
            chain.prepend(page, firstPage);
            firstPage = page;
        }
        return firstPage;
    }
}
