package kv.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Keeps a connection back after its handler has returned: it is neither read, nor are its replies sent, nor is it lent again,
 * until as many holds are released as were taken with {@link Exchange#hold}. The event loop waits for none.
 *
 * <p>One object a connection, for all its holds: taking one allocates nothing.
 */
public final class Hold {
    /*
     * The reasons why the connection stays where it is: each hold (counted by twos), and the loan itself (1), which the event
     * loop gives up when the handler has returned. Whoever takes away the last one has the connection go on: the loop at once,
     * another thread by a signal. So it does not matter whether a hold is released before or after the handler returns.
     * HoldVisibility (kv.tests) is the jcstress test.
     */
    private static final int LOAN = 1;
    private static final int ONE_HOLD = 2;
    private static final VarHandle REASONS;

    static {
        try {
            REASONS = MethodHandles.lookup().findVarHandle(Hold.class, "reasons", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Signal signal;
    private volatile int reasons = LOAN;

    Hold(Signal signal) {
        this.signal = signal;
    }

    /** The handler, while it runs. */
    Hold take() {
        REASONS.getAndAdd(this, ONE_HOLD);
        return this;
    }

    /**
     * Gives one hold back: any thread, at any time, also before the handler has returned or after the connection has gone.
     *
     * @throws IllegalStateException if more are released than were taken
     */
    public void release() {
        int before = (int) REASONS.getAndAdd(this, -ONE_HOLD);
        if (before == ONE_HOLD) {
            signal.raise(Signal.RELEASED);
        } else if (before < ONE_HOLD) {
            REASONS.getAndAdd(this, ONE_HOLD);
            throw new IllegalStateException("a connection was released more often than held");
        }
    }

    /** The handler's thread, or the event loop when it has returned: whether one is not released yet. */
    boolean isTaken() {
        return reasons > LOAN;
    }

    /**
     * Event loop, when the handler has returned: whether the connection may go on. If not, {@link Signal#RELEASED} will be
     * raised.
     */
    boolean isOpen() {
        if (reasons == LOAN) {
            return true; // the usual case, without an atomic operation: only the handler takes holds, and it has returned
        }
        if ((int) REASONS.getAndAdd(this, -LOAN) != LOAN) {
            return false;
        }
        reasons = LOAN;
        return true;
    }

    /** Event loop: the signal has come. */
    void reopen() {
        reasons = LOAN;
    }
}
