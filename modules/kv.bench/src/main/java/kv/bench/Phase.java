package kv.bench;

/**
 * One stretch of load, the same for all threads but for their shares.
 *
 * @param name for people
 * @param startNanos when it began, of {@code System.nanoTime}
 * @param deadlineNanos no request is sent after it
 * @param quota requests that one thread sends at most
 * @param firstKey where one thread begins, if every key is set in order; otherwise {@link #RANDOM_KEYS}
 * @param pipeline requests in flight on a connection
 * @param ratePerSecond of one thread; 0 = closed loop
 */
record Phase(String name, long startNanos, long deadlineNanos, long quota, int firstKey, int pipeline, double ratePerSecond) {
    static final int RANDOM_KEYS = -1;
    static final long NO_QUOTA = Long.MAX_VALUE;

    boolean setsAllKeys() {
        return firstKey != RANDOM_KEYS;
    }

    boolean isOpenLoop() {
        return ratePerSecond > 0;
    }

    /** When request number {@code index} of an open loop is due. */
    long dueNanos(long index) {
        return startNanos + (long) (index * (1e9 / ratePerSecond));
    }
}
