package kv.journal;

import kv.log.LogListener;

/** What a store's log tells its owner, from its own threads. Methods must return soon and not throw. */
public interface StoreLogListener extends LogListener {
    /** How far recovery is, in bytes read of all that there may be. */
    default void recovering(long doneBytes, long totalBytes) {
    }

    /** A checkpoint could not be made; it is tried again later. */
    default void checkpointFailed(Exception cause) {
    }

    /** A checkpoint is complete. */
    default void checkpointed(long records, long bytes, long millis) {
    }
}
