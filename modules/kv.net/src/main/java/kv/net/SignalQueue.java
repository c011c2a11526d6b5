package kv.net;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The signals of an event loop's connections that have been raised and not yet been looked at: any thread pushes, the loop
 * takes all of them at once.
 *
 * <p>Bound: a connection has one signal, which is in it once.
 */
final class SignalQueue {
    private final AtomicReference<Signal> head = new AtomicReference<>();
    private final Bell bell;

    SignalQueue(Bell bell) {
        this.bell = bell;
    }

    void push(Signal signal) {
        Signal before;
        do {
            before = head.get();
            signal.next = before;
        } while (!head.compareAndSet(before, signal));
        if (before == null) {
            bell.ring(); // whoever pushed onto an empty queue has rung for all that follow
        }
    }

    boolean isEmpty() {
        return head.get() == null;
    }

    /**
     * Event loop: the last one pushed, from which {@link Signal#next} leads to the others; or null. Read next before {@link
     * Signal#take}.
     */
    Signal takeAll() {
        return head.get() == null ? null : head.getAndSet(null);
    }
}
