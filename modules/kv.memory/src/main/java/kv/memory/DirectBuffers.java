package kv.memory;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;

/** Pieces of {@link DirectMemory} that are known by their buffers: freed one by one, or all that are left. Any thread. */
public final class DirectBuffers {
    private final Map<ByteBuffer, DirectMemory> pieces = new IdentityHashMap<>();

    /** None yet. */
    public DirectBuffers() { }

    /** So many bytes, all zero; as {@link DirectMemory#allocate}. */
    public ByteBuffer allocate(int bytes) {
        DirectMemory piece = DirectMemory.allocate(bytes);
        synchronized (this) {
            pieces.put(piece.buffer(), piece);
        }
        return piece.buffer();
    }

    /**
     * Gives a piece back. Nobody may use it any more: that would end the JVM.
     *
     * @throws IllegalArgumentException if the buffer is none of {@link #allocate}, or was given back before
     */
    public void free(ByteBuffer buffer) {
        DirectMemory piece;
        synchronized (this) {
            piece = pieces.remove(buffer);
        }
        if (piece == null) {
            throw new IllegalArgumentException("none of these buffers: " + buffer);
        }
        piece.free();
    }

    /** As {@link #free}, of all there are. */
    public synchronized void freeAll() {
        pieces.values().forEach(DirectMemory::free);
        pieces.clear();
    }
}
