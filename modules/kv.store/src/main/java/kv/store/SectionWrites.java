package kv.store;

import java.nio.ByteBuffer;

/**
 * What may be done in an open exclusive section beside reading: change its keys.
 *
 * <p>Threads: confined to one. See {@link StoreSession}, which opens the sections.
 */
abstract class SectionWrites extends SectionReads {
    /** What a change takes in the journal beside keys and values, and a short value. */
    static final int CHANGE_BYTES = 256;

    /** Null without a journal. */
    final JournalWriter journal;
    final JournalRoom journalRoom;
    private final SectionJournal written;
    final PreparedValues prepared;
    private final Growth growth;
    private final Staging staging;
    private final LongWrite longWrite;
    /** Of values that were prepared for the next section. */
    long preparedBytes;
    /** What there was no memory for last. */
    long lackedBytes;
    /** A key has got a deadline in this section. */
    boolean expires;

    SectionWrites(KeyValueStore store, JournalWriter journal) {
        super(store, new Section(store.shards(), store.pool(), store.failure(), journal));
        this.journal = journal;
        this.journalRoom = new JournalRoom(journal);
        this.written = journal == null ? null : new SectionJournal(section, store.shards().numbers(), journal);
        NewChains newChains = new NewChains(store.pool(), store.readers());
        this.growth = new Growth(section, store.pool());
        this.prepared = new PreparedValues(newChains);
        this.staging = new Staging(section, growth, prepared, written);
        this.longWrite = new LongWrite(section, growth, newChains, written);
    }

    /** Takes room for what a section will write, before it opens. */
    void takeJournalRoom(Keys keys, int from, int to, long announcedBytes) {
        long bytes = announcedBytes + preparedBytes;
        preparedBytes = 0;
        for (int key = from; key < to; key++) {
            bytes += keys.length(key) + CHANGE_BYTES;
        }
        journalRoom.takeForSection(bytes);
    }

    /** Tells that the next section that is opened to change something may write more than was announced, or prepared. */
    public void announceMore() {
        journalRoom.mayGrow = true;
    }

    /** The section that they were for is not opened. */
    void dropPrepared() {
        preparedBytes = 0;
        journalRoom.mayGrow = false;
        prepared.giveBack();
    }

    /**
     * Gives the key a value.
     *
     * @param deadlineMillis a moment, or {@link Deadline#NONE}, or {@link Deadline#KEEP}
     */
    public PutResult put(int key, ByteBuffer value, int start, int length, long deadlineMillis) {
        requireValue(value, start, length);
        if (deadlineMillis != Deadline.KEEP) {
            Deadline.require(deadlineMillis);
        }
        PutResult result = length > Section.VISIT_BYTES_MAX
                ? putLong(key, value, start, length, deadlineMillis)
                : putShort(key, value, start, length, deadlineMillis);
        if (result == PutResult.OUT_OF_MEMORY) {
            lackedBytes = length;
        }
        return result;
    }

    private PutResult putShort(int key, ByteBuffer value, int start, int length, long deadlineMillis) {
        PutResult result = putOnce(key, value, start, length, deadlineMillis);
        for (int tries = 1; result == PutResult.OUT_OF_MEMORY && growth.helps(length, tries); tries++) {
            result = putOnce(key, value, start, length, deadlineMillis);
        }
        return result;
    }

    /** What has not been written before the section opened is written now, but under no lock. */
    private PutResult putLong(int key, ByteBuffer value, int start, int length, long deadlineMillis) {
        boolean isPrepared = prepared.chain(key) != PagePool.NONE;
        if (!isPrepared || written != null) {
            section.letGoOfLocks();
        }
        boolean preparesNow = !isPrepared && prepared.add(section.keys(), key, value, start, length);
        try {
            return putShort(key, value, start, length, deadlineMillis);
        } finally {
            if (preparesNow) {
                prepared.removeLast();
            }
        }
    }

    private PutResult putOnce(int key, ByteBuffer value, int start, int length, long deadlineMillis) {
        PutResult result;
        long deadline = deadlineMillis;
        Shard shard = section.enterToChange(key);
        try {
            int preparedPage = prepared.isEmpty() ? PagePool.NONE : prepared.chain(key);
            result = shard.put(section.keys(), key, value, start, length, preparedPage, deadlineMillis, section.nowMillis());
            if (preparedPage != PagePool.NONE && result != PutResult.OUT_OF_MEMORY) {
                prepared.used();
            }
            if (written != null && deadline == Deadline.KEEP) {
                deadline = section.deadlineOf(shard, key);
            }
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
        expires |= deadlineMillis != Deadline.NONE;
        if (written != null && result != PutResult.OUT_OF_MEMORY) {
            written.put(key, value, start, length, deadline);
        }
        return result;
    }

    /**
     * Gives several keys a value each, or none of them any: false if there is not enough memory for all. A key that is there
     * twice gets the last value.
     *
     * @param from the first of the section's keys that get a value
     * @param to the key after the last
     * @param deadlineMillis a moment, or {@link Deadline#NONE}, or {@link Deadline#KEEP}: each key keeps its own
     */
    public boolean putAll(int from, int to, ValueSource values, long deadlineMillis) {
        if (deadlineMillis != Deadline.KEEP) {
            Deadline.require(deadlineMillis);
        }
        lackedBytes = 0;
        for (int key = from; key < to; key++) {
            requireValue(values.value(key), values.start(key), values.length(key));
            lackedBytes += CHANGE_BYTES + values.length(key);
        }
        expires |= deadlineMillis != Deadline.NONE;
        return staging.putAll(from, to, values, deadlineMillis, lackedBytes);
    }

    /**
     * Adds bytes to the end of the key's value, which is empty before if the key is absent. The deadline stays.
     *
     * @return the value's length now, or {@link StoreSession#NO_MEMORY}
     */
    public int append(int key, ByteBuffer bytes, int start, int length) {
        return write(key, Math.max(0, valueLength(key)), bytes, start, length);
    }

    /**
     * Puts bytes into the key's value, from an offset on, which may lie beyond its end: zeros fill the gap. An absent key's value
     * is empty before. The deadline stays.
     *
     * @return the value's length now, or {@link StoreSession#NO_MEMORY}
     */
    public int setRange(int key, int offset, ByteBuffer bytes, int start, int length) {
        requireRange(offset, length);
        return write(key, offset, bytes, start, length);
    }

    private int write(int key, int offset, ByteBuffer bytes, int start, int length) {
        Keys.requireRange(bytes, start, length);
        requireValueBytes((long) offset + length);
        int newLength = offset + length > Section.VISIT_BYTES_MAX
                && bytesToWrite(key, offset, length) > Section.VISIT_BYTES_MAX
                ? longWrite.run(key, offset, bytes, start, length)
                : writeShort(key, offset, bytes, start, length);
        if (newLength == StoreSession.NO_MEMORY) {
            lackedBytes = bytesToWrite(key, offset, length);
        }
        return newLength;
    }

    /** With the zeros between the value's end and the bytes. */
    private int bytesToWrite(int key, int offset, int length) {
        return Math.max(0, offset - Math.max(0, valueLength(key))) + length;
    }

    private int writeShort(int key, int offset, ByteBuffer bytes, int start, int length) {
        int newLength = writeOnce(key, offset, bytes, start, length);
        int tries = 1;
        while (newLength == StoreSession.NO_MEMORY && growth.helps(bytesToWrite(key, offset, length), tries++)) {
            newLength = writeOnce(key, offset, bytes, start, length);
        }
        return newLength;
    }

    private int writeOnce(int key, int offset, ByteBuffer bytes, int start, int length) {
        boolean absent;
        int newLength;
        long deadline;
        Shard shard = section.enterToChange(key);
        try {
            absent = written != null && shard.find(section.keys(), key, section.nowMillis()) == DataPages.NO_ENTRY;
            newLength = ShardRanges.write(shard, section.keys(), key, offset, bytes, start, length, section.nowMillis());
            deadline = written == null ? Deadline.NONE : section.deadlineOf(shard, key);
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
        if (written != null && newLength != StoreSession.NO_MEMORY) {
            written.write(key, absent, offset, bytes, start, length, deadline);
        }
        return newLength;
    }

    /** Takes the key away; false if it is absent. */
    public boolean delete(int key) {
        Shard shard = section.enterToChange(key);
        try {
            boolean deleted = ShardRemoval.delete(shard, section.keys(), key, section.nowMillis());
            if (written != null && deleted) {
                written.delete(key);
            }
            return deleted;
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
    }

    /**
     * Changes the key's deadline.
     *
     * @param deadlineMillis a moment, or {@link Deadline#NONE}, for which no memory is ever needed
     */
    public ExpireResult expireAt(int key, long deadlineMillis) {
        Deadline.require(deadlineMillis);
        ExpireResult result = expireOnce(key, deadlineMillis);
        for (int tries = 1; result == ExpireResult.OUT_OF_MEMORY && growth.helps(0, tries); tries++) {
            result = expireOnce(key, deadlineMillis);
        }
        if (result == ExpireResult.OUT_OF_MEMORY) {
            lackedBytes = 0;
        }
        return result;
    }

    private ExpireResult expireOnce(int key, long deadlineMillis) {
        Shard shard = section.enterToChange(key);
        try {
            ExpireResult result = shard.expireAt(section.keys(), key, deadlineMillis, section.nowMillis());
            expires |= deadlineMillis != Deadline.NONE;
            if (written != null && result == ExpireResult.CHANGED) {
                written.deadline(key, deadlineMillis);
            }
            return result;
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
    }

    void requireValue(ByteBuffer value, int start, int length) {
        requireValueBytes(length);
        Keys.requireRange(value, start, length);
    }

    private void requireValueBytes(long length) {
        if (length > store.valueBytesMax()) {
            throw new IllegalArgumentException("value of " + length + " bytes is longer than " + store.valueBytesMax());
        }
    }
}
