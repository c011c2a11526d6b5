package kv.log;

import java.nio.ByteBuffer;

/**
 * Takes what is found at the start: first all records of the newest checkpoint, then those of the log after it, in their order.
 */
public interface Replay {
    /**
     * A record of the checkpoint.
     *
     * @param record from its position to its limit; valid during the call, in little-endian order
     */
    void checkpointRecord(ByteBuffer record);

    /** A record of the log; as {@link #checkpointRecord}. */
    void record(ByteBuffer record);

    /** There is nothing more. Nothing on disk has been changed so far: what is thrown here refuses the start. */
    default void end() {
    }

    /** How far it is, in bytes read of all that there may be; called now and then. */
    default void progress(long doneBytes, long totalBytes) {
    }
}
