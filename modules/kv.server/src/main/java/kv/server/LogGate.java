package kv.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Limits how often lines of one kind are logged, and counts those left out: clients may cause as many as they like. Warnings and
 * errors of a kind pass once a second, the rest of INFO 50 times and then once a second; DEBUG and TRACE, which somebody has
 * asked for, always.
 *
 * <p>Owner: whoever holds the lock of the {@link LogStream}. Times are those of System.nanoTime.
 */
final class LogGate {
    /*
     * The kind is the level with the first characters of the text, digits left out: that is where loggers, and the constant
     * part of a message, stand. So it needs no list, and nobody who adds a line can forget the limit. A message that begins
     * with what a client says makes many kinds; beyond KINDS_MAX in use they count as one.
     */
    private static final int KINDS_MAX = 64;
    private static final int KIND_CHARS = 40;
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final int INFO_BURST = 50;

    /** How often one kind may pass. */
    private static final class Allowance {
        final LogLevel level;
        final String kind;
        private final int burst;
        /** When one more is earned, counted from the first of a burst: a full allowance is never in the future. */
        private long paidNanos;
        long leftOut;

        Allowance(LogLevel level, String kind, long nowNanos) {
            this.level = level;
            this.kind = kind;
            this.burst = level == LogLevel.INFO ? INFO_BURST : 1;
            this.paidNanos = nowNanos;
        }

        boolean take(long nowNanos) {
            if (paidNanos - nowNanos > (burst - 1) * INTERVAL_NANOS) {
                return false;
            }
            paidNanos = INTERVAL_NANOS + (paidNanos - nowNanos > 0 ? paidNanos : nowNanos);
            return true;
        }

        boolean isUnused(long nowNanos) {
            return leftOut == 0 && paidNanos - nowNanos <= 0;
        }
    }

    private final Map<String, Allowance> kinds = new HashMap<>();
    private final Allowance others = new Allowance(LogLevel.WARN, "log - lines of many kinds", System.nanoTime());
    private boolean hasLeftOut;

    /** Whether a line may pass: how many of its kind have been left out since the last that did, or -1 if it may not. */
    long admit(LogLevel level, byte[] text, int length, long nowNanos) {
        if (level.compareTo(LogLevel.INFO) > 0) {
            return 0;
        }
        Allowance allowance = allowance(level, kind(text, length), nowNanos);
        if (!allowance.take(nowNanos)) {
            allowance.leftOut++;
            hasLeftOut = true;
            return -1;
        }
        long leftOut = allowance.leftOut;
        allowance.leftOut = 0;
        return leftOut;
    }

    private Allowance allowance(LogLevel level, String kind, long nowNanos) {
        Allowance allowance = kinds.get(kind);
        if (allowance == null) {
            if (kinds.size() >= KINDS_MAX) {
                kinds.values().removeIf(each -> each.isUnused(nowNanos));
            }
            if (kinds.size() >= KINDS_MAX) {
                return others;
            }
            allowance = new Allowance(level, kind, nowNanos);
            kinds.put(kind, allowance);
        }
        return allowance;
    }

    private static String kind(byte[] text, int length) {
        StringBuilder kind = new StringBuilder(KIND_CHARS);
        for (int i = 0; i < length && text[i] != '\n' && kind.length() < KIND_CHARS; i++) {
            if (text[i] < '0' || text[i] > '9') {
                kind.append(text[i] < ' ' ? '?' : (char) text[i]); // a byte that is no ASCII is less than zero
            }
        }
        return kind.toString();
    }

    /** Whether there is something left out that nobody has been told. */
    boolean hasLeftOut() {
        return hasLeftOut;
    }

    /**
     * A line for each kind of which lines were left out and none has come since, as far as one is due; they count as of that
     * kind.
     */
    List<LogRecord> dueCounts(long nowNanos, long millis) {
        List<LogRecord> counts = new ArrayList<>();
        hasLeftOut = false;
        for (Allowance each : kinds.values()) {
            addCount(each, nowNanos, millis, counts);
        }
        addCount(others, nowNanos, millis, counts);
        return counts;
    }

    private void addCount(Allowance each, long nowNanos, long millis, List<LogRecord> counts) {
        if (each.leftOut > 0 && each.take(nowNanos)) {
            String level = each.level + " ";
            String kind = each.kind.startsWith(level) ? each.kind.substring(level.length()) : each.kind;
            counts.add(new LogRecord(millis, each.level, (kind + "...").getBytes(StandardCharsets.US_ASCII), each.leftOut));
            each.leftOut = 0;
        }
        hasLeftOut |= each.leftOut > 0;
    }
}
