package kv.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Chunks of memory for records that are too large for the ring, or whose length is known only when they are complete.
 *
 * <p>Threads: any. The lock is innermost and held for no allocation.
 * <p>Limit: the room given at construction; a few chunks are kept, the others freed when they come back.
 */
final class LargeMemory {
    static final int CHUNK_BYTES = 1 << 18;
    private static final int KEPT_CHUNKS = 32;

    private final LogMemory memory;
    private final Room room;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

    LargeMemory(LogMemory memory, long bytes) {
        this.memory = memory;
        this.room = new Room(Math.max(bytes, CHUNK_BYTES) / CHUNK_BYTES * CHUNK_BYTES);
    }

    Room room() {
        return room;
    }

    /** A chunk whose room has been taken. */
    ByteBuffer allocate() {
        synchronized (this) {
            ByteBuffer chunk = kept.poll();
            if (chunk != null) {
                return chunk.clear();
            }
        }
        return memory.allocate(CHUNK_BYTES);
    }

    /** Takes a chunk back, and gives its room back. */
    void free(ByteBuffer chunk) {
        boolean keep;
        synchronized (this) {
            keep = kept.size() < KEPT_CHUNKS;
            if (keep) {
                kept.push(chunk);
            }
        }
        if (!keep) {
            memory.free(chunk);
        }
        room.give(CHUNK_BYTES);
    }

    synchronized void close() {
        kept.forEach(memory::free);
        kept.clear();
    }
}
