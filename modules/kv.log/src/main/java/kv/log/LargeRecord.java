package kv.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A record in chunks of {@link LargeMemory}: appended to by one thread, then read piece by piece by the log's.
 *
 * <p>Its memory is taken before the record is written, as far as its length is known then; appending never waits.
 */
final class LargeRecord {
    private static final int KEPT_CHUNKS = 4;

    private final LargeMemory memory;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private long length;

    LargeRecord(LargeMemory memory) {
        this.memory = memory;
    }

    int length() {
        return Math.toIntExact(length);
    }

    /** The chunks that so many more bytes need, in bytes. */
    long missingBytes(long more) {
        long chunksNeeded = (length + more + LargeMemory.CHUNK_BYTES - 1) / LargeMemory.CHUNK_BYTES;
        return Math.max(0, chunksNeeded - chunks.size()) * LargeMemory.CHUNK_BYTES;
    }

    /** Adds chunks, whose room has been taken, for so many bytes. */
    void addChunks(long bytes) {
        long added = 0;
        try {
            for (; added < bytes; added += LargeMemory.CHUNK_BYTES) {
                chunks.add(memory.allocate());
            }
        } finally {
            // Refused by the JVM: what was not got is not ours.
            if (added < bytes) {
                memory.room().give(bytes - added);
            }
        }
    }

    void put(ByteBuffer source, int start, int count) {
        for (int done = 0; done < count; ) {
            int at = (int) (length % LargeMemory.CHUNK_BYTES);
            int piece = Math.min(count - done, LargeMemory.CHUNK_BYTES - at);
            chunk(length).put(at, source, start + done, piece);
            done += piece;
            length += piece;
        }
    }

    void putByte(byte value) {
        chunk(length).put((int) (length % LargeMemory.CHUNK_BYTES), value);
        length++;
    }

    private ByteBuffer chunk(long position) {
        int number = (int) (position / LargeMemory.CHUNK_BYTES);
        if (number == chunks.size()) {
            memory.room().takeAnyway(LargeMemory.CHUNK_BYTES);
            addChunks(LargeMemory.CHUNK_BYTES);
        }
        return chunks.get(number);
    }

    /** Copies a piece to a buffer's position, and moves that. */
    void copyTo(ByteBuffer target, int start, int count) {
        for (int done = 0; done < count; ) {
            int at = (start + done) % LargeMemory.CHUNK_BYTES;
            int piece = Math.min(count - done, LargeMemory.CHUNK_BYTES - at);
            target.put(target.position(), chunk(start + done), at, piece);
            target.position(target.position() + piece);
            done += piece;
        }
    }

    /** Copies it whole into the ring. */
    void copyTo(Ring ring, long position) {
        for (int done = 0; done < length; done += LargeMemory.CHUNK_BYTES) {
            ring.put(position + done, chunk(done), 0, (int) Math.min(length - done, LargeMemory.CHUNK_BYTES));
        }
    }

    /** Empty again, with its chunks. */
    void clear() {
        length = 0;
    }

    /** Frees what a former record needed and one of that length will not. */
    void keep(long bytes) {
        for (int i = chunks.size(); i > KEPT_CHUNKS && (i - 1L) * LargeMemory.CHUNK_BYTES >= bytes; i--) {
            memory.free(chunks.remove(i - 1));
        }
    }

    void free() {
        chunks.forEach(memory::free);
        chunks.clear();
        length = 0;
    }
}
