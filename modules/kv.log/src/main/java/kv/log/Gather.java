package kv.log;

/**
 * How long a group waits for those who are about to come. Owner: the log's thread.
 */
final class Gather {
    // A force releases clients that will be back at once. A group that is written with those alone that came during the force
    // leaves the others to the next one: two groups that alternate, each client waiting for two forces. So a new group waits
    // until about as much has come as the last one held and as waited beside it.
    //
    // For how long? All in one group need a force and the time until all are back; in two groups they need two forces. So it
    // pays to wait for as long as a force takes, where they come back in that time: with 50 clients and a force of 5 ms, twice
    // the rate. Where they do not, because a force takes less than they do, that was for nothing: then it is a small part of a
    // force, and the whole is tried again after a number of groups that doubles each time.
    private static final int FORCE_SHARE = 6;
    private static final long WAIT_NANOS_MAX = 20_000_000;
    /** Clients do not all send the same again. */
    private static final int MISSING_SHARE = 8;
    private static final int IMPATIENT_GROUPS_MAX = 64;

    private final long frameBytesMax;
    private long forceNanos;
    private long wantedBytes;
    private long deadlineNanos;
    private boolean patient;
    /** Groups to come that do not wait for a whole force. */
    private int impatientGroups;
    /** How many those were the last time. */
    private int lastImpatientGroups;

    /** @param frameBytesMax so much is written at once at most, and is not worth waiting for more */
    Gather(long frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * A group has been forced.
     *
     * @param groupBytes   what it held
     * @param waitingBytes what had come meanwhile
     */
    void forced(long startNanos, long endNanos, long groupBytes, long waitingBytes) {
        if (patient) {
            lastImpatientGroups = groupBytes >= wantedBytes ? 0 : Math.min(IMPATIENT_GROUPS_MAX, 2 * lastImpatientGroups + 1);
            impatientGroups = lastImpatientGroups;
        }
        forceNanos += (endNanos - startNanos - forceNanos) / 8;
        long expectedBytes = groupBytes + waitingBytes;
        wantedBytes = Math.min(frameBytesMax, expectedBytes - expectedBytes / MISSING_SHARE);
        patient = impatientGroups == 0;
        impatientGroups = Math.max(0, impatientGroups - 1);
        deadlineNanos = endNanos + Math.min(patient ? forceNanos : forceNanos / FORCE_SHARE, WAIT_NANOS_MAX);
    }

    /** Whether a group of so many bytes had better wait. */
    boolean waits(long waitingBytes, long nanoTime) {
        return waitingBytes < wantedBytes && nanoTime - deadlineNanos < 0;
    }

    /** What it waits for. */
    long wantedBytes() {
        return wantedBytes;
    }

    long leftNanos(long nanoTime) {
        return deadlineNanos - nanoTime;
    }
}
