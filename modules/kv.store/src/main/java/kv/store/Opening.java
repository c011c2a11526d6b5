package kv.store;

/** What became of an attempt to open a section. */
public enum Opening {
    /** The section is open, and has to be closed. */
    OPEN,
    /**
     * Nothing is open: a long section holds one of the keys' shards, or a short one that goes on as a long one, because it writes
     * a long value or waits for memory. {@link StoreSession#whenReleased} tells when to try again.
     */
    HELD
}
