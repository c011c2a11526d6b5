package kv.store;

import java.nio.ByteBuffer;

/**
 * Writes many bytes into a value, or behind its end: in a section that keeps no lock, and piece by piece, so that nobody waits
 * long for a shard's lock to learn that the shard is held.
 *
 * <p>Threads: confined to one, its session's.
 * <p>Failure: without memory the value is what it was.
 */
final class LongWrite {
    /*
     * All that takes memory comes before the first byte is changed: copies of those pages that others are reading without the
     * lock, and the pages by which the value's chain grows. The latter are filled while nobody else knows of them, with zeros up
     * to the offset and the bytes behind it, and then linked. What lies elsewhere is written in place: in the chain that was
     * there, and in the short rest behind the new one.
     */
    private interface Change {
        /** False if there is no memory. */
        boolean make(Shard shard);
    }

    private final Section section;
    private final Growth growth;
    private final NewChains newChains;
    /** Null without a journal. */
    private final SectionJournal written;

    // Of the write at hand: into which key's value, from where on, and what.
    private int key;
    private int offset;
    private ByteBuffer bytes;
    private int start;
    private int length;
    private int oldLength;
    private int newLength;
    /** The end, in the value, of what was filled before it was linked, or of the old value. */
    private int filledTo;

    LongWrite(Section section, Growth growth, NewChains newChains, SectionJournal written) {
        this.section = section;
        this.growth = growth;
        this.newChains = newChains;
        this.written = written;
    }

    /** As {@link StoreSession#setRange}. */
    int run(int intoKey, int fromOffset, ByteBuffer source, int sourceStart, int sourceLength) {
        section.letGoOfLocks();
        key = intoKey;
        offset = fromOffset;
        bytes = source;
        start = sourceStart;
        length = sourceLength;
        boolean done = write();
        bytes = null;
        return done ? newLength : StoreSession.NO_MEMORY;
    }

    private boolean write() {
        long header = header();
        boolean absent = header == 0;
        if (absent) {
            header = EntryHeader.of(0, section.keys().length(key), 0, false);
            if (!change(0, shard -> shard.put(section.keys(), key, bytes, start, 0, PagePool.NONE, Deadline.NONE,
                    section.nowMillis()) != PutResult.OUT_OF_MEMORY)) {
                return false;
            }
        }
        oldLength = EntryHeader.valueBytes(header);
        newLength = Math.max(oldLength, offset + length);
        int end = offset + length;
        if (!unshare(Math.min(end, oldLength)) || !extend(header)) {
            if (absent) {
                change(0, shard -> ShardRemoval.delete(shard, section.keys(), key, section.nowMillis()));
            }
            return false;
        }
        clear(filledTo, offset);
        overwrite(offset, Math.min(end, oldLength));
        overwrite(Math.max(offset, filledTo), end);
        if (written != null) {
            written.write(key, absent, offset, bytes, start, length, deadline());
        }
        return true;
    }

    private boolean unshare(int to) {
        boolean done = true;
        for (int from = offset; done && from < to; from += Section.VISIT_BYTES_MAX) {
            int at = from;
            int count = Math.min(Section.VISIT_BYTES_MAX, to - from);
            done = change(count, shard -> ShardRanges.unshare(shard, entry(shard), at, count));
        }
        return done;
    }

    private boolean extend(long header) {
        filledTo = oldLength;
        if (newLength == oldLength) {
            return true;
        }
        int had = EntryHeader.chainPages(header);
        int added = EntryHeader.chainPages(EntryHeader.withValueBytes(header, newLength)) - had;
        int from = had * EntryHeader.CHUNK_BYTES - EntryHeader.keyBytes(header);
        int first = newChains.make(added, offset - from, bytes, start, length);
        if (!change(newLength - oldLength, shard -> ShardRanges.extend(shard, section.keys(), key, newLength, first))) {
            newChains.give(first, added);
            return false;
        }
        if (first != PagePool.NONE) {
            filledTo = Math.max(oldLength, from + added * EntryHeader.CHUNK_BYTES);
        }
        return true;
    }

    private void clear(int from, int to) {
        for (int at = from; at < to; at += Section.VISIT_BYTES_MAX) {
            int position = at;
            change(0, shard -> {
                shard.entries().clearValue(entry(shard), position, Math.min(Section.VISIT_BYTES_MAX, to - position));
                return true;
            });
        }
    }

    private void overwrite(int from, int to) {
        for (int at = from; at < to; at += Section.VISIT_BYTES_MAX) {
            int position = at;
            change(0, shard -> {
                shard.entries().writeValue(entry(shard), position, bytes, start + position - offset,
                        Math.min(Section.VISIT_BYTES_MAX, to - position));
                return true;
            });
        }
    }

    private boolean change(long wantedBytes, Change change) {
        boolean done = changeOnce(change);
        for (int tries = 1; !done && growth.helps(wantedBytes, tries); tries++) {
            done = changeOnce(change);
        }
        return done;
    }

    private boolean changeOnce(Change change) {
        Shard shard = section.enterToChange(key);
        try {
            return change.make(shard);
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
    }

    private int entry(Shard shard) {
        return shard.find(section.keys(), key, section.nowMillis());
    }

    /** Of the key's entry; 0 if there is none. */
    private long header() {
        Shard shard = section.enter(key);
        try {
            int entry = entry(shard);
            return entry == DataPages.NO_ENTRY ? 0 : shard.entries().header(entry);
        } finally {
            section.leave(shard);
        }
    }

    private long deadline() {
        Shard shard = section.enter(key);
        try {
            return section.deadlineOf(shard, key);
        } finally {
            section.leave(shard);
        }
    }
}
