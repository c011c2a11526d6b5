package kv.store;

/**
 * What a shard knows of its keys' ends: how many keys have one, how many have met it, and when the next one is due.
 *
 * <p>Guarded by the shard's lock, but for {@link #nextDeadlineMillis}. Deadlines in milliseconds of {@link StoreClock}.
 */
final class Expiry {
    private long keys;
    private long expiredTotal;
    /** No key expires before; {@link Deadline#NONE} if none does. */
    private volatile long nextDeadlineMillis = Deadline.NONE;

    /** A key's deadline is another one now; {@link Deadline#NONE} stands for none, and for no key. */
    void changed(long from, long to) {
        if (from != Deadline.NONE) {
            keys--;
        }
        if (to != Deadline.NONE) {
            keys++;
            if (to < nextDeadlineMillis) {
                nextDeadlineMillis = to;
            }
        } else if (keys == 0 && from != Deadline.NONE) {
            nextDeadlineMillis = Deadline.NONE;
        }
    }

    /** A key that had expired has been taken away, or has got a new value. */
    void countExpired() {
        expiredTotal++;
    }

    /** After a sweep over all pages: no deadline left is earlier. */
    void swept(long earliestMillis) {
        nextDeadlineMillis = keys == 0 ? Deadline.NONE : earliestMillis;
    }

    /** So many keys with a deadline are gone. */
    void forget(long count) {
        keys -= count;
        if (keys == 0) {
            nextDeadlineMillis = Deadline.NONE;
        }
    }

    void clear() {
        keys = 0;
        nextDeadlineMillis = Deadline.NONE;
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
