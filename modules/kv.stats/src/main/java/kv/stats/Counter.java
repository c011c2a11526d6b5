package kv.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A number that one thread raises and any thread reads, such as the GET commands that one worker has executed.
 *
 * <p>Owner: exactly one writing thread at a time. Two threads that add at once lose counts: give each its own counter
 * and sum them when reading.
 * <p>Invariant: a reader that saw a value also sees what the writer did before it; one reader never sees the value go
 * back (unless the writer adds a negative amount).
 */
public final class Counter {

    // A plain read, an addition and a release store: no locked instruction, which is what an AtomicLong would cost on
    // the path of every command. Release instead of opaque is free on x86 and lets a counter publish what it counts.

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** A counter at zero. */
    public Counter() {
    }

    /** Adds one. Writing thread only. */
    public void increment() {
        VALUE.setRelease(this, value + 1);
    }

    /** Adds {@code amount}, which may be negative. Writing thread only. */
    public void add(long amount) {
        VALUE.setRelease(this, value + amount);
    }

    /** The present value. Any thread. */
    public long get() {
        return (long) VALUE.getAcquire(this);
    }
}
