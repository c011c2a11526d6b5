package kv.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A piece of memory outside the heap: allocated at once, freed at once.
 *
 * <p>Owner: whoever allocated it frees it, once, when nobody uses its buffer, a slice or a duplicate of it any more. A use after
 * that ends the JVM (JDK 17 to 21) or throws (from 22 on).
 * <p>Units: bytes.
 */
public final class DirectMemory {
    /*
     * A direct buffer that is dropped is freed by the next garbage collection, and a server that puts nothing on the heap has
     * none: a limit that counts dropped buffers as free is passed several times over (seen: 5.1 GB with a limit of 1 GB).
     */
    private static final Allocator ALLOCATOR = Allocator.ofThisJdk();

    private final ByteBuffer buffer;
    private final Object arena;
    private boolean freed;

    DirectMemory(ByteBuffer buffer, Object arena) {
        this.buffer = buffer.order(ByteOrder.nativeOrder());
        this.arena = arena;
    }

    /**
     * So many bytes, all zero.
     *
     * @throws OutOfMemoryError if the system has no more, or the JVM's own limit for direct memory is reached
     */
    public static DirectMemory allocate(int bytes) {
        return ALLOCATOR.allocate(bytes);
    }

    /** Whether this JDK counts such memory among its direct buffers, as {@code BufferPoolMXBean} tells. */
    public static boolean isCountedByJvm() {
        return ALLOCATOR.isCountedByJvm();
    }

    /** The memory, in native byte order: always the same buffer, whose position and limit are its user's. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Its size. */
    public int bytes() {
        return buffer.capacity();
    }

    /**
     * Gives the memory back.
     *
     * @throws IllegalStateException if that was done before
     */
    public void free() {
        if (freed) {
            throw new IllegalStateException(bytes() + " bytes freed twice");
        }
        freed = true;
        ALLOCATOR.free(buffer, arena);
    }
}
