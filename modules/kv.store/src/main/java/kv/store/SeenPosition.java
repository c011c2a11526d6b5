package kv.store;

/**
 * The journal's position up to which all is that a session has seen of the store. Owner: the session's thread.
 */
final class SeenPosition {
    private long position;

    /** What was seen is durable from this position on. */
    void upTo(long other) {
        position = Math.max(position, other);
    }

    /** Of what was seen since the last call. */
    long take() {
        long taken = position;
        position = 0;
        return taken;
    }

    long get() {
        return position;
    }
}
