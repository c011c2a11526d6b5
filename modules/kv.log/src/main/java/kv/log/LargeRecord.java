package kv.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A record in chunks of {@link LargeMemory}: appended to by one thread, then read piece by piece by the log's.
 *
 * <p>Its memory is taken before the record is written, as far as its length is known then; appending never waits.
 * <p>Room: none for the first chunk while it gathers what will be copied into the ring. A record that is too long for that has
 * room for all its chunks, since it leaves with them and its appender takes another.
 */
final class LargeRecord {
    private final LargeMemory memory;
    private final int ringBytesMax;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private long length;
    private long roomBytes;

    /** @param ringBytesMax a longer record does not go into the ring */
    LargeRecord(LargeMemory memory, int ringBytesMax) {
        this.memory = memory;
        this.ringBytesMax = ringBytesMax;
    }

    int length() {
        return Math.toIntExact(length);
    }

    /** The room that a record of so many bytes needs. */
    long roomFor(long bytes) {
        return bytes <= ringBytesMax ? 0 : chunksFor(bytes) * LargeMemory.CHUNK_BYTES;
    }

    private static long chunksFor(long bytes) {
        return Math.max(1, (bytes + LargeMemory.CHUNK_BYTES - 1) / LargeMemory.CHUNK_BYTES);
    }

    /** Has memory for a record of so many bytes. Its room has been taken, and is given back with it. */
    void prepare(long bytes, long takenBytes) {
        roomBytes += takenBytes;
        while (chunks.size() < chunksFor(bytes)) {
            chunks.add(memory.allocate());
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
            chunks.add(memory.allocate());
            takeWhatIsMissing();
        }
        return chunks.get(number);
    }

    /** For who holds locks: the next one waits the longer. */
    private void takeWhatIsMissing() {
        long missing = (long) chunks.size() * LargeMemory.CHUNK_BYTES - roomBytes;
        if (missing > 0) {
            memory.room().takeAnyway(missing);
            roomBytes += missing;
        }
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

    /** It is complete, and leaves its appender: keeps only what it needs, and has room for all of that. */
    void leave() {
        keep(chunksFor(length));
        takeWhatIsMissing();
    }

    /** Empty again, with the chunk to gather in. */
    void clear() {
        length = 0;
        keep(1);
        giveRoom(roomBytes);
    }

    void free() {
        length = 0;
        keep(0);
        giveRoom(roomBytes);
    }

    private void keep(long count) {
        while (chunks.size() > count) {
            memory.free(chunks.remove(chunks.size() - 1));
        }
        giveRoom(roomBytes - count * LargeMemory.CHUNK_BYTES);
    }

    private void giveRoom(long bytes) {
        if (bytes > 0) {
            roomBytes -= bytes;
            memory.room().give(bytes);
        }
    }
}
