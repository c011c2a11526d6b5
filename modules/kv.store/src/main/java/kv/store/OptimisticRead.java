package kv.store;

import java.nio.ByteBuffer;

/**
 * Reads short values without keeping anybody out: looks, copies, and asks then whether the shard has been changed meanwhile. If
 * it has, or if anything is not as usual, nothing has been read, and the caller opens a section.
 *
 * <p>Owner: one session.
 * <p>Invariant: until the question has been answered nothing that was seen is believed, not even that it is memory of the pool:
 * each place is compared with its segment's end, each walk has its limit. That segments are not freed meanwhile, {@link Readers}
 * see to.
 */
final class OptimisticRead {
    /*
     * Taking a StampedLock for reading and giving it back is two atomic changes of a cache line that other threads change, too:
     * some 60 ns of the 300 that a GET takes in a pipeline. What is done here only reads that line.
     */
    static final int VALUE_BYTES_MAX = 512;
    private static final int PROBES_MAX = 16;
    private static final int OTHER_KEY = StoreSession.NOT_READ - 1;

    private final Shards shards;
    private final PagePool pool;
    private final Readers readers;
    private final Section section;

    OptimisticRead(KeyValueStore store, Section section) {
        this.shards = store.shards();
        this.pool = store.pool();
        this.readers = store.readers();
        this.section = section;
    }

    /** As {@link StoreSession#peek}. */
    int read(Keys keys, int key, long nowMillis, ValueSink sink) {
        long hash = keys.hash(key);
        Shard shard = shards.of(hash);
        int slot = readers.begin(System.identityHashCode(this));
        if (slot == Readers.NONE) {
            return StoreSession.NOT_READ;
        }
        try {
            long stamp = shard.lock.tryOptimisticRead();
            if (stamp == 0 || shard.holder != null) {
                return StoreSession.NOT_READ;
            }
            int length = copy(shard, keys, key, nowMillis, sink);
            long position = shard.journalMarks.of(hash);
            if (!shard.lock.validate(stamp)) {
                return StoreSession.NOT_READ;
            }
            section.seen.upTo(position);
            return length;
        } finally {
            readers.end(slot);
        }
    }

    private int copy(Shard shard, Keys keys, int key, long nowMillis, ValueSink sink) {
        long hash = keys.hash(key);
        IndexPage page = shard.index(keys).pageUnlocked(hash);
        int slot = page.home(hash);
        int tag = page.tag(hash);
        for (int probe = 0; probe < PROBES_MAX; probe++, slot = IndexPage.next(slot)) {
            int content = page.content(slot);
            if (content == 0) {
                return page.next() == null ? StoreSession.NO_VALUE : StoreSession.NOT_READ;
            }
            if (IndexPage.hasTag(content, tag)) {
                long place = shard.pages().placeUnlocked(IndexPage.entry(content));
                int length = copy(shard, place, keys, key, nowMillis, sink);
                if (length != OTHER_KEY) {
                    return length;
                }
            }
        }
        return StoreSession.NOT_READ;
    }

    private int copy(Shard shard, long place, Keys keys, int key, long nowMillis, ValueSink sink) {
        ByteBuffer segment = pool.segmentUnlocked(place);
        int start = (int) place & PagePool.SEGMENT_BYTES - 1;
        if (segment == null || start > segment.limit() - 2 * EntryHeader.BYTES) {
            return StoreSession.NOT_READ;
        }
        long header = segment.getLong(start);
        if (!EntryHeader.hasKeyBytes(header, keys.length(key))) {
            return OTHER_KEY;
        }
        int keyStart = start + EntryHeader.payloadStart(header);
        int valueStart = keyStart + keys.length(key);
        int length = EntryHeader.valueBytes(header);
        if (EntryHeader.isLong(header) || length > VALUE_BYTES_MAX || valueStart + length > segment.limit()) {
            return StoreSession.NOT_READ;
        }
        if (!Bytes.equal(segment, keyStart, keys.source(key), keys.start(key), keys.length(key))) {
            return OTHER_KEY;
        }
        if (EntryHeader.hasDeadline(header) && Deadline.isPast(segment.getLong(start + EntryHeader.BYTES), nowMillis)) {
            return StoreSession.NO_VALUE;
        }
        if (shard.wantsCount(header)) {
            return StoreSession.NOT_READ;
        }
        sink.length(length);
        Bytes.copy(segment, valueStart, length, sink, length);
        return length;
    }
}
