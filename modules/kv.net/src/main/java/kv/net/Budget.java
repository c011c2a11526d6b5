package kv.net;

/**
 * A limited amount of memory that connections share, and who holds how much of it.
 *
 * <p>When it runs short, whoever holds most has to go: its connection is closed. The last eighth is for those that hold less, so
 * they need not wait until it has gone. So many small ones cannot be locked out by a few large ones, nor by many that are larger
 * than they. An account that is spared never goes, others go for it; it is refused what is not to be had.
 *
 * <p>Thread-safe by its monitor, in which it takes no other.
 */
final class Budget {
    /*
     * Accounts are kept in lists by the power of two of what they hold, so that choosing costs nothing: "most" means within a
     * factor of two, and the one that has been in its list for longest. An asker goes by itself (it is refused) if it would be
     * alone at the top.
     */
    private static final int LISTS = 64;
    /** Of an account that holds nothing. */
    private static final int NO_LIST = -1;

    private final long bytesMax;
    private final Account[] first = new Account[LISTS];
    private final Account[] last = new Account[LISTS];
    private long bytes;
    /** Of these, what those hold that have to go. */
    private long leavingBytes;
    private long evictions;

    Budget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** How much there may be before somebody has to go, of a limit. */
    static long freeOfPressure(long bytesMax) {
        return bytesMax - bytesMax / 8;
    }

    /** Charges, if there is room or there will be. */
    synchronized boolean charge(Account account, long more) {
        long missing = bytes + more - freeOfPressure(bytesMax);
        if (missing > 0 && (!evictFor(account, more, missing) || bytes + more > bytesMax)) {
            return false;
        }
        return add(account, more);
    }

    /** Charges what is there, whatever the limit; false if the account gets nothing any more. */
    synchronized boolean add(Account account, long more) {
        if (account.evicted) {
            return false;
        }
        move(account, more);
        return true;
    }

    synchronized void release(Account account, long less) {
        if (less > account.held) {
            throw new IllegalStateException(less + " bytes released of " + account.held);
        }
        move(account, -less);
    }

    synchronized void close(Account account) {
        move(account, -account.held);
        account.evicted = true;
    }

    /**
     * Has the account that holds most evicted, if those that are leaving already do not hold as much as is missing.
     *
     * @param more what the asker asks for
     * @return false if it would be the asker itself: it is to be refused
     */
    synchronized boolean evictFor(Account asker, long more, long missing) {
        if (asker.evicted) {
            return false;
        }
        int least = asker.spared ? 0 : list(asker.held + more);
        for (int top = LISTS - 1; top >= least; top--) {
            Account largest = first[top] == asker ? asker.next : first[top];
            if (largest != null) {
                if (leavingBytes < missing) {
                    evict(largest);
                }
                return true;
            }
        }
        return leavingBytes >= missing;
    }

    /** From now on it is never chosen to go, or it is again. */
    synchronized void spare(Account account, boolean spared) {
        if (account.evicted || account.spared == spared) {
            return;
        }
        boolean isListed = list(account.held) != NO_LIST;
        if (isListed && spared) {
            unlink(account);
        }
        account.spared = spared;
        if (isListed && !spared) {
            link(account);
        }
    }

    /** What one holds. */
    synchronized long heldBytes(Account account) {
        return account.held;
    }

    private void evict(Account largest) {
        unlink(largest);
        leavingBytes += largest.held;
        evictions++;
        largest.evict();
    }

    /** What all hold. */
    synchronized long bytes() {
        return bytes;
    }

    /** Accounts that had to go. */
    synchronized long evictions() {
        return evictions;
    }

    private void move(Account account, long difference) {
        bytes += difference;
        if (account.evicted) {
            leavingBytes += difference;
        }
        int before = list(account.held);
        int after = list(account.held + difference);
        boolean moves = !account.evicted && !account.spared && before != after;
        if (moves && before != NO_LIST) {
            unlink(account);
        }
        account.held += difference;
        if (moves && after != NO_LIST) {
            link(account);
        }
    }

    private static int list(long held) {
        return 63 - Long.numberOfLeadingZeros(held);
    }

    private void link(Account account) {
        int list = list(account.held);
        account.previous = last[list];
        account.next = null;
        if (last[list] == null) {
            first[list] = account;
        } else {
            last[list].next = account;
        }
        last[list] = account;
    }

    private void unlink(Account account) {
        int list = list(account.held);
        if (account.previous == null) {
            first[list] = account.next;
        } else {
            account.previous.next = account.next;
        }
        if (account.next == null) {
            last[list] = account.previous;
        } else {
            account.next.previous = account.previous;
        }
        account.previous = null;
        account.next = null;
    }
}
