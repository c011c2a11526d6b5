package kv.commands;

import java.util.concurrent.CompletableFuture;

/** What the commands know of what keeps the data on disk. Any thread. */
public interface Persistence {

    /** Has a checkpoint begun soon; false if one is being made. */
    boolean requestCheckpoint();

    /** Has a checkpoint made of what is there now; fails with an IOException that says why. */
    CompletableFuture<Void> checkpoint();

    /** Has a copy made of what is there now, under this name; fails with an IOException that says why. */
    CompletableFuture<Void> backup(String name);

    Status status();

    /**
     * How it stands; times are in milliseconds.
     *
     * @param checkpointing whether a checkpoint is being made
     * @param startedMillis when it was begun, since 1970; 0 if none is
     * @param lastMillis when the last one was completed, or the data was recovered, since 1970
     * @param lastTookMillis how long that took; -1 before the first
     * @param lastFailed whether the last attempt has failed
     * @param changes changes logged since the last one was begun; a transaction or a script is one
     * @param writable whether changes are taken now: the disk is not full
     * @param waitingBytes bytes of changes that wait to be written
     */
    record Status(boolean checkpointing, long startedMillis, long lastMillis, long lastTookMillis, boolean lastFailed,
            long changes, boolean writable, long waitingBytes) {
    }
}
