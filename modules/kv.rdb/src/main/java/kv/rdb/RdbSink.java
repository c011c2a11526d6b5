package kv.rdb;

import java.nio.ByteBuffer;

/** Takes the strings of an RDB file, in the order in which they are there. */
public interface RdbSink {
    /**
     * A key with its value, each from its buffer's position to its limit, in native byte order; valid during the call.
     *
     * @param database       its number
     * @param deadlineMillis when it expires or has expired, in milliseconds since 1970; {@code Long.MAX_VALUE} for never
     */
    void string(int database, ByteBuffer key, ByteBuffer value, long deadlineMillis);

    /** How far it is; called now and then. */
    default void progress(long doneBytes, long totalBytes) {
    }
}
