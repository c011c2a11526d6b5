package kv.commands;

/** There is no memory for more output of a client. An executor lets it pass, or replies that memory is out. */
public final class OutputFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param cause what the surroundings say about it */
    public OutputFullException(RuntimeException cause) {
        super(null, cause, false, false);
    }
}
