package kv.store;

import java.nio.ByteBuffer;

/**
 * Reads and writes the entries of one shard by entry number. Layout: {@link EntryHeader}.
 *
 * <p>Guarded by the shard's lock: reading methods want it in either mode. An entry number is valid until the shard's next
 * allocation or release.
 */
final class EntryMemory {
    private final DataPages pages;
    private final Payload payload;
    private final Hashing hashing;

    EntryMemory(DataPages pages, Payload payload, Hashing hashing) {
        this.pages = pages;
        this.payload = payload;
        this.hashing = hashing;
    }

    long header(int entry) {
        return pages.segment(entry).getLong(pages.start(entry));
    }

    void setHeader(int entry, long header) {
        pages.segment(entry).putLong(pages.start(entry), header);
    }

    /** The entry was asked for: counts that, up to a limit. The shard's lock may be held for reading only. */
    void countHit(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int at = pages.start(entry) + EntryHeader.HITS_START;
        byte asked = segment.get(at);
        if (EntryHeader.hits(asked) < EntryHeader.HITS_MAX) {
            segment.put(at, (byte) (asked + 1));
        }
    }

    /** Whether it is the entry of this key, and may be found. */
    boolean hasKey(int entry, Keys keys, int key) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        return EntryHeader.hasKeyBytes(header, keys.length(key)) && beginsWith(segment, start, header, keys, key);
    }

    /** Whether it is the entry of this key, and staged. */
    boolean hasKeyStaged(int entry, Keys keys, int key) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        return EntryHeader.isStaged(header) && EntryHeader.keyBytes(header) == keys.length(key)
                && beginsWith(segment, start, header, keys, key);
    }

    private boolean beginsWith(ByteBuffer segment, int start, long header, Keys keys, int key) {
        return payload.beginsWith(segment, start, header, keys.source(key), keys.start(key), keys.length(key));
    }

    /** The hash of the entry's key, computed anew except where the key may be spread over pages. */
    long hash(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        long header = segment.getLong(start);
        return EntryHeader.isLong(header)
                ? segment.getLong(start + EntryHeader.hashStart(header))
                : hashing.hash(segment, start + EntryHeader.payloadStart(header), EntryHeader.keyBytes(header));
    }

    /**
     * Reads where the entries in these slots begin, so that their cache misses are under way all at once; one after another they
     * take longer than all else that is done with an entry.
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

    /** Copies part of a value, in which {@code from} and {@code length} lie. */
    void copyValue(int entry, int from, int length, ValueSink sink) {
        long header = header(entry);
        sink.length(length);
        payload.copy(entry, header, EntryHeader.keyBytes(header) + from, length, sink);
    }

    void copyKey(int entry, ValueSink sink) {
        long header = header(entry);
        int length = EntryHeader.keyBytes(header);
        sink.length(length);
        payload.copy(entry, header, 0, length, sink);
    }

    /** Writes bytes into a value, in which they lie from {@code offset} on. */
    void writeValue(int entry, int offset, ByteBuffer bytes, int from, int length) {
        payload.write(entry, EntryHeader.keyBytes(header(entry)) + offset, bytes, from, length);
    }

    /** Writes zeros into a value; a length below 1 is none. */
    void clearValue(int entry, int offset, int length) {
        payload.clear(entry, EntryHeader.keyBytes(header(entry)) + offset, length);
    }

    /** The deadline, or {@link Deadline#NONE}. */
    long deadlineMillis(int entry) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        return EntryHeader.hasDeadline(segment.getLong(start)) ? segment.getLong(start + EntryHeader.BYTES) : Deadline.NONE;
    }

    /** For an entry that has a deadline field. */
    void setDeadline(int entry, long deadlineMillis) {
        pages.segment(entry).putLong(pages.start(entry) + EntryHeader.BYTES, deadlineMillis);
        pages.lowerDeadline(entry, deadlineMillis);
    }

    /** Writes the first fields into room of {@link EntryHeader#entryBytes}: all but the payload and where it lies. */
    void begin(int entry, long header, long deadlineMillis, long hash) {
        ByteBuffer segment = pages.segment(entry);
        int start = pages.start(entry);
        segment.putLong(start, header);
        if (EntryHeader.hasDeadline(header)) {
            setDeadline(entry, deadlineMillis);
        }
        if (EntryHeader.isLong(header)) {
            segment.putLong(start + EntryHeader.hashStart(header), hash);
        }
    }

    /** Copies an entry that has no deadline field into room for one that has; what lies elsewhere passes to the copy. */
    void copyWithDeadline(int from, int to, long deadlineMillis) {
        long header = header(from);
        assert !EntryHeader.hasDeadline(header);
        int length = EntryHeader.entryBytes(header) - EntryHeader.BYTES;
        ByteBuffer target = pages.segment(to);
        target.putLong(pages.start(to), EntryHeader.withDeadline(header));
        target.put(pages.start(to) + 2 * EntryHeader.BYTES, pages.segment(from), pages.start(from) + EntryHeader.BYTES, length);
        setDeadline(to, deadlineMillis);
        payload.setOwners(to);
    }

    /** Copies an entry whole; within a page it may overlap its old place. */
    void move(int from, int to, int entryBytes) {
        pages.segment(to).put(pages.start(to), pages.segment(from), pages.start(from), entryBytes);
    }
}
