package kv.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    private static final double[] PERCENTILES = {0, 0.1, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100};

    @Test
    void snapshot_empty_isAllZero() {
        LatencySnapshot snapshot = snapshot(new LatencyHistogram());
        assertEquals(0, snapshot.count());
        assertEquals(0, snapshot.maxNanos());
        assertEquals(0, snapshot.meanNanos());
        assertEquals(0, snapshot.percentileNanos(99));
        assertEquals(0, snapshot.countAtMost(Long.MAX_VALUE));
    }

    @Test
    void percentile_outsideRange_isRefused() {
        LatencySnapshot snapshot = new LatencySnapshot();
        assertThrows(IllegalArgumentException.class, () -> snapshot.percentileNanos(-0.1));
        assertThrows(IllegalArgumentException.class, () -> snapshot.percentileNanos(100.1));
        assertThrows(IllegalArgumentException.class, () -> snapshot.percentileNanos(Double.NaN));
    }

    @Test
    void countAndTotal_someTimes_areExact() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertEquals(0, histogram.count());
        for (long nanos : new long[] {0, 1, 1000, 1000, 123_456_789}) {
            histogram.record(nanos);
        }
        assertEquals(5, histogram.count());
        assertEquals(123_458_790, histogram.totalNanos());
    }

    @Test
    void record_outsideRange_saturates() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(-1);
        histogram.record(Long.MIN_VALUE);
        assertEquals(0, snapshot(histogram).maxNanos());
        histogram.record(Long.MAX_VALUE);
        histogram.record(TimeUnit.HOURS.toNanos(1) + 1);
        LatencySnapshot snapshot = snapshot(histogram);
        assertEquals(4, snapshot.count());
        assertEquals(TimeUnit.HOURS.toNanos(1), snapshot.maxNanos());
        assertEquals(TimeUnit.HOURS.toNanos(1), snapshot.percentileNanos(100));
        assertEquals(0, snapshot.percentileNanos(50));
        assertEquals(TimeUnit.MINUTES.toNanos(30), snapshot.meanNanos());
    }

    @Test
    void percentiles_randomSamples_stayWithinBoundOfSorted() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("LatencyHistogramTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            int samples = 1 + random.nextInt(20_000);
            int bits = 1 + random.nextInt(41);
            long[] nanos = new long[samples];
            // Spread over two histograms, as the workers of a server would.
            LatencyHistogram[] histograms = {new LatencyHistogram(), new LatencyHistogram()};
            for (int i = 0; i < samples; i++) {
                nanos[i] = random.nextLong() >>> (64 - 1 - random.nextInt(bits));
                histograms[i & 1].record(nanos[i]);
            }
            Arrays.sort(nanos);
            check(nanos, snapshot(histograms), "seed " + seed + " round " + round);
        }
    }

    private static void check(long[] sorted, LatencySnapshot snapshot, String where) {
        assertEquals(sorted.length, snapshot.count(), where);
        assertEquals(sorted[sorted.length - 1], snapshot.maxNanos(), where);
        assertEquals(Arrays.stream(sorted).sum() / sorted.length, snapshot.meanNanos(), where);
        for (double percentile : PERCENTILES) {
            int rank = Math.max(1, (int) Math.ceil(percentile / 100 * sorted.length));
            long exact = sorted[rank - 1];
            long read = snapshot.percentileNanos(percentile);
            assertTrue(read >= exact && (read - exact) * 32 <= exact,
                    where + ": p" + percentile + " is " + read + " for " + exact);
        }
        long last = 0;
        for (long micros = 1; last < snapshot.count(); micros *= 2) {
            long limitNanos = micros * 1000;
            long now = snapshot.countAtMost(limitNanos);
            assertTrue(now >= last, where);
            assertTrue(now >= Arrays.stream(sorted).filter(n -> n <= limitNanos).count(), where);
            assertTrue(now <= Arrays.stream(sorted).filter(n -> n <= limitNanos + limitNanos / 32).count(), where);
            last = now;
        }
        assertEquals(snapshot.count(), snapshot.countAtMost(snapshot.maxNanos()), where);
    }

    @Test
    void snapshots_takenWhileRecording_neverGoBackAndLoseNothing() throws InterruptedException {
        int records = 2_000_000;
        LatencyHistogram histogram = new LatencyHistogram();
        Thread writer = new Thread(() -> {
            for (int i = 1; i <= records; i++) {
                histogram.record(i);
            }
        });
        writer.start();
        LatencySnapshot last = new LatencySnapshot();
        while (writer.isAlive()) {
            LatencySnapshot now = snapshot(histogram);
            assertTrue(now.count() >= last.count());
            assertTrue(now.maxNanos() >= last.maxNanos());
            assertTrue(now.percentileNanos(100) <= now.maxNanos());
            // Values come in rising order, so all counted ones are at most the maximum that is read after them.
            assertTrue(now.count() <= now.maxNanos(), now.count() + " counted, maximum " + now.maxNanos());
            for (long nanos = 1; nanos < records; nanos *= 2) {
                assertTrue(now.countAtMost(nanos) >= last.countAtMost(nanos));
            }
            last = now;
        }
        writer.join();
        assertEquals(records, snapshot(histogram).count());
        assertEquals(records, snapshot(histogram).maxNanos());
        assertEquals((1L + records) / 2, snapshot(histogram).meanNanos());
    }

    private static LatencySnapshot snapshot(LatencyHistogram... histograms) {
        LatencySnapshot snapshot = new LatencySnapshot();
        for (LatencyHistogram histogram : histograms) {
            snapshot.add(histogram);
        }
        return snapshot;
    }
}
