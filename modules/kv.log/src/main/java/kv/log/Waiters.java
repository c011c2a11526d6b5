package kv.log;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Those who wait for a durable position.
 *
 * <p>Threads: any may add; the log's thread releases.
 */
final class Waiters {
    // A stack that many push to and one takes whole. Nearly all of them wait for the group that is being forced or the next
    // one, so walking those that are left over at each release is cheap.
    private final AtomicReference<DurabilityWaiter> added = new AtomicReference<>();
    /** Not released yet, in no order. Owner: the log's thread. */
    private DurabilityWaiter left;

    void add(DurabilityWaiter waiter, long position) {
        waiter.position = position;
        DurabilityWaiter first;
        do {
            first = added.get();
            waiter.next = first;
        } while (!added.compareAndSet(first, waiter));
    }

    boolean hasAdded() {
        return added.get() != null;
    }

    /** Tells those who were added just after the release that they wait for. */
    void releaseLate(long durable) {
        if (hasAdded()) {
            release(durable);
        }
    }

    /** Tells all who wait for this position or less. */
    void release(long durable) {
        DurabilityWaiter older = left;
        left = null;
        release(older, durable);
        release(reversed(added.getAndSet(null)), durable);
    }

    private void release(DurabilityWaiter first, long durable) {
        for (DurabilityWaiter waiter = first; waiter != null; ) {
            DurabilityWaiter next = waiter.next;
            if (waiter.position <= durable) {
                waiter.next = null;
                waiter.durable();
            } else {
                waiter.next = left;
                left = waiter;
            }
            waiter = next;
        }
    }

    /** Those who came first are told first. */
    private static DurabilityWaiter reversed(DurabilityWaiter stack) {
        DurabilityWaiter reversed = null;
        for (DurabilityWaiter waiter = stack; waiter != null; ) {
            DurabilityWaiter next = waiter.next;
            waiter.next = reversed;
            reversed = waiter;
            waiter = next;
        }
        return reversed;
    }
}
