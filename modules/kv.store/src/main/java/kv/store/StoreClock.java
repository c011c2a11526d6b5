package kv.store;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The one clock that keys expire by: milliseconds of the wall clock since 1970, which do not go back but for a step.
 *
 * <p>Threads: any. A reading is one of {@code System.nanoTime} and some arithmetic; who has that at hand gives it to {@link
 * #millisAt}.
 * <p>A step: the wall clock has been set, or the machine was suspended, by more than {@value #STEP_MILLIS} ms. The clock follows
 * at once, counts the step and reports it. A smaller difference is made up for by going faster or slower by one part in 256, so
 * that readings never go back. So it is when it was told to begin later than the wall clock.
 */
public final class StoreClock {
    /*
     * Wall time, because deadlines outlive the process (a log, a replica) and are given in it by clients; not read from the
     * system's wall clock, because that may go back by a second at any time, and a key that was expired would be there again.
     *
     * Time is the anchor's plus what System.nanoTime has advanced since. Ten times a second a reader compares that with the wall
     * clock and sets a new anchor, at which old and new agree. A reading of nanoTime from before the anchor is taken for the
     * anchor's own moment, which makes readings monotone across threads without anything being written.
     */
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int STEP_MILLIS = 2000;
    private static final long STEP_NANOS = STEP_MILLIS * NANOS_PER_MILLI;
    private static final long CHECK_INTERVAL_NANOS = 100 * NANOS_PER_MILLI;
    /** A difference that is left as it is. */
    private static final long TOLERANCE_NANOS = NANOS_PER_MILLI;
    /**
     * The wall clock is read between two readings of nanoTime; if they lie further apart, the thread was interrupted: the next
     * reader tries.
     */
    private static final long SAMPLE_NANOS_MAX = NANOS_PER_MILLI / 5;
    private static final int SLEW_SHIFT = 8;

    private final LongSupplier nanoTime;
    private final LongSupplier wallNanos;
    private final LongConsumer whenStepped;
    private final AtomicBoolean adjusting = new AtomicBoolean();
    private final AtomicLong steps = new AtomicLong();
    private volatile Anchor anchor;
    /** So far ahead of the wall clock it was told to be, and has not lost yet. Guarded by {@link #adjusting}. */
    private long aheadNanos;

    /**
     * A clock of other sources than the system's, for tests.
     *
     * @param nanoTime nanoseconds that never go back, from any origin
     * @param wallNanos nanoseconds since 1970
     * @param whenStepped as for {@link #system(LongConsumer)}
     */
    public StoreClock(LongSupplier nanoTime, LongSupplier wallNanos, LongConsumer whenStepped) {
        this.nanoTime = nanoTime;
        this.wallNanos = wallNanos;
        this.whenStepped = whenStepped;
        this.anchor = new Anchor(nanoTime.getAsLong(), wallNanos.getAsLong(), 0);
    }

    /** The system's clock; its steps are only counted. */
    public static StoreClock system() {
        return system(millis -> { });
    }

    /**
     * @param whenStepped called with the milliseconds, negative for a step back, by the thread that noticed it: must return at
     * once
     */
    public static StoreClock system(LongConsumer whenStepped) {
        Clock wall = Clock.systemUTC();
        return new StoreClock(System::nanoTime, () -> {
            Instant now = wall.instant();
            return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
        }, whenStepped);
    }

    /**
     * Lets it begin at a moment, in milliseconds since 1970, if the wall clock is behind that: it goes slower until that has
     * caught up. Before anybody else uses it.
     */
    public void beginAt(long millis) {
        long reading = nanoTime.getAsLong();
        long ahead = millis * NANOS_PER_MILLI - anchor.wallNanosAt(reading);
        if (ahead > 0) {
            aheadNanos = ahead;
            anchor = new Anchor(reading, millis * NANOS_PER_MILLI, -1);
        }
    }

    public long nowMillis() {
        return millisAt(nanoTime());
    }

    /** The clock's own {@code System.nanoTime}, for {@link #millisAt}. */
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** The time at a reading of {@link #nanoTime} that was made just now. */
    public long millisAt(long nanoTime) {
        Anchor from = anchor;
        if (nanoTime - from.nanoTime > CHECK_INTERVAL_NANOS && adjust()) {
            from = anchor;
        }
        return from.wallNanosAt(nanoTime) / NANOS_PER_MILLI;
    }

    /** How often the clock has stepped. */
    public long steps() {
        return steps.get();
    }

    /** False if another thread is just doing it, or if the clocks could not be compared. */
    private boolean adjust() {
        if (!adjusting.compareAndSet(false, true)) {
            return false;
        }
        try {
            long before = nanoTime.getAsLong();
            long wall = wallNanos.getAsLong();
            long now = nanoTime.getAsLong();
            if (now - before > SAMPLE_NANOS_MAX) {
                return false;
            }
            long ours = anchor.wallNanosAt(now);
            long behind = wall - ours;
            if (behind <= STEP_NANOS && -behind - STEP_NANOS <= aheadNanos) {
                anchor = new Anchor(now, ours, Math.abs(behind) <= TOLERANCE_NANOS ? 0 : Long.signum(behind));
                aheadNanos = Math.max(0, Math.min(aheadNanos, -behind));
            } else {
                aheadNanos = 0;
                anchor = new Anchor(now, wall, 0);
                steps.incrementAndGet();
                whenStepped.accept(behind / NANOS_PER_MILLI);
            }
            return true;
        } finally {
            adjusting.set(false);
        }
    }

    /** A moment of both clocks, and whether to go slower (-1) or faster (1) from there on. */
    private static final class Anchor {
        private final long nanoTime;
        private final long wallNanos;
        private final int slew;

        private Anchor(long nanoTime, long wallNanos, int slew) {
            this.nanoTime = nanoTime;
            this.wallNanos = wallNanos;
            this.slew = slew;
        }

        private long wallNanosAt(long reading) {
            long elapsed = Math.max(0, reading - nanoTime);
            return wallNanos + elapsed + slew * (elapsed >> SLEW_SHIFT);
        }
    }
}
