package kv.net;

/**
 * What one connection holds of a {@link Budget}. A handler charges what a client makes it keep on the heap, names, patterns,
 * lists of arguments, <em>before</em> it takes the memory; all is given back when the connection ends.
 *
 * <p>Any thread. Units: bytes, as good as they can be estimated.
 */
public final class Account {
    private final Budget budget;
    private final Signal signal;

    /* Guarded by the budget. */
    long held;
    /** It has been chosen to go, for it holds most: it gets nothing more. */
    boolean evicted;
    /** It is not chosen, whatever it holds. */
    boolean spared;
    /** Its neighbours among those that hold about as much. */
    Account previous;
    Account next;

    /** @param signal raised when the connection shall go */
    Account(Budget budget, Signal signal) {
        this.budget = budget;
        this.signal = signal;
    }

    /** Charges so many bytes; false if they are not to be had, and must not be taken. */
    public boolean charge(long bytes) {
        return budget.charge(this, bytes);
    }

    /** Gives back so many of the bytes charged. */
    public void release(long bytes) {
        budget.release(this, bytes);
    }

    /** What it holds now. */
    long heldBytes() {
        return budget.heldBytes(this);
    }

    /** It is never chosen to go for what it holds, or it is again, as usual: others go for it then that hold less. */
    void spare(boolean on) {
        budget.spare(this, on);
    }

    /** The connection has gone: all is given back, and nothing is charged any more. */
    void close() {
        budget.close(this);
    }

    void evict() {
        evicted = true;
        signal.raise(Signal.FAIL);
    }
}
