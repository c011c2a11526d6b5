package kv.journal;

/** What is replayed does not fit the store. */
final class StoreTooSmallException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
