package kv.store;

/**
 * What a shard knows of its keys' ends: how many keys have one, how many have met it, and when the next one is due.
 *
 * <p>Guarded by the shard's lock, but for {@link #nextDeadlineMillis}. Deadlines in milliseconds of {@link StoreClock}.
 */
final class Expiry {
    private final StoreClock clock;
    private long keys;
    private long expiredTotal;
    /** No key expires before; {@link StoreClock#NEVER} if none does. */
    private volatile long nextDeadlineMillis = StoreClock.NEVER;

    Expiry(StoreClock clock) {
        this.clock = clock;
    }

    boolean isPast(long deadlineMillis) {
        // The clock is read only for what has a deadline.
        return deadlineMillis != StoreClock.NEVER && clock.isPast(deadlineMillis);
    }

    /** A key's deadline is another one now; {@link StoreClock#NEVER} stands for none, and for no key. */
    void changed(long from, long to) {
        if (from != StoreClock.NEVER) {
            keys--;
        }
        if (to != StoreClock.NEVER) {
            keys++;
            if (to < nextDeadlineMillis) {
                nextDeadlineMillis = to;
            }
        } else if (keys == 0 && from != StoreClock.NEVER) {
            nextDeadlineMillis = StoreClock.NEVER;
        }
    }

    /** A key that had expired has been taken away, or has got a new value. */
    void countExpired() {
        expiredTotal++;
    }

    /** After a sweep over all pages: no deadline left is earlier. */
    void swept(long earliestMillis) {
        nextDeadlineMillis = keys == 0 ? StoreClock.NEVER : earliestMillis;
    }

    void clear() {
        keys = 0;
        nextDeadlineMillis = StoreClock.NEVER;
    }

    /** Keys that have a deadline. */
    long keys() {
        return keys;
    }

    /** Keys that have expired since the store was opened. */
    long expiredTotal() {
        return expiredTotal;
    }

    /** A lower bound of all deadlines; may be read without the lock. */
    long nextDeadlineMillis() {
        return nextDeadlineMillis;
    }
}
