package kv.server;

/** The user's mistake on the command line, in the environment or in the settings file; the message says all, on one line. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
