package kv.log;

/** How far reading a checkpoint and the log after it has come, as one. Owner: one thread. */
final class RecoveryProgress {
    private static final long STEP_BYTES = 4 << 20;

    private final Replay replay;
    private final long totalBytes;
    private long before;
    private long told;

    RecoveryProgress(Replay replay, long totalBytes) {
        this.replay = replay;
        this.totalBytes = totalBytes;
    }

    /** @param bytes read of the part that is being read */
    void at(long bytes) {
        if (before + bytes - told >= STEP_BYTES) {
            told = before + bytes;
            replay.progress(told, totalBytes);
        }
    }

    /** A part of so many bytes has been read. */
    void ended(long bytes) {
        before += bytes;
    }
}
