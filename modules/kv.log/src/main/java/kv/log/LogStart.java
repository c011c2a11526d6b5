package kv.log;

/**
 * Where the log is to be replayed from.
 *
 * @param checkpoint name of the checkpoint's file, or null if there is none
 * @param segment    the segment that the first record to be replayed lies in, or one before it
 * @param position   records before it are in the checkpoint
 * @param end        the log must reach this position, or the checkpoint is not a state that ever was
 * @param nowMillis  the clock when the checkpoint was complete
 */
record LogStart(String checkpoint, long segment, long position, long end, long nowMillis) {
    static final long FIRST_SEGMENT = 1;
    /** Without a checkpoint the log begins with the first segment. */
    static final LogStart NO_CHECKPOINT = new LogStart(null, FIRST_SEGMENT, 0, 0, 0);
}
