package kv.log;

import java.nio.ByteBuffer;

/**
 * Where the log's buffers come from. A direct buffer that is dropped is freed by a collection only; who can free it at once
 * says so here.
 */
public interface LogMemory {
    /** Direct memory that the garbage collector frees. */
    LogMemory COLLECTED = ByteBuffer::allocateDirect;

    /** @throws OutOfMemoryError if there is none */
    ByteBuffer allocate(int bytes);

    /** Takes back a buffer of {@link #allocate} that nobody uses any more. */
    default void free(ByteBuffer buffer) {
    }
}
