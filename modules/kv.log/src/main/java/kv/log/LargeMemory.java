package kv.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Chunks of memory for records that are too large for the ring, or whose length is known only when they are complete.
 *
 * <p>Threads: any. The lock is innermost and held for no allocation.
 * <p>Limit: the room given at construction, for records that are too large for the ring. Beside that each appender has one chunk,
 * in which it gathers; and a single record that is longer than the whole room is let in when nothing else is there.
 */
final class LargeMemory {
    static final int CHUNK_BYTES = 1 << 18;
    private static final int KEPT_CHUNKS = 32;

    private final LogMemory memory;
    private final long capacity;
    private final Room room;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

    LargeMemory(LogMemory memory, long bytes) {
        this.memory = memory;
        this.capacity = Math.max(bytes, CHUNK_BYTES) / CHUNK_BYTES * CHUNK_BYTES;
        this.room = new Room(capacity);
    }

    Room room() {
        return room;
    }

    long capacity() {
        return capacity;
    }

    /** As {@link Room#take}; for more than there ever is, it waits until all is free. */
    boolean takeRoom(long bytes, State state) {
        if (!room.take(Math.min(bytes, capacity), state)) {
            return false;
        }
        if (bytes > capacity) {
            room.takeAnyway(bytes - capacity);
        }
        return true;
    }

    ByteBuffer allocate() {
        synchronized (this) {
            ByteBuffer chunk = kept.poll();
            if (chunk != null) {
                return chunk.clear();
            }
        }
        return memory.allocate(CHUNK_BYTES);
    }

    void free(ByteBuffer chunk) {
        synchronized (this) {
            if (kept.size() < KEPT_CHUNKS) {
                kept.push(chunk);
                return;
            }
        }
        memory.free(chunk);
    }

    synchronized void close() {
        kept.forEach(memory::free);
        kept.clear();
    }
}
