package kv.bench;

/**
 * Which key a request is for: all are as likely, or the k-th in proportion to 1 / k^skew. A function of a random number, without
 * state.
 *
 * <p>Zipf's keys by the approximation of Gray and others ("Quickly generating billion-record synthetic databases", 1994): two
 * powers at most, and no table, which for millions of keys would cost the cache misses that the server is to have for itself.
 */
final class KeyChoice {
    private final int keys;
    private final double skew;
    private final double zeta;
    private final double exponent;
    private final double eta;

    KeyChoice(int keys, double skew) {
        this.keys = keys;
        this.skew = skew;
        this.zeta = skew == 0 ? 0 : zeta(keys, skew);
        this.exponent = 1 / (1 - skew);
        this.eta = skew == 0 ? 0 : (1 - Math.pow(2.0 / keys, 1 - skew)) / (1 - zeta(2, skew) / zeta);
    }

    /** The number of a key, from 0 on; with a skew the most likely first. */
    int key(long random) {
        if (skew == 0) {
            return (int) ((random >>> 33) * keys >>> 31);
        }
        double uniform = (random >>> 11) * 0x1p-53;
        double part = uniform * zeta;
        if (part < 1) {
            return 0;
        }
        if (part < 1 + Math.pow(0.5, skew)) {
            return Math.min(1, keys - 1);
        }
        return Math.min(keys - 1, (int) (keys * Math.pow(eta * uniform - eta + 1, exponent)));
    }

    private static double zeta(int count, double skew) {
        double sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += Math.pow(i, -skew);
        }
        return sum;
    }
}
