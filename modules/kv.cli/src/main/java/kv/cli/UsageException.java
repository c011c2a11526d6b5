package kv.cli;

/** The user wrote what cannot be done; the message says what, for the user to read. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
