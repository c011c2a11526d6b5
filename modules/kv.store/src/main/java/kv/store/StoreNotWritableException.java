package kv.store;

/** The journal takes no changes now: nothing has been changed. Reading goes on. */
public final class StoreNotWritableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    /** @param passing whether it may go better later: the disk is full */
    public StoreNotWritableException(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    public boolean isPassing() {
        return passing;
    }
}
