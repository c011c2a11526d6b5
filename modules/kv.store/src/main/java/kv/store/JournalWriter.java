package kv.store;

import java.nio.ByteBuffer;

/**
 * One session's way into the journal. What a section changes belongs together: it counts as a whole or not at all.
 *
 * <p>Threads: confined to one. All but {@link #prepare} and {@link #release} is called under the shards' locks: it must not
 * wait, and what it throws ends the store. A key's database is told by its <em>tag</em>, 0 to 15, which is its number before
 * all swaps: so a change means the same whether or not a swap has been repeated before it. Ranges of buffers are absolute, and in
 * native byte order; they are valid during the call.
 */
public interface JournalWriter {
    int ALL_DATABASES = 255;

    /**
     * A section that may change something is about to be opened; no lock is held yet.
     *
     * @param bytes about what it will write, usually enough for it; what it writes beyond that the others wait for
     * @param mayGrow whether it is known that this may not be enough: then it waits for such others before it
     * @param waits whether to wait until there is room
     * @return false if there is none now: nothing is taken then
     * @throws StoreNotWritableException if nothing can be written now, or ever
     */
    boolean prepare(long bytes, boolean mayGrow, boolean waits);

    /** The key has this value now, and this deadline, or {@link Deadline#NONE}. */
    void put(int tag, ByteBuffer key, int keyStart, int keyLength, ByteBuffer value, int valueStart, int valueLength,
            long deadlineMillis);

    /** The key's value has these bytes from an offset on, which lies in it or at its end. The deadline is the one that it has. */
    void patch(int tag, ByteBuffer key, int keyStart, int keyLength, int offset, ByteBuffer bytes, int start, int length,
            long deadlineMillis);

    void delete(int tag, ByteBuffer key, int keyStart, int keyLength);

    /** The key's deadline is this now, or {@link Deadline#NONE}. */
    void deadline(int tag, ByteBuffer key, int keyStart, int keyLength, long deadlineMillis);

    /** The database of this tag, or {@link #ALL_DATABASES}, has no keys now. */
    void clear(int tag);

    /** Database number i is the one with the tag {@code tags[i]} now. */
    void databases(byte[] tags);

    /** Ends the section's changes; returns the position after them, or -1 if there were none. */
    long end();

    /**
     * Gives back what {@link #prepare} has taken and nothing has used.
     *
     * @param all false for a thread that will soon write again: it may keep a little
     */
    void release(boolean all);

    /** What a section should write at most that {@link #prepare} was not told of, in bytes. */
    long unpreparedBytesMax();
}
