package kv.store;

/**
 * Finds room for entries in one shard, and wins back the space of dead ones by packing pages anew.
 *
 * <p>Guarded by the shard's lock, held for writing. Packing moves entries and corrects their index slots: whoever calls a method
 * here must read entry numbers from the index again. All live entries are in the index by then, or belong to one as its pieces,
 * and no dead one.
 */
final class Compactor {
    /*
     * A log of pages with cleaning (Rosenblum & Ousterhout, 1992), but in place: the page with most dead bytes is packed towards
     * its beginning, and its end becomes the room for new entries. That needs no page in reserve, and one allocation packs at
     * most one page.
     *
     * Cost against space: at a live share u, the emptiest page of a shard under random overwriting has a live share E with
     * u = (E - 1) / ln E, and E / (1 - E) bytes are moved for each byte written. Packing only when less than 7/8 are live keeps
     * dead space under a seventh of the live, and moves about 3.3 bytes a byte written; at 5/6 it would be 2.3, and at 9/10 4.4.
     * With 5/6 a process after 20 rounds of overwriting came to 1.3 times its live bytes, index and JVM included, which was the
     * aim's very edge.
     *
     * Space that is not asked for again is given back by merging two pages into one, as soon as less than half is live.
     * The two emptiest pages then always fit one, and deleting moves at most two bytes for each byte deleted.
     */
    private static final int PACK_NUMERATOR = 7;
    private static final int PACK_DENOMINATOR = 8;
    private static final int FULL_NUMERATOR = 15;
    private static final int FULL_DENOMINATOR = 16;

    private final PagePool pool;
    private final RetiredChains retired;
    private final DataPages pages;
    private final Payload payload;
    private final EntryMemory entries;
    /** By tag. */
    private final Database[] databases;
    /**
     * Pieces of the one entry that is being made, by their numbers: they move like others while room is made for the rest of it.
     */
    private final int[] orphans = new int[EntryHeader.PIECES_MAX];
    /** The room in a page that is being filled, in bytes from its beginning. */
    private int holeStart;
    private int holeEnd;

    Compactor(PagePool pool, RetiredChains retired, DataPages pages, Payload payload, EntryMemory entries, Database[] databases) {
        this.pool = pool;
        this.retired = retired;
        this.pages = pages;
        this.payload = payload;
        this.entries = entries;
        this.databases = databases;
    }

    /** Room for an entry in a page of a kind, to be written at once, or {@link DataPages#NO_ENTRY} if there is no memory. */
    int allocate(int entryBytes, int kind) {
        int entry = pages.allocate(entryBytes, kind);
        if (entry != DataPages.NO_ENTRY) {
            return entry;
        }
        boolean opened = pages.isSparserThan(kind, PACK_NUMERATOR, PACK_DENOMINATOR) && openPacked(entryBytes, kind)
                || pages.openFresh(kind)
                || openPacked(entryBytes, kind)
                || mergeEmptiest() && pages.openFresh(kind);
        return opened ? pages.allocate(entryBytes, kind) : DataPages.NO_ENTRY;
    }

    /** Makes room for a piece of an entry that is being made; false if there is no memory. */
    boolean allocateOrphan(int number, int kind) {
        int piece = allocate(EntryHeader.PIECE_BYTES, kind | PageKind.PIECES);
        if (piece == DataPages.NO_ENTRY) {
            return false;
        }
        payload.setOwner(piece, DataPages.NO_ENTRY, number);
        orphans[number] = piece;
        return true;
    }

    int orphan(int number) {
        return orphans[number];
    }

    /** A page from the pool, if need be one that this shard can do without; or {@link PagePool#NONE}. */
    int takePoolPage() {
        int taken = pool.take();
        if (taken == PagePool.NONE) {
            retired.giveBack();
            taken = pool.take();
        }
        return taken == PagePool.NONE && mergeEmptiest() ? pool.take() : taken;
    }

    /** To be called when entries have died. */
    void reclaim() {
        for (int page = pages.nextEmptied(); page != DataPages.NO_PAGE; page = pages.nextEmptied()) {
            if (pages.isOpen(page) && pages.pageCount() == 1) {
                pages.rewritten(page, 0, 0, Deadline.NONE);
            } else {
                pages.release(page);
            }
        }
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            if (isSparse(kind)) {
                mergeEmptiest(kind);
            }
        }
    }

    /** To be called when entries of many pages have died. */
    void reclaimAll() {
        reclaim();
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            while (isSparse(kind) && mergeEmptiest(kind)) { }
        }
    }

    private boolean isSparse(int kind) {
        return pages.pageCount(kind) > 2 && pages.isSparserThan(kind, 1, 2);
    }

    /** Merges two pages of one kind into one if there are such, and gives the other back to the pool. */
    boolean mergeEmptiest() {
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            if (pages.pageCount(kind) > 1 && mergeEmptiest(kind)) {
                return true;
            }
        }
        return false;
    }

    /** Merges the two emptiest pages of a kind if their live entries fit one. */
    private boolean mergeEmptiest(int kind) {
        int source = pages.emptiest(kind, DataPages.NO_PAGE);
        int target = pages.emptiest(kind, source);
        if (target == DataPages.NO_PAGE || pages.liveBytes(source) + pages.liveBytes(target) > PagePool.PAGE_BYTES) {
            return false;
        }
        if (pages.isOpen(source)) {
            int other = source;
            source = target;
            target = other;
        }
        merge(source, target);
        return true;
    }

    /** Moves the live entries of a page to another, where there is room for them among the dead, and gives the page back. */
    void merge(int source, int target) {
        if (pages.fillBytes(target) + pages.liveBytes(source) > PagePool.PAGE_BYTES) {
            pack(target, target);
        }
        pack(source, target);
        pages.release(source);
    }

    /**
     * As {@link #merge}, where most of the target is live: moves entries of the source to where dead ones lie, one after another
     * into the first room that is large enough, and the others of the target stay where they are.
     */
    void fill(int source, int target) {
        holeStart = 0;
        holeEnd = 0;
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(source); position += entryBytes) {
            int from = DataPages.entryAt(source, position);
            long header = entries.header(from);
            entryBytes = EntryHeader.entryBytes(header);
            if (!EntryHeader.isDead(header)) {
                int to = DataPages.entryAt(target, makeHole(target, entryBytes));
                long earliest = Math.min(pages.earliestDeadline(target), entries.deadlineMillis(from));
                move(from, to, header, entryBytes);
                holeStart += entryBytes;
                int fill = Math.max(pages.fillBytes(target), holeStart);
                pages.rewritten(target, fill, pages.liveBytes(target) + entryBytes, earliest);
            }
        }
        closeHole(target);
        pages.release(source);
    }

    /** Where there is room in a page, if need be after packing it. */
    private int makeHole(int page, int entryBytes) {
        while (holeEnd - holeStart < entryBytes) {
            closeHole(page);
            if (!nextHole(page)) {
                pack(page, page);
                holeStart = pages.fillBytes(page);
                holeEnd = PagePool.PAGE_BYTES;
            }
        }
        return holeStart;
    }

    /** The next room of dead entries behind the last one, or that behind all; false if there is none left. */
    private boolean nextHole(int page) {
        int fill = pages.fillBytes(page);
        holeStart = holeEnd;
        while (holeStart < fill && !isDeadAt(page, holeStart)) {
            holeStart += entryBytesAt(page, holeStart);
        }
        holeEnd = holeStart;
        while (holeEnd < fill && isDeadAt(page, holeEnd)) {
            holeEnd += entryBytesAt(page, holeEnd);
        }
        if (holeEnd >= fill && holeStart < PagePool.PAGE_BYTES) {
            holeEnd = PagePool.PAGE_BYTES;
        }
        return holeEnd > holeStart;
    }

    /** What is left of the room that is being filled counts as dead entries, unless it lies behind all. */
    private void closeHole(int page) {
        while (holeStart < Math.min(holeEnd, pages.fillBytes(page))) {
            int bytes = Math.min(EntryHeader.PIECE_BYTES, Math.min(holeEnd, pages.fillBytes(page)) - holeStart);
            entries.setHeader(DataPages.entryAt(page, holeStart), EntryHeader.deadOf(bytes));
            holeStart += bytes;
        }
        holeStart = holeEnd;
    }

    private boolean isDeadAt(int page, int position) {
        return EntryHeader.isDead(entries.header(DataPages.entryAt(page, position)));
    }

    private int entryBytesAt(int page, int position) {
        return EntryHeader.entryBytes(entries.header(DataPages.entryAt(page, position)));
    }

    /**
     * A step towards pages that are full: moves entries of the emptiest page into the room that the next one has, as many as fit.
     * False if nothing was moved, or nearly all is live.
     */
    boolean squeeze() {
        for (int kind = 0; kind < PageKind.COUNT; kind++) {
            if (pages.isSparserThan(kind, FULL_NUMERATOR, FULL_DENOMINATOR) && (mergeEmptiest(kind) || pourEmptiest(kind))) {
                return true;
            }
        }
        return false;
    }

    private boolean pourEmptiest(int kind) {
        int source = pages.emptiest(kind, DataPages.NO_PAGE);
        int target = pages.emptiest(kind, source);
        if (target == DataPages.NO_PAGE) {
            return false;
        }
        pack(target, target);
        boolean moved = pour(source, target);
        reclaim();
        return moved;
    }

    /** Moves the entries of a page that fit behind those of another, which is packed. */
    private boolean pour(int source, int target) {
        int before = pages.fillBytes(target);
        int end = before;
        long earliest = pages.earliestDeadline(target);
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(source); position += entryBytes) {
            int from = DataPages.entryAt(source, position);
            long header = entries.header(from);
            entryBytes = EntryHeader.entryBytes(header);
            if (!EntryHeader.isDead(header) && end + entryBytes <= PagePool.PAGE_BYTES) {
                earliest = Math.min(earliest, entries.deadlineMillis(from));
                move(from, DataPages.entryAt(target, end), header, entryBytes);
                pages.kill(from);
                end += entryBytes;
            }
        }
        pages.rewritten(target, end, pages.liveBytes(target) + end - before, earliest);
        return end > before;
    }

    private boolean openPacked(int entryBytes, int kind) {
        int page = pages.emptiest(kind, DataPages.NO_PAGE);
        if (page == DataPages.NO_PAGE || PagePool.PAGE_BYTES - pages.liveBytes(page) < entryBytes) {
            return false;
        }
        pack(page, page);
        pages.open(page);
        return true;
    }

    /** Moves the live entries of a page behind those of another, or, if it is the same page, to its beginning. */
    private void pack(int source, int target) {
        boolean inPlace = source == target;
        int end = inPlace ? 0 : pages.fillBytes(target);
        long earliest = inPlace ? Deadline.NONE : pages.earliestDeadline(target);
        int entryBytes;
        for (int position = 0; position < pages.fillBytes(source); position += entryBytes) {
            int from = DataPages.entryAt(source, position);
            long header = entries.header(from);
            entryBytes = EntryHeader.entryBytes(header);
            if (EntryHeader.isDead(header)) {
                continue;
            }
            earliest = Math.min(earliest, entries.deadlineMillis(from));
            int to = DataPages.entryAt(target, end);
            if (to != from) {
                move(from, to, header, entryBytes);
            }
            end += entryBytes;
        }
        int live = inPlace ? pages.liveBytes(target) : pages.liveBytes(target) + pages.liveBytes(source);
        pages.rewritten(target, end, live, earliest);
    }

    private void move(int from, int to, long header, int entryBytes) {
        if (EntryHeader.isPiece(header)) {
            entries.move(from, to, entryBytes);
            int owner = EntryHeader.ownerOfPiece(header);
            if (owner == DataPages.NO_ENTRY) {
                orphans[EntryHeader.numberOfPiece(header)] = to;
            } else {
                payload.setPiece(owner, EntryHeader.numberOfPiece(header), to);
            }
            return;
        }
        long hash = entries.hash(from);
        entries.move(from, to, entryBytes);
        databases[EntryHeader.database(header)].index.moved(hash, from, to);
        if (EntryHeader.isLong(header)) {
            payload.setOwners(to);
        }
    }
}
