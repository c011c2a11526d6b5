package kv.store;

/** Is told of each round of evictions: all that a writer, or a lower limit, has had given up in one go. */
public interface EvictionListener {
    /**
     * A round is over. Called by the thread that made it, which holds no lock; must return at once and not throw.
     *
     * @param keys how many keys were given up
     * @param nanos how long it took
     */
    void evicted(long keys, long nanos);
}
