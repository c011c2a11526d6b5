package kv.log;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An amount that is taken before it is used, by waiting until there is enough: one after the other, so that who wants much has a
 * turn, too.
 *
 * <p>Threads: any. Nobody who holds a lock that others wait for may wait here.
 */
final class Room {
    // Room is always below its capacity, so who asks for more than that would wait for ever: refused as a bug. It may become
    // negative, by what could not wait; then all others do.
    private final long capacity;
    private final AtomicLong free;
    private volatile int waiting;
    /** Who waits, longest first. Under the monitor. */
    private final ArrayDeque<Thread> queue = new ArrayDeque<>();

    Room(long capacity) {
        this.capacity = capacity;
        this.free = new AtomicLong(capacity);
    }

    /** Takes if there is enough and nobody has waited longer. */
    boolean tryTake(long amount) {
        return waiting == 0 && takeNow(amount);
    }

    /** Takes, or returns false once the state admits nobody: who waits for room on the disk waits for ever, perhaps. */
    boolean take(long amount, State state) {
        if (amount > capacity) {
            throw new IllegalArgumentException("room of " + amount + " bytes is more than all of " + capacity);
        }
        return tryTake(amount) || await(amount, state);
    }

    /** Takes at once, whatever there is: for who holds a lock. */
    void takeAnyway(long amount) {
        free.addAndGet(-amount);
    }

    private synchronized boolean await(long amount, State state) {
        boolean interrupted = false;
        waiting++;
        queue.add(Thread.currentThread());
        try {
            while (queue.peek() != Thread.currentThread() || !takeNow(amount)) {
                if (state.admission() != Admission.TAKEN) {
                    return false;
                }
                try {
                    wait();
                } catch (InterruptedException remembered) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            waiting--;
            queue.remove(Thread.currentThread());
            notifyAll();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean takeNow(long amount) {
        long now;
        do {
            now = free.get();
            if (now < amount) {
                return false;
            }
        } while (!free.compareAndSet(now, now - amount));
        return true;
    }

    /** Gives room back. */
    void give(long amount) {
        long now = free.addAndGet(amount);
        assert now <= capacity : now;
        if (waiting > 0) {
            wake();
        }
    }

    long free() {
        return free.get();
    }

    /** Lets those who wait look again at the state. */
    synchronized void wake() {
        notifyAll();
    }
}
