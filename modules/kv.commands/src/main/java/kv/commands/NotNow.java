package kv.commands;

/**
 * Thrown by a body that finds, before it has replied or changed anything, that its request is to be executed later, or elsewhere.
 * The request is left unread.
 */
final class NotNow extends RuntimeException {
    // Thrown from within the store's call of a sink, so no return value could say it. Rare, and without a stack trace.

    /** It takes long, and belongs on the slow lane. */
    static final NotNow LONG = new NotNow(Executor.Outcome.DEFERRED);
    /** A long section holds what it needs. */
    static final NotNow HELD = new NotNow(Executor.Outcome.HELD);
    /** There is no memory for it, but the store may evict: the executor makes room, without a section, and runs it again. */
    static final NotNow NO_ROOM = new NotNow(null);

    private static final long serialVersionUID = 1;

    final transient Executor.Outcome outcome;

    private NotNow(Executor.Outcome outcome) {
        super(null, null, false, false);
        this.outcome = outcome;
    }
}
