package kv.net;

import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes an event loop wherever it sleeps: in its selector, or parked while it waits for a batch.
 *
 * <p>Owner: the event loop, but for {@link #ring}, which any thread may call.
 * <p>Invariant: what was published before a ring is seen by the loop before it falls asleep, or the ring wakes it.
 */
final class Alarm implements Bell {
    /*
     * A wake-up is a system call, so only one who sleeps is woken: the loop says that it is about to sleep, looks once more, and
     * sleeps; whoever rings has published first, and then looks whether it sleeps. All four are volatile, so one of the two sees
     * the other. AlarmVisibility (kv.tests) is the jcstress test.
     */
    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int SELECTING = 2;

    private final Selector selector;
    private final Thread loop;
    private volatile int sleep = AWAKE;

    Alarm(Selector selector, Thread loop) {
        this.selector = selector;
        this.loop = loop;
    }

    @Override
    public void ring() {
        int now = sleep;
        if (now == PARKED) {
            LockSupport.unpark(loop);
        } else if (now == SELECTING) {
            selector.wakeup();
        }
    }

    /** Wakes the loop whether it says that it sleeps or not. */
    void ringAlways() {
        selector.wakeup();
        LockSupport.unpark(loop);
    }

    /** The loop is about to select; it must look for what was published after this call. */
    void beforeSelect() {
        sleep = SELECTING;
    }

    /** The loop is about to park; it must look for what was published after this call. */
    void beforePark() {
        sleep = PARKED;
    }

    void awake() {
        if (sleep != AWAKE) {
            sleep = AWAKE;
        }
    }
}
