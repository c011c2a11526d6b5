package kv.journal;

/**
 * What has become of checkpoints.
 *
 * @param inProgress       whether one is being made
 * @param startedMillis    when the one in progress was begun, since 1970; 0 if none is
 * @param lastMillis       when the last one was completed, or the store was recovered
 * @param lastTookMillis   how long that took; -1 before the first
 * @param lastFailed       whether the last attempt has failed
 * @param changedRecords   changes logged since the last one was begun; a transaction or a script is one
 * @param changedBytes     their bytes
 */
public record CheckpointStatus(boolean inProgress, long startedMillis, long lastMillis, long lastTookMillis, boolean lastFailed,
        long changedRecords, long changedBytes) {
}
