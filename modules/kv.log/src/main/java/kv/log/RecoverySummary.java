package kv.log;

/**
 * What was found at the start.
 *
 * @param checkpoint        name of the checkpoint's file, or null
 * @param checkpointRecords records in it
 * @param records           records of the log that were replayed after it
 * @param recordBytes       their bytes
 * @param segments          segments that hold them
 * @param position          the position after the last record
 * @param nowMillis         the latest clock reading found in a frame or the checkpoint; 0 if there was none
 * @param cut               what was cut off, in words, or null: "file, offset, bytes and why"
 */
public record RecoverySummary(String checkpoint, long checkpointRecords, long records, long recordBytes, int segments,
        long position,
        long nowMillis, String cut) {
}
