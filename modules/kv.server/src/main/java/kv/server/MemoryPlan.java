package kv.server;

import kv.log.LogConfig;

/**
 * What the process takes of the memory that there is: by the JVM, for the log, for data, for buffers. In bytes. Immutable.
 *
 * @param thereIs the machine's memory, or its container's
 * @param source the file that says so
 * @param heap the largest heap
 * @param data keys, values and index at most
 * @param buffers requests and replies that wait, at most
 * @param log short records on their way to the disk; 0 without a data-dir
 * @param longLog the long ones
 */
record MemoryPlan(long thereIs, String source, long heap, long data, long buffers, long log, long longLog) {
    /**
     * Code, classes, threads, the collector's tables, and what batches lie in: 75 MB resident in an idle server, and some to
     * spare.
     */
    static final long JVM_BYTES = 96L << 20;
    private static final long DATA_MIN = 16L << 20;
    private static final long BUFFERS_MIN = 16L << 20;
    private static final long BUFFERS_MAX = 1L << 30;
    /** Half of the least that buffers have. */
    static final long LONG_LOG_MIN = BUFFERS_MIN / 2;
    private static final long LONG_LOG_MAX = 256L << 20;
    private static final long SMALL_BYTES = 1L << 30;
    private static final long DATA_MAX = 6L << 40;

    /**
     * Where data or buffers are 0, they get their share of what the JVM and the log's ring leave, so that all of it fits: three
     * quarters, or what the buffers leave, and a fifth, a third of which is for the log's long records, if there is a log.
     *
     * @param longestLogged the longest value that goes into a log; negative: there is no log
     */
    static MemoryPlan of(long thereIs, String source, long heap, long data, long buffers, long longestLogged) {
        boolean logs = longestLogged >= 0;
        long log = logs ? logBytes(LogConfig.defaults()) : 0;
        long rest = Math.max(0, thereIs - heap - JVM_BYTES - log);
        long share = logs ? rest / 15 * 2 : rest / 5;
        long forBuffers = buffers > 0 ? buffers : Math.max(BUFFERS_MIN, Math.min(BUFFERS_MAX, share));
        long left = rest - forBuffers - (data > 0 ? data : DATA_MIN);
        long longLog = logs ? Math.max(longLogMin(longestLogged), Math.min(left, Math.min(LONG_LOG_MAX, forBuffers / 2))) : 0;
        long dataMax = Math.min(DATA_MAX, rest - forBuffers - longLog);
        return new MemoryPlan(thereIs, source, heap, data > 0 ? data : Math.max(DATA_MIN, Math.min(dataMax, rest / 4 * 3)),
                forBuffers, log, longLog);
    }

    /** A value that is copied when the first half is taken lies beside it. */
    private static long longLogMin(long longestValue) {
        return Math.max(LONG_LOG_MIN, 2 * longestValue);
    }

    private static long logBytes(LogConfig log) {
        return log.ringBytes() + log.frameBytesMax();
    }

    /** Whether a few connections whose clients do not read could take all that is left, by what the kernel holds for them. */
    boolean isSmall() {
        return thereIs < SMALL_BYTES;
    }

    boolean fits() {
        return sum() <= thereIs;
    }

    /** In words, with all figures. */
    String text() {
        return "max-memory " + mebibytes(data) + " + max-buffer-memory " + mebibytes(buffers)
                + (log > 0 ? " + log " + mebibytes(log + longLog) : "") + " + heap " + mebibytes(heap)
                + " + JVM " + mebibytes(JVM_BYTES)
                + " = " + mebibytes(sum()) + " of " + mebibytes(thereIs) + " MiB (" + source + ")";
    }

    private long sum() {
        return data + buffers + log + longLog + heap + JVM_BYTES;
    }

    private static String mebibytes(long bytes) {
        return Long.toString(bytes >> 20);
    }
}
