package kv.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * An independent part of the store: a lock, the state that it guards, and the transitions that matter most: finding a key, and
 * giving it a value or a deadline. {@link ShardRanges}, {@link ShardRemoval} and {@link StagedEntries} have the others.
 *
 * <p>Locks: {@link #lock} guards everything here and in the classes that a shard is made of. The caller holds it: for writing
 * where a method changes anything, else for reading. Several shards' locks are taken in the shards' order.
 * <p>Invariant: an expired entry is never seen, whether or not it has been swept. Without keys a shard holds no page.
 * <p>Failure: a transition for which there is no memory changes nothing.
 */
final class Shard {
    /*
     * A StampedLock, because it allocates nothing as long as nobody waits, while ReentrantReadWriteLock counts each reader's
     * holds in a ThreadLocal; and because it lets short values be read without being taken (OptimisticRead).
     */
    final StampedLock lock = new StampedLock();
    /** Who keeps all others out, or null; guarded by the lock. Whoever takes the lock for a key's sake looks here first. */
    Holder holder;
    final JournalMarks journalMarks;
    /** Its place in the order of shards. */
    final int number;

    static final int NO_SLOT = -1;

    private final Expiry expiry = new Expiry();
    private final DataPages pages;
    private final Payload payload;
    private final EntryMemory entries;
    /** By tag. */
    private final Database[] databases = new Database[DatabaseNumbers.COUNT];
    private final DatabaseNumbers numbers;
    private final Stamps stamps;
    private final Database absent;
    private final PagePool pool;
    private final int shardBits;
    private final int depthMax;
    private final Compactor compactor;
    private final EntryFactory factory;
    /** Takes what is read ahead of need, lest the compiler sees that nobody wants it. */
    int touched;

    private final FrequencySketch sketch;
    private final YoungShare youngShare = new YoungShare();
    /** What is counted, and what may be evicted; guarded by the lock. */
    private Eviction eviction = Eviction.NONE;
    long evictedTotal;

    Shard(int number, int shardBits, PagePool pool, RetiredChains retired, Hashing hashing, DatabaseNumbers numbers) {
        this(number, shardBits, pool, retired, hashing, numbers, HashIndex.DEPTH_MAX);
    }

    Shard(int number, int shardBits, PagePool pool, RetiredChains retired, Hashing hashing, DatabaseNumbers numbers,
            int depthMax) {
        this.number = number;
        this.numbers = numbers;
        this.stamps = new Stamps(shardBits);
        this.journalMarks = new JournalMarks(shardBits);
        this.sketch = new FrequencySketch(1 << shardBits);
        this.pool = pool;
        this.shardBits = shardBits;
        this.depthMax = depthMax;
        this.pages = new DataPages(pool);
        OverflowChain chain = new OverflowChain(pool);
        this.payload = new Payload(pages, chain);
        this.entries = new EntryMemory(pages, payload, hashing);
        this.absent = new Database(-1, newIndex());
        Arrays.fill(databases, absent);
        this.compactor = new Compactor(pool, retired, pages, payload, entries, databases);
        this.factory = new EntryFactory(pool, pages, chain, payload, entries, compactor, retired);
    }

    private HashIndex newIndex() {
        return new HashIndex(pool, entries, shardBits, depthMax);
    }

    /** That of the keys, perhaps an absent one. */
    Database database(Keys keys) {
        return databases[numbers.tag(keys.database())];
    }

    Database databaseToPut(Keys keys) {
        Database found = database(keys);
        if (found.isAbsent()) {
            int tag = numbers.tag(keys.database());
            found = new Database(tag, newIndex());
            databases[tag] = found;
        }
        return found;
    }

    private IndexPage page(Keys keys, int key) {
        return database(keys).index.page(keys.hash(key));
    }

    /** The entry of a live key, or {@link DataPages#NO_ENTRY}; valid while the lock is held and nothing is changed. */
    int find(Keys keys, int key, long nowMillis) {
        IndexPage page = page(keys, key);
        int slot = slotOf(page, keys, key);
        return slot == NO_SLOT || isExpired(page.entryIn(slot), nowMillis) ? DataPages.NO_ENTRY : page.entryIn(slot);
    }

    /** The entry's value is asked for: that counts, unless the keys are not to be counted. */
    void countHit(int entry, Keys keys) {
        if (eviction != Eviction.NONE && keys.countsReads()) {
            entries.countHit(entry);
        }
    }

    /** Whether {@link #countHit} would write into an entry with this header. */
    boolean wantsCount(long header) {
        return eviction != Eviction.NONE && EntryHeader.hits(header) < EntryHeader.HITS_MAX;
    }

    int valueBytes(int entry) {
        return EntryHeader.valueBytes(entries.header(entry));
    }

    /** Part of a value; {@code from} and {@code length} lie in it. */
    void copyValue(int entry, int from, int length, ValueSink sink) {
        entries.copyValue(entry, from, length, sink);
    }

    /** {@link Deadline#NONE} for an entry that does not expire. */
    long deadlineMillis(int entry) {
        return entries.deadlineMillis(entry);
    }

    /** The memory that an entry and its index slot take. */
    long memoryBytes(int entry) {
        long header = entries.header(entry);
        return EntryHeader.entryBytes(header) + (long) EntryHeader.pieces(header) * EntryHeader.PIECE_BYTES
                + (long) EntryHeader.chainPages(header) * PagePool.PAGE_BYTES + Integer.BYTES;
    }

    /**
     * Gives a key a value.
     *
     * @param preparedPage as for {@link EntryFactory#create}; used unless there is no memory
     * @param newDeadline also {@link Deadline#KEEP}
     */
    PutResult put(Keys keys, int key, ByteBuffer value, int start, int length, int preparedPage, long newDeadline,
            long nowMillis) {
        Database database = databaseToPut(keys);
        stamps.changed(database.tag, keys.hash(key));
        IndexPage page = database.index.page(keys.hash(key));
        int slot = slotOf(page, keys, key);
        if (slot != NO_SLOT) {
            return replace(database, page, slot, keys, key, value, start, length, preparedPage, newDeadline, nowMillis);
        }
        long deadline = newDeadline == Deadline.KEEP ? Deadline.NONE : newDeadline;
        int kind = PageKind.young(deadline != Deadline.NONE);
        int entry = makeIndexRoom(database, keys.hash(key))
                ? create(database, keys, key, value, start, length, preparedPage, deadline, kind) : DataPages.NO_ENTRY;
        if (entry == DataPages.NO_ENTRY) {
            releaseIfEmpty(database);
            return PutResult.OUT_OF_MEMORY;
        }
        database.insert(keys.hash(key), entry);
        database.count(1, length);
        deadlineChanged(database, Deadline.NONE, deadline);
        return PutResult.CREATED;
    }

    PutResult replace(Database database, IndexPage page, int slot, Keys keys, int key, ByteBuffer value, int start,
            int length, int preparedPage, long newDeadline, long nowMillis) {
        int old = page.entryIn(slot);
        long oldDeadline = entries.deadlineMillis(old);
        long kept = Deadline.isPast(oldDeadline, nowMillis) ? Deadline.NONE : oldDeadline;
        long deadline = newDeadline == Deadline.KEEP ? kept : newDeadline;
        long header = EntryHeader.of(database.tag, keys.length(key), length, deadline != Deadline.NONE);
        if (fitsInPlace(header, entries.header(old))) {
            PutResult result = countReplaced(database, old, length, deadline, nowMillis);
            int hits = EntryHeader.hits(entries.header(old));
            entries.begin(old, EntryHeader.withHits(header, Math.min(EntryHeader.HITS_MAX, hits + 1)), deadline, 0);
            payload.write(old, 0, keys.source(key), keys.start(key), keys.length(key));
            entries.writeValue(old, 0, value, start, length);
            return result;
        }
        int entry = create(database, keys, key, value, start, length, preparedPage, deadline, kindOf(old, deadline));
        if (entry == DataPages.NO_ENTRY) {
            return PutResult.OUT_OF_MEMORY;
        }
        // Making room may have moved the old entry.
        PutResult result = countReplaced(database, page.entryIn(slot), length, deadline, nowMillis);
        replaceEntry(page, slot, entry);
        return result;
    }

    /**
     * Whether a short entry takes just the room of another. Long ones are always made anew: somebody may be reading the old one's
     * chain.
     */
    static boolean fitsInPlace(long header, long oldHeader) {
        return !EntryHeader.isLong(header) && !EntryHeader.isLong(oldHeader)
                && EntryHeader.hasDeadline(header) == EntryHeader.hasDeadline(oldHeader)
                && EntryHeader.entryBytes(header) == EntryHeader.entryBytes(oldHeader);
    }

    /** The kind of page for the entry that takes another's place. */
    int kindOf(int old, long deadline) {
        return PageKind.with(pages.kind(DataPages.pageOf(old)), deadline != Deadline.NONE);
    }

    int create(Database database, Keys keys, int key, ByteBuffer value, int start, int length, int preparedPage,
            long deadline, int kind) {
        int entry = factory.create(database.tag, keys, key, length, deadline, preparedPage, kind);
        if (entry != DataPages.NO_ENTRY) {
            // That it was asked for counts once.
            entries.setHeader(entry, EntryHeader.withHits(entries.header(entry), 1));
            int chained = EntryHeader.chainPages(entries.header(entry)) * EntryHeader.CHUNK_BYTES;
            int done = preparedPage == PagePool.NONE ? 0 : Math.max(0, chained - keys.length(key));
            entries.writeValue(entry, done, value, start + done, length - done);
        }
        return entry;
    }

    /** Before an entry is overwritten, or given up for one with another value. */
    PutResult countReplaced(Database database, int old, int newLength, long newDeadline, long nowMillis) {
        long oldDeadline = entries.deadlineMillis(old);
        database.count(0, newLength - valueBytes(old));
        deadlineChanged(database, oldDeadline, newDeadline);
        if (!Deadline.isPast(oldDeadline, nowMillis)) {
            return PutResult.REPLACED;
        }
        expiry.countExpired();
        return PutResult.CREATED;
    }

    void replaceEntry(IndexPage page, int slot, int entry) {
        int old = page.entryIn(slot);
        inheritHits(old, entry);
        page.setEntry(slot, entry);
        factory.discard(old);
        compactor.reclaim();
    }

    void inheritHits(int old, int entry) {
        int hits = Math.min(EntryHeader.HITS_MAX, EntryHeader.hits(entries.header(old)) + 1);
        entries.setHeader(entry, EntryHeader.withHits(entries.header(entry), hits));
    }

    ExpireResult expireAt(Keys keys, int key, long deadline, long nowMillis) {
        Database database = database(keys);
        IndexPage page = database.index.page(keys.hash(key));
        int slot = slotOf(page, keys, key);
        if (slot == NO_SLOT || isExpired(page.entryIn(slot), nowMillis)) {
            return ExpireResult.ABSENT;
        }
        int entry = page.entryIn(slot);
        stamps.changed(database.tag, keys.hash(key));
        long header = entries.header(entry);
        long oldDeadline = entries.deadlineMillis(entry);
        if (EntryHeader.hasDeadline(header)) {
            entries.setDeadline(entry, deadline);
        } else if (deadline != Deadline.NONE) {
            int copy = compactor.allocate(EntryHeader.entryBytes(EntryHeader.withDeadline(header)), kindOf(entry, deadline));
            if (copy == DataPages.NO_ENTRY) {
                return ExpireResult.OUT_OF_MEMORY;
            }
            entry = page.entryIn(slot);
            entries.copyWithDeadline(entry, copy, deadline);
            page.setEntry(slot, copy);
            factory.dropHead(entry);
            compactor.reclaim();
        }
        deadlineChanged(database, oldDeadline, deadline);
        return ExpireResult.CHANGED;
    }

    /** What it holds, in pages, without its index; a hint when read without the lock. */
    int pageCount() {
        return pages.pageCount() + factory.chainPages();
    }

    void eviction(Eviction allowed) {
        eviction = allowed;
    }

    Eviction eviction() {
        return eviction;
    }

    FrequencySketch sketch() {
        return sketch;
    }

    YoungShare youngShare() {
        return youngShare;
    }

    EntryFactory factory() {
        return factory;
    }

    Compactor compactor() {
        return compactor;
    }

    /** How often the entry's key was asked for of late, about: 1 to {@link FrequencySketch#COUNT_MAX}. */
    int frequency(int entry) {
        return Math.min(FrequencySketch.COUNT_MAX, EntryHeader.hits(entries.header(entry)) + sketch.count(entries.hash(entry)));
    }

    /** Of all databases. */
    long keys() {
        long sum = 0;
        for (Database database : databases) {
            sum += database.keys();
        }
        return sum;
    }

    /** A database by its number, perhaps an absent one. Without the lock it is a hint. */
    Database database(int database) {
        return databases[numbers.tag(database)];
    }

    int tag(int database) {
        return numbers.tag(database);
    }

    Stamps stamps() {
        return stamps;
    }

    /** By tag. */
    Database[] databases() {
        return databases;
    }

    Expiry expiry() {
        return expiry;
    }

    DataPages pages() {
        return pages;
    }

    Payload payload() {
        return payload;
    }

    EntryMemory entries() {
        return entries;
    }

    /** That of some keys; for a thread without the lock perhaps one of a moment ago. */
    HashIndex index(Keys keys) {
        return database(keys).index;
    }

    boolean isExpired(int entry, long nowMillis) {
        return Deadline.isPast(entries.deadlineMillis(entry), nowMillis);
    }

    int slotOf(IndexPage page, Keys keys, int key) {
        long hash = keys.hash(key);
        int tag = page.tag(hash);
        for (int slot = page.home(hash);; slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return page.next() == null ? NO_SLOT : behind(slotOf(page.next(), keys, key));
            }
            if (IndexPage.hasTag(content, tag) && entries.hasKey(IndexPage.entry(content), keys, key)) {
                return slot;
            }
        }
    }

    static int behind(int slot) {
        return slot == NO_SLOT ? NO_SLOT : IndexPage.SLOTS + slot;
    }

    boolean makeIndexRoom(Database database, long hash) {
        return database.index.makeRoom(hash) || compactor.mergeEmptiest() && database.index.makeRoom(hash);
    }

    void deadlineChanged(Database database, long from, long to) {
        expiry.changed(from, to);
        database.deadlineChanged(from, to);
    }

    void releaseIfEmpty(Database database) {
        database.releaseIfEmpty();
        if (pages.liveBytesTotal() == 0) {
            pages.releaseAll();
        }
    }
}
