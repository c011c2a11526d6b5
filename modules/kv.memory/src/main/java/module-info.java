/**
 * Memory outside the heap that goes back to the system at once when its owner frees it, on each JDK from 17 on.
 *
 * <p>{@link kv.memory.DirectMemory} is all there is, and {@link kv.memory.DirectBuffers} for who knows it by its buffers. No
 * other class of this project allocates or frees memory that must not wait for a garbage collection.
 */
module kv.memory {
    requires jdk.unsupported; // JDK 17 to 21: sun.misc.Unsafe frees

    exports kv.memory;
}
