package kv.server;

/**
 * What the process takes of the memory that there is: by the JVM, for data, for buffers. In bytes. Immutable.
 *
 * @param thereIs the machine's memory, or its container's
 * @param source the file that says so
 * @param heap the largest heap
 * @param data keys, values and index at most
 * @param buffers requests and replies that wait, at most
 */
record MemoryPlan(long thereIs, String source, long heap, long data, long buffers) {
    /**
     * Code, classes, threads, the collector's tables, and what batches lie in: 75 MB resident in an idle server, and some to
     * spare.
     */
    static final long JVM_BYTES = 96L << 20;
    private static final long DATA_MIN = 16L << 20;
    private static final long BUFFERS_MIN = 16L << 20;
    private static final long BUFFERS_MAX = 1L << 30;
    private static final long DATA_MAX = 6L << 40;

    /**
     * Where data or buffers are 0, they get their share of what the JVM leaves, so that all of it fits: three quarters, and a
     * fifth.
     */
    static MemoryPlan of(long thereIs, String source, long heap, long data, long buffers) {
        long rest = Math.max(0, thereIs - heap - JVM_BYTES);
        return new MemoryPlan(thereIs, source, heap,
                data > 0 ? data : Math.max(DATA_MIN, Math.min(DATA_MAX, rest / 4 * 3)),
                buffers > 0 ? buffers : Math.max(BUFFERS_MIN, Math.min(BUFFERS_MAX, rest / 5)));
    }

    boolean fits() {
        return sum() <= thereIs;
    }

    /** In words, with all figures. */
    String text() {
        return "max-memory " + mebibytes(data) + " + max-buffer-memory " + mebibytes(buffers) + " + heap " + mebibytes(heap)
                + " + JVM " + mebibytes(JVM_BYTES) + " = " + mebibytes(sum()) + " of " + mebibytes(thereIs) + " MiB ("
                + source + ")";
    }

    private long sum() {
        return data + buffers + heap + JVM_BYTES;
    }

    private static String mebibytes(long bytes) {
        return Long.toString(bytes >> 20);
    }
}
