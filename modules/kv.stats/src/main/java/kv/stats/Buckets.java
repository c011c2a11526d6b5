package kv.stats;

/**
 * The division of 0 ns .. 1 h into buckets that histogram and snapshot share.
 *
 * <p>Invariant: bucket indexes rise with the value; every bucket is at most 1/32 as wide as its lowest value, so any value
 * of a bucket stands for all of them within 3.125 %; below 64 ns a bucket is one nanosecond.
 */
final class Buckets {

    // Log-linear: each power of two is cut into 32 equal buckets, so the index is the position of the highest bit and the
    // five bits below it: a count of leading zeros, a shift and an addition. Purely logarithmic buckets would need a
    // logarithm, purely linear ones too much memory. 1,205 buckets, 9.4 KiB a histogram.

    /** Longer times count as this: one hour. */
    static final long NANOS_MAX = 3_600_000_000_000L;

    private static final int SUB_BUCKET_BITS = 5;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

    static final int COUNT = index(NANOS_MAX) + 1;

    private Buckets() {
    }

    /** The bucket of {@code nanos}, which must lie in 0 .. NANOS_MAX. */
    static int index(long nanos) {
        int shift = Math.max(0, 63 - SUB_BUCKET_BITS - Long.numberOfLeadingZeros(nanos));
        return shift * SUB_BUCKETS + (int) (nanos >>> shift);
    }

    /** The highest value that falls into bucket {@code index}. */
    static long highestNanos(int index) {
        int shift = Math.max(0, (index >>> SUB_BUCKET_BITS) - 1);
        long subBucket = index - (long) shift * SUB_BUCKETS;
        return Math.min(((subBucket + 1) << shift) - 1, NANOS_MAX);
    }
}
