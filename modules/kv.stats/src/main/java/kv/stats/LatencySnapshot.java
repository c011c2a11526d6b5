package kv.stats;

/**
 * The sum of any number of {@link LatencyHistogram}s at the moment each was added, for reading percentiles from.
 *
 * <p>Owner: the thread that made it; the histograms may be recorded into meanwhile. What is recorded during {@link #add} is
 * either counted or not, so two snapshots taken one after the other never show a count going back.
 * <p>Units: nanoseconds; percentiles as 0 .. 100. All figures of an empty snapshot are 0.
 */
public final class LatencySnapshot {

    private final long[] counts = new long[Buckets.COUNT];
    private long count;
    private long sumNanos;
    private long maxNanos;

    /** An empty snapshot. */
    public LatencySnapshot() {
    }

    /** Adds what {@code histogram} holds now; the same histogram twice counts twice. */
    public void add(LatencyHistogram histogram) {
        for (int i = 0; i < counts.length; i++) {
            long recorded = histogram.countAcquire(i);
            counts[i] += recorded;
            count += recorded;
        }
        sumNanos += histogram.totalNanos();
        maxNanos = Math.max(maxNanos, histogram.maxNanosOpaque());
    }

    /**
     * Takes away what an earlier snapshot of the same histograms holds. The longest time that is left is known as exactly as
     * {@link #percentileNanos} says.
     */
    public void subtract(LatencySnapshot earlier) {
        int last = -1;
        for (int i = 0; i < counts.length; i++) {
            counts[i] -= earlier.counts[i];
            last = counts[i] > 0 ? i : last;
        }
        count -= earlier.count;
        sumNanos -= earlier.sumNanos;
        maxNanos = last < 0 ? 0 : Math.min(maxNanos, Buckets.highestNanos(last));
    }

    /** How many times were recorded. */
    public long count() {
        return count;
    }

    /** The longest time, exact up to 1 h. */
    public long maxNanos() {
        return maxNanos;
    }

    /** The sum of all times; while times are being recorded it may contain a few that {@link #count} does not. */
    public long totalNanos() {
        return sumNanos;
    }

    /** The mean; while times are being recorded it may contain a few that {@link #count} does not. */
    public long meanNanos() {
        return count == 0 ? 0 : sumNanos / count;
    }

    /**
     * The smallest time that at least {@code percentile} % of all recorded ones do not exceed, at most 3.125 % too high and
     * never above {@link #maxNanos}.
     *
     * @throws IllegalArgumentException if {@code percentile} is not within 0 .. 100
     */
    public long percentileNanos(double percentile) {
        if (!(percentile >= 0 && percentile <= 100)) {
            throw new IllegalArgumentException("percentile " + percentile + " is not within 0..100");
        }
        long rank = Math.max(1, (long) Math.ceil(percentile / 100 * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(Buckets.highestNanos(i), maxNanos);
            }
        }
        return maxNanos;
    }

    /**
     * How many recorded times are at most {@code nanos}: all of those, and perhaps some that are up to 3.125 % longer. Rises
     * with {@code nanos} and reaches {@link #count} at {@link #maxNanos}, so a caller can walk any scale it likes.
     */
    public long countAtMost(long nanos) {
        long[] sum = new long[1];
        countsAtMost(new long[] {nanos}, sum);
        return sum[0];
    }

    /** {@link #countAtMost} of each of {@code nanos}, which must rise, in one walk; into {@code sums}. */
    public void countsAtMost(long[] nanos, long[] sums) {
        long sum = 0;
        int next = 0;
        for (int i = 0; i < nanos.length; i++) {
            int end = nanos[i] < 0 ? 0 : Buckets.index(Math.min(nanos[i], Buckets.NANOS_MAX)) + 1;
            for (; next < end; next++) {
                sum += counts[next];
            }
            sums[i] = sum;
        }
    }

    /** Takes one range of times after the other. */
    public interface BucketSink {

        /** So many times were at most {@code highestNanos}, and more than the one before. */
        void accept(long highestNanos, long count);
    }

    /** All ranges in which there are any, the shortest times first. */
    public void forEachBucket(BucketSink sink) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                sink.accept(Buckets.highestNanos(i), counts[i]);
            }
        }
    }
}
