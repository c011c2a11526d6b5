package kv.store;

/** The journal takes no changes now: nothing has been changed. Reading goes on. */
public final class StoreNotWritableException extends IllegalStateException {
    /** Thrown as often as a slow disk wants, so without a stack trace. */
    static final StoreNotWritableException BUSY = new StoreNotWritableException();

    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final boolean busy;

    /** @param passing whether it may go better later: the disk is full */
    public StoreNotWritableException(String message, boolean passing) {
        super(message);
        this.passing = passing;
        this.busy = false;
    }

    private StoreNotWritableException() {
        super("the journal has no room now");
        setStackTrace(new StackTraceElement[0]);
        this.passing = true;
        this.busy = true;
    }

    public boolean isPassing() {
        return passing;
    }

    /** Whether only somebody who {@linkplain StoreSession#waits waits} is wanted: the disk is behind. */
    public boolean isBusy() {
        return busy;
    }
}
