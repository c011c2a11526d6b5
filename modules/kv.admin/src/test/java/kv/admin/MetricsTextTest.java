package kv.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {
    private final MetricsText text = new MetricsText(true);

    private String written() {
        return new String(text.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void samples_eachKind_areWrittenAsPrometheusReadsThem() {
        text.counter("a_total", "A \\ \n b.").sample(3);
        text.gauge("b", "B.").sample("k", "x\"\\\ny", 1.5).sample("k", "z", Double.POSITIVE_INFINITY);
        text.gauge("c_info", "C.").facts("v", "1", "w", "2");
        assertEquals("""
                # HELP a_total A \\\\ \\n b.
                # TYPE a_total counter
                a_total 3
                # HELP b B.
                # TYPE b gauge
                b{k="x\\"\\\\\\ny"} 1.5
                b{k="z"} +Inf
                # HELP c_info C.
                # TYPE c_info gauge
                c_info{v="1",w="2"} 1
                """, written());
    }

    @Test
    void numbers_large_areWrittenWhole() {
        text.counter("a_total", "A.").sample((1L << 53) - 1);
        assertTrue(written().endsWith("a_total 9007199254740991\n"), written());
    }

    @Test
    void times_bucketEnds_areThoseOfOurBuckets() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (long nanos : new long[] {500, 1023, 1024, 1_000_000, 3_600_000_000_000L}) {
            histogram.record(nanos);
        }
        LatencySnapshot times = new LatencySnapshot();
        times.add(histogram);
        text.histogram("d_seconds", "D.").times("c", "get", times);
        List<String> lines = written().lines().toList();
        assertEquals("d_seconds_bucket{c=\"get\",le=\"0.000001023\"} 2", lines.get(2));
        assertEquals("d_seconds_bucket{c=\"get\",le=\"0.000002047\"} 3", lines.get(3));
        assertEquals("d_seconds_bucket{c=\"get\",le=\"0.001048575\"} 4", lines.get(12));
        assertEquals("d_seconds_bucket{c=\"get\",le=\"17.179869183\"} 4", lines.get(26));
        assertEquals("d_seconds_bucket{c=\"get\",le=\"+Inf\"} 5", lines.get(27));
        assertEquals("d_seconds_count{c=\"get\"} 5", lines.get(29));
    }

    @Test
    void times_withoutBuckets_areSumAndCount() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(500_000_000);
        LatencySnapshot times = new LatencySnapshot();
        times.add(histogram);
        MetricsText brief = new MetricsText(false);
        brief.histogram("d_seconds", "D.").times("c", "g\"et", times);
        assertEquals("""
                # HELP d_seconds D.
                # TYPE d_seconds histogram
                d_seconds_sum{c="g\\"et"} 0.5
                d_seconds_count{c="g\\"et"} 1
                """, brief.toString());
    }

    @Test
    void text_cleared_isWrittenAnew() {
        text.gauge("b", "B.").sample(1);
        text.clear();
        text.gauge("b", "B.").sample(2);
        assertEquals("# HELP b B.\n# TYPE b gauge\nb 2\n", written());
    }

    @Test
    void counter_wrongName_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> text.counter("a", "A."));
    }
}
