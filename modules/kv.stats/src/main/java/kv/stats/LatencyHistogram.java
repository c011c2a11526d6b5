package kv.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long something took, as counts per range of times in fixed memory (about 10 KiB).
 *
 * <p>Owner: exactly one recording thread; any thread reads count and total, and the rest through
 * {@link LatencySnapshot#add}.
 * <p>Units: nanoseconds, 0 .. 1 h. A longer time counts as 1 h, a negative one (a clock that went back) as 0.
 * <p>Invariant: a percentile read from it is never below the exact one and at most 3.125 % above it (32 ranges per power
 * of two); count and maximum are exact. One reader never sees a count go back.
 */
public final class LatencyHistogram {

    // Sum and maximum are stored before the bucket's count, which is a release; a reader takes the counts first, with
    // acquire. So whatever it counts is contained in the maximum it then sees, and a percentile never exceeds it.

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SUM_NANOS;
    private static final VarHandle MAX_NANOS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SUM_NANOS = lookup.findVarHandle(LatencyHistogram.class, "sumNanos", long.class);
            MAX_NANOS = lookup.findVarHandle(LatencyHistogram.class, "maxNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] counts = new long[Buckets.COUNT];
    private long sumNanos;
    private long maxNanos;

    /** An empty histogram. */
    public LatencyHistogram() {
    }

    /** Records one time. Recording thread only; allocates nothing, never fails. */
    public void record(long nanos) {
        long bounded = Math.min(Math.max(nanos, 0), Buckets.NANOS_MAX);
        SUM_NANOS.setOpaque(this, sumNanos + bounded);
        if (bounded > maxNanos) {
            MAX_NANOS.setOpaque(this, bounded);
        }
        int index = Buckets.index(bounded);
        COUNTS.setRelease(counts, index, counts[index] + 1);
    }

    /** How many times have been recorded. Any thread; one reader never sees it go back. */
    public long count() {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += countAcquire(i);
        }
        return sum;
    }

    /** The sum of all times; while times are being recorded it may contain a few that {@link #count} does not. Any thread. */
    public long totalNanos() {
        return (long) SUM_NANOS.getOpaque(this);
    }

    long countAcquire(int index) {
        return (long) COUNTS.getAcquire(counts, index);
    }

    long maxNanosOpaque() {
        return (long) MAX_NANOS.getOpaque(this);
    }
}
