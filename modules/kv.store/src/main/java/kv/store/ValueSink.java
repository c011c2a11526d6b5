package kv.store;

import java.nio.ByteBuffer;

/**
 * Where a {@link StoreSession} copies a value to.
 *
 * <p>Called by the thread that called the session, mostly while it holds a shard's lock: must neither block nor call the store.
 * Exceptions pass through to the session's caller; the store is unharmed.
 */
public interface ValueSink {
    /** Called once, before any byte is copied, with the value's length in bytes; not called for an absent key. */
    void length(int valueBytes);

    /**
     * Called until all bytes are copied, each time the buffer given before is full; not called for an empty value.
     *
     * @param remaining bytes of the value still to be copied
     * @return a buffer with at least one byte remaining, of any byte order; the store puts at its position and advances it
     */
    ByteBuffer space(int remaining);
}
