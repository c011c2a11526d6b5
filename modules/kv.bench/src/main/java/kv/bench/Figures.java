package kv.bench;

import java.util.Locale;

/** Numbers as people read them in tables and pictures. */
final class Figures {
    private Figures() {
    }

    /** 845,000 becomes 845 k; three digits where there are so many. */
    static String compact(double value) {
        if (value >= 1e6) {
            return digits(value / 1e6) + " M";
        }
        if (value >= 1e4) {
            return digits(value / 1e3) + " k";
        }
        return digits(value);
    }

    /** Three digits, no needless zeros: 0.312, 3.1, 31, 312. */
    static String digits(double value) {
        int decimals = value >= 100 || value == 0 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return decimals > 0 ? text.replaceAll("\\.?0+$", "") : text;
    }

    /** 0.97 as "0.97×". */
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f×", value);
    }

    /** 16384 as "16 KiB". */
    static String bytes(double bytes) {
        if (bytes >= 1 << 20) {
            return digits(bytes / (1 << 20)) + " MiB";
        }
        if (bytes >= 1 << 10) {
            return digits(bytes / (1 << 10)) + " KiB";
        }
        return digits(bytes) + " B";
    }

    static String thousands(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
