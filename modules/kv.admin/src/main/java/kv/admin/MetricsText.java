package kv.admin;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import kv.stats.LatencySnapshot;

/**
 * Metrics in Prometheus's text format, version 0.0.4: a family, then its samples, then the next family.
 *
 * <pre>{@code
 * text.counter("kv_hits_total", "Reads that found their key.").sample(hits);
 * text.gauge("kv_memory_bytes", "Memory by kind.").sample("kind", "values", values).sample("kind", "index", index);
 * }</pre>
 *
 * <p>Units are base units: seconds, bytes. A counter's name ends with {@code _total}.
 */
public final class MetricsText {
    // The upper ends of our own buckets at powers of two, so that no count is estimated: 2^10 - 1 ns (1 us) to 2^34 - 1 ns (17
    // s).
    // Twice as many would make a percentile's error 1.4 instead of 2 times, and each command's text twice as long.
    static final int FIRST_BUCKET_BITS = 10;
    static final int LAST_BUCKET_BITS = 34;
    private static final long[] BUCKET_ENDS = new long[LAST_BUCKET_BITS - FIRST_BUCKET_BITS + 1];
    /** What follows the labels in the line of each bucket. */
    private static final String[] BUCKET_LABELS = new String[BUCKET_ENDS.length];

    static {
        for (int i = 0; i < BUCKET_ENDS.length; i++) {
            BUCKET_ENDS[i] = (1L << FIRST_BUCKET_BITS + i) - 1;
            BUCKET_LABELS[i] = ",le=\"" + seconds(BUCKET_ENDS[i]) + "\"} ";
        }
    }

    private final boolean withBuckets;
    private final StringBuilder text = new StringBuilder(1 << 15);
    /** The two lines that begin a family, by its name: the same in every text. */
    private final Map<String, String> beginnings = new HashMap<>();
    private final long[] counts = new long[BUCKET_ENDS.length];
    private String family = "";

    /**
     * An empty text. It is kept and made anew each time, in few steps: once a second is too seldom for the JVM to compile all of
     * it soon.
     *
     * @param withBuckets whether distributions are written, or their sums and counts only
     */
    MetricsText(boolean withBuckets) {
        this.withBuckets = withBuckets;
    }

    /** Empty again. */
    void clear() {
        text.setLength(0);
    }

    /** Begins what only grows. */
    public MetricsText counter(String name, String help) {
        if (!name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter's name ends with _total: " + name);
        }
        return begin(name, "counter", help);
    }

    /** Begins what goes up and down. */
    public MetricsText gauge(String name, String help) {
        return begin(name, "gauge", help);
    }

    /** Begins a distribution of times. */
    public MetricsText histogram(String name, String help) {
        return begin(name, "histogram", help);
    }

    private MetricsText begin(String name, String type, String help) {
        family = name;
        String beginning = beginnings.get(name);
        if (beginning == null) {
            beginning = "# HELP " + name + " " + help.replace("\\", "\\\\").replace("\n", "\\n") + "\n# TYPE " + name + " " + type
                    + "\n";
            beginnings.put(name, beginning);
        }
        text.append(beginning);
        return this;
    }

    /** The only sample of its family. */
    public MetricsText sample(double value) {
        text.append(family).append(' ');
        return number(value);
    }

    /** A sample with one label. */
    public MetricsText sample(String label, String labelValue, double value) {
        text.append(family).append('{');
        label(label, labelValue);
        text.append("} ");
        return number(value);
    }

    /** A sample whose labels carry what it says, with the value 1: name, value, name, value … */
    public MetricsText facts(String... labelsAndValues) {
        text.append(family).append('{');
        for (int i = 0; i < labelsAndValues.length; i += 2) {
            text.append(i == 0 ? "" : ",");
            label(labelsAndValues[i], labelsAndValues[i + 1]);
        }
        text.append("} ");
        return number(1);
    }

    /** A distribution with one label, in seconds. */
    public MetricsText times(String label, String labelValue, LatencySnapshot times) {
        int start = text.length();
        label(label, labelValue);
        String labels = text.substring(start);
        text.setLength(start);
        if (withBuckets) {
            String beginning = family + "_bucket{" + labels;
            times.countsAtMost(BUCKET_ENDS, counts);
            for (int i = 0; i < counts.length; i++) {
                text.append(beginning).append(BUCKET_LABELS[i]).append(counts[i]).append('\n');
            }
            text.append(beginning).append(",le=\"+Inf\"} ").append(times.count()).append('\n');
        }
        text.append(family).append("_sum{").append(labels).append("} ").append(times.totalNanos() / 1e9).append('\n');
        text.append(family).append("_count{").append(labels).append("} ").append(times.count()).append('\n');
        return this;
    }

    private void label(String name, String value) {
        text.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            switch (next) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(next);
            }
        }
        text.append('"');
    }

    /** Whole numbers as such, exactly up to 2^53. */
    private MetricsText number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            text.append((long) value);
        } else {
            text.append(Double.isNaN(value) ? "NaN" : Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf"
                    : Double.toString(value));
        }
        text.append('\n');
        return this;
    }

    /** All digits, no exponent: {@code 0.000001023}. */
    private static String seconds(long nanos) {
        String digits = Long.toString(nanos % 1_000_000_000 + 1_000_000_000).substring(1);
        return nanos / 1_000_000_000 + "." + digits;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }
}
