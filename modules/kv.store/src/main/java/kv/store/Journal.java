package kv.store;

/**
 * Where a store writes down its changes, so that they can be repeated: in the order in which they are made, for each key.
 *
 * <p>Changes are told as what they come to, not as what was asked for: they know no clock, and repeating one does no harm. That
 * a key has expired is none: it is known by its deadline.
 * <p>Threads: any. Positions are numbers that grow; the journal knows what has become durable up to which.
 */
public interface Journal {
    /** One session's way in. */
    JournalWriter newWriter();

    /** The position after all that has been written. */
    long position();

    /**
     * Waits until all up to a position is durable.
     *
     * @throws StoreNotWritableException if it never will be
     */
    void awaitDurable(long position);
}
