package kv.protocol;

import java.nio.ByteBuffer;

/** Decimal numbers in buffers, without objects. Stateless; any thread. */
public final class Numbers {

    /** The most bytes that a {@code long} takes in decimal, its sign included. */
    public static final int LONG_BYTES_MAX = 20;

    private Numbers() {
    }

    /** Puts {@code value} in decimal at {@code out}'s position. REQUIRES: {@link #LONG_BYTES_MAX} bytes remaining. */
    public static void append(ByteBuffer out, long value) {
        if (value >= 0 && value < 10) {
            out.put((byte) ('0' + value));
            return;
        }
        // Counted down from zero, because Long.MIN_VALUE has no positive counterpart.
        long rest = value;
        if (value < 0) {
            out.put((byte) '-');
        } else {
            rest = -value;
        }
        int end = out.position() + digits(rest);
        int at = end;
        while (rest <= -10) {
            long quotient = rest / 10;
            out.put(--at, (byte) ('0' + (quotient * 10 - rest)));
            rest = quotient;
        }
        out.put(--at, (byte) ('0' - rest));
        out.position(end);
    }

    private static int digits(long negative) {
        int digits = 1;
        for (long bound = -10; negative <= bound; bound *= 10) {
            digits++;
            if (digits == 19) {
                break;
            }
        }
        return digits;
    }

    /**
     * The number that is written at {@code start}, or {@code otherwise} where those bytes are not exactly the one decimal form
     * of a {@code long}: an optional minus, then digits; no plus, blank, leading zero, "-0" or overflow.
     *
     * <p>A caller for whom every {@code long} is meaningful asks twice, with different values of {@code otherwise}.
     */
    public static long parse(ByteBuffer in, int start, int length, long otherwise) {
        if (length == 0 || length > LONG_BYTES_MAX) {
            return otherwise;
        }
        int at = start;
        int end = start + length;
        boolean negative = in.get(at) == '-';
        if (negative) {
            at++;
        }
        if (at == end) {
            return otherwise;
        }
        if (in.get(at) == '0') {
            return length == 1 ? 0 : otherwise;
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = in.get(at) - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return otherwise;
            }
            long tenfold = value * 10;
            if (tenfold < Long.MIN_VALUE + digit) {
                return otherwise;
            }
            value = tenfold - digit;
        }
        if (negative) {
            return value;
        }
        return value == Long.MIN_VALUE ? otherwise : -value;
    }
}
