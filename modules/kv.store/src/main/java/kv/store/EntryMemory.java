package kv.store;

import java.nio.ByteBuffer;

/**
 * Reads and writes the entries of one shard by entry number, wherever their bytes lie. Layout: {@link EntryHeader}.
 *
 * <p>Guarded by the shard's lock: reading methods want it in either mode. An entry number is valid until the shard's next allocation or release.
 */
final class EntryMemory {
    private final DataPages pages;
    private final OverflowChain chain;
    private final Hashing hashing;

    EntryMemory(DataPages pages, OverflowChain chain, Hashing hashing) {
        this.pages = pages;
        this.chain = chain;
        this.hashing = hashing;
    }

    long header(int entry) {
        return pages.segment(entry).getLong(pages.start(entry));
    }

    boolean hasKey(int entry, ByteBuffer key, int keyStart, int keyLength) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        if (EntryHeader.keyBytes(header) != keyLength) {
            return false;
        }
        int payload = start + EntryHeader.payloadStart(header);
        if (EntryHeader.isOverflow(header)) {
            int done = chain.matchStart(firstPage(segment, start, header), EntryHeader.overflowPages(header), key, keyStart, keyLength);
            return done >= 0 && Bytes.equal(segment, payload, key, keyStart + done, keyLength - done);
        }
        return Bytes.equal(segment, payload, key, keyStart, keyLength);
    }

    /** The hash of the entry's key, computed anew except where the key may be spread over pages. */
    long hash(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        return EntryHeader.isOverflow(header)
                ? segment.getLong(start + EntryHeader.hashStart(header))
                : hashing.hash(segment, start + EntryHeader.payloadStart(header), EntryHeader.keyBytes(header));
    }

    /**
     * Reads where the entries in these slots begin, so that their cache misses are under way all at once; one after another they take longer
     * than all else that is done with an entry.
     *
     * @return something to be kept, lest the compiler sees that nobody wants it
     */
    int touch(IndexPage page, int firstSlot, int endSlot) {
        int seen = 0;
        for (int slot = firstSlot; slot < endSlot; slot++) {
            int content = page.content(slot);
            if (content != 0) {
                seen += pages.touch(IndexPage.entry(content));
            }
        }
        return seen;
    }

    void copyValue(int entry, ValueSink sink) {
        long header = header(entry);
        int length = EntryHeader.valueBytes(header);
        sink.length(length);
        copyPayload(entry, header, EntryHeader.keyBytes(header), length, sink);
    }

    void copyKey(int entry, ValueSink sink) {
        long header = header(entry);
        int length = EntryHeader.keyBytes(header);
        sink.length(length);
        copyPayload(entry, header, 0, length, sink);
    }

    private void copyPayload(int entry, long header, int from, int length, ValueSink sink) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        int payload = start + EntryHeader.payloadStart(header);
        if (EntryHeader.isOverflow(header)) {
            int chained = EntryHeader.overflowPages(header);
            int done = chain.copy(firstPage(segment, start, header), chained, from, length, sink);
            int inlineFrom = Math.max(0, from - chained * EntryHeader.CHUNK_BYTES);
            Bytes.copy(segment, payload + inlineFrom, length - done, sink, length - done);
        } else {
            Bytes.copy(segment, payload + from, length, sink, length);
        }
    }

    /** The deadline, or {@link StoreClock#NEVER}. */
    long deadlineMillis(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        return EntryHeader.hasDeadline(segment.getLong(start)) ? segment.getLong(start + EntryHeader.BYTES) : StoreClock.NEVER;
    }

    /** For an entry that has a deadline field. */
    void setDeadline(int entry, long deadlineMillis) {
        pages.segment(entry).putLong(pages.start(entry) + EntryHeader.BYTES, deadlineMillis);
        pages.lowerDeadline(entry, deadlineMillis);
    }

    /** Writes all of an entry into room of {@link EntryHeader#entryBytes}. The hash and the chain's first page count for overflow entries only. */
    void write(int entry, long header, long deadlineMillis, long hash, int firstPage,
            ByteBuffer key, int keyStart, ByteBuffer value, int valueStart) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        int keyBytes = EntryHeader.keyBytes(header);
        int valueBytes = EntryHeader.valueBytes(header);
        int payload = start + EntryHeader.payloadStart(header);
        segment.putLong(start, header);
        if (EntryHeader.hasDeadline(header)) {
            setDeadline(entry, deadlineMillis);
        }
        if (!EntryHeader.isOverflow(header)) {
            segment.put(payload, key, keyStart, keyBytes);
            segment.put(payload + keyBytes, value, valueStart, valueBytes);
            return;
        }
        segment.putLong(start + EntryHeader.hashStart(header), hash);
        segment.putInt(start + EntryHeader.hashStart(header) + Long.BYTES, firstPage);
        int chained = EntryHeader.overflowPages(header);
        int keyDone = chain.write(firstPage, chained, 0, key, keyStart, keyBytes);
        int valueDone = chain.write(firstPage, chained, keyBytes, value, valueStart, valueBytes);
        segment.put(payload, key, keyStart + keyDone, keyBytes - keyDone);
        segment.put(payload + keyBytes - keyDone, value, valueStart + valueDone, valueBytes - valueDone);
    }

    /** Copies an entry that has no deadline field into room for one that has; an overflow chain passes to the copy. */
    void copyWithDeadline(int from, int to, long deadlineMillis) {
        long header = header(from);
        assert !EntryHeader.hasDeadline(header);
        int length = EntryHeader.entryBytes(header) - EntryHeader.BYTES;
        ByteBuffer target = pages.segment(to);
        target.putLong(pages.start(to), EntryHeader.withDeadline(header));
        target.put(pages.start(to) + 2 * EntryHeader.BYTES, pages.segment(from), pages.start(from) + EntryHeader.BYTES, length);
        setDeadline(to, deadlineMillis);
    }

    /** Copies an entry whole; within a page it may overlap its old place. */
    void move(int from, int to, int entryBytes) {
        pages.segment(to).put(pages.start(to), pages.segment(from), pages.start(from), entryBytes);
    }

    /** First page of an overflow entry's chain. */
    int firstPage(int entry) {
        return firstPage(pages.segment(entry), pages.start(entry), header(entry));
    }

    private static int firstPage(ByteBuffer segment, int start, long header) {
        return segment.getInt(start + EntryHeader.hashStart(header) + Long.BYTES);
    }
}
