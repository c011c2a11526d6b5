package kv.store;

import java.nio.ByteBuffer;

/**
 * What a section has changed, told to the journal, key by key.
 *
 * <p>Threads: confined to one, its session's. Called while the section is open, whether or not a lock is held.
 * <p>Failure: what the journal throws breaks the section.
 */
final class SectionJournal {
    private final Section section;
    private final DatabaseNumbers numbers;
    private final JournalWriter journal;

    SectionJournal(Section section, DatabaseNumbers numbers, JournalWriter journal) {
        this.section = section;
        this.numbers = numbers;
        this.journal = journal;
    }

    /** The key has been given a value. */
    void put(int key, ByteBuffer value, int start, int length, long deadline) {
        Keys keys = section.keys();
        try {
            journal.put(tag(), keys.source(key), keys.start(key), keys.length(key), value, start, length, deadline);
        } catch (Throwable thrown) {
            section.failed(thrown);
            throw thrown;
        }
    }

    /**
     * As {@link #put}, for bytes written into a value. An absent key's was empty: then nothing that a journal holds can be added
     * to.
     */
    void write(int key, boolean absent, int offset, ByteBuffer bytes, int start, int length, long deadline) {
        if (absent) {
            put(key, bytes, start, 0, Deadline.NONE);
        }
        Keys keys = section.keys();
        try {
            journal.patch(tag(), keys.source(key), keys.start(key), keys.length(key), offset, bytes, start, length, deadline);
        } catch (Throwable thrown) {
            section.failed(thrown);
            throw thrown;
        }
    }

    void delete(int key) {
        Keys keys = section.keys();
        try {
            journal.delete(tag(), keys.source(key), keys.start(key), keys.length(key));
        } catch (Throwable thrown) {
            section.failed(thrown);
            throw thrown;
        }
    }

    void deadline(int key, long deadline) {
        Keys keys = section.keys();
        try {
            journal.deadline(tag(), keys.source(key), keys.start(key), keys.length(key), deadline);
        } catch (Throwable thrown) {
            section.failed(thrown);
            throw thrown;
        }
    }

    private int tag() {
        return numbers.tag(section.keys().database());
    }
}
