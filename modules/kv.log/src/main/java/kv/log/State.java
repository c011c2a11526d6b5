package kv.log;

/**
 * What the log can do, as any thread may ask at any time. Failures of the keeper (no segment to be had) and of the writer (no
 * room while it writes) are kept apart: each takes back only its own.
 *
 * <p>Threads: any; the owners of the fields are named there.
 */
final class State {
    private final LogListener listener;
    /** Lets those who wait for something look again: it may never come now. */
    private final Runnable wake;
    /** The first failure, after which nothing is acknowledged. */
    private Throwable failure;
    private boolean closed;
    private String fullForKeeper;
    private String fullForWriter;
    private volatile boolean open = true;
    private volatile boolean full;

    /** @param wake called after a failure, and when the disk has become full */
    State(LogListener listener, Runnable wake) {
        this.listener = listener;
        this.wake = wake;
    }

    /** Neither failed nor closed. */
    boolean isOpen() {
        return open;
    }

    boolean isFull() {
        return full;
    }

    /** Whether records may be appended now. */
    Admission admission() {
        if (!open) {
            return Admission.FAILED;
        }
        return full ? Admission.DISK_FULL : Admission.TAKEN;
    }

    synchronized Throwable failure() {
        return failure;
    }

    /** Why there is no room, or null. */
    synchronized String fullReason() {
        return fullForWriter != null ? fullForWriter : fullForKeeper;
    }

    void fail(Throwable cause) {
        synchronized (this) {
            if (failure != null || closed) {
                return;
            }
            failure = cause;
            open = false;
        }
        wake.run();
        listener.failed(cause);
    }

    void close() {
        synchronized (this) {
            closed = true;
            open = false;
        }
        wake.run();
    }

    /** @param reason null if there is room */
    void fullForKeeper(String reason) {
        update(() -> fullForKeeper = reason);
    }

    /** @param reason null if there is room */
    void fullForWriter(String reason) {
        update(() -> fullForWriter = reason);
    }

    private void update(Runnable change) {
        boolean before;
        String reason;
        synchronized (this) {
            before = full;
            change.run();
            reason = fullReason();
            full = reason != null;
        }
        if (reason != null && !before) {
            wake.run();
            listener.diskFull(reason);
        } else if (reason == null && before) {
            listener.diskHasRoom();
        }
    }
}
