package kv.bench;

/** A look-aside cache that is asked for keys one after another, and keeps what it likes of those it had to load. */
interface CachePolicy extends AutoCloseable {
    /** Whether the key is there; if it is not, it is loaded. */
    boolean request(int key);

    /** How many keys are there now. */
    long size();

    @Override
    default void close() { }
}
