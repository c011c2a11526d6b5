package kv.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How any thread tells an event loop that something has happened to one of its connections: a few flags, and a place in the
 * loop's queue of connections to look at.
 *
 * <p>Raising allocates nothing and may be done at any time, also after the connection has gone.
 */
final class Signal {
    /** All holds have been released. */
    static final int RELEASED = 1;
    /** Bytes wait in the outbox. */
    static final int POSTED = 2;
    /** The connection shall be closed: somebody wants it so. */
    static final int CLOSE = 4;
    /** The connection shall be closed, and counted as failed: it has passed a limit. */
    static final int FAIL = 8;

    private static final VarHandle FLAGS;

    static {
        try {
            FLAGS = MethodHandles.lookup().findVarHandle(Signal.class, "flags", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final SignalQueue queue;
    /** The connection, which workers must not reach: to them it is a thing without a type. */
    private final Object owner;
    private volatile int flags;
    /** The next one in the queue. */
    Signal next;

    Signal(SignalQueue queue, Object owner) {
        this.queue = queue;
        this.owner = owner;
    }

    /** Any thread. Who raises the first flag queues the signal; until it is taken, further flags go with it. */
    void raise(int flag) {
        if ((int) FLAGS.getAndBitwiseOr(this, flag) == 0) {
            queue.push(this);
        }
    }

    /** Event loop: the flags raised since the last call. */
    int take() {
        return (int) FLAGS.getAndSet(this, 0);
    }

    Object owner() {
        return owner;
    }
}
