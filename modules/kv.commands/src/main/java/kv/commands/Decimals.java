package kv.commands;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decimal fractions as INCRBYFLOAT reads and writes them: the range is that of a long double of x86, what is written can be read.
 */
final class Decimals {
    /**
     * A longer text is taken for no number, as by Redis: bounds the arithmetic that a client can ask for. All sums are shorter.
     */
    static final int BYTES_MAX = 5 * 1024 - 1;
    /** Stands for what can be read, but not be added to; of either sign. */
    static final BigDecimal INFINITE = new BigDecimal("1e9999");

    private static final int FRACTION_DIGITS = 17;
    static final BigDecimal LARGEST = new BigDecimal("1.18973149535723176502e4932");
    /** What is smaller and not zero would be read as zero, which is an error. */
    private static final BigDecimal SMALLEST = new BigDecimal("1.82259976594123730126e-4951");
    private static final Pattern INFINITY = Pattern.compile("[+-]?inf(inity)?", Pattern.CASE_INSENSITIVE);
    /** Beyond what any number in the range has, with digits before it as long as a text may be. */
    private static final int BINARY_EXPONENT_MAX = 40_000;
    private static final Pattern HEXADECIMAL =
            Pattern.compile("([+-]?)0[xX]([0-9a-fA-F]*+)(?:\\.([0-9a-fA-F]*+))?(?:[pP]([+-]?[0-9]{1,9}))?");
    private static final Pattern ZERO = Pattern.compile("[+-]?(0++(\\.0*+)?+|\\.0++)([eE][+-]?[0-9]++)?");

    private Decimals() {
    }

    /** The number written there, perhaps INFINITE, or null where there is none. */
    static BigDecimal parse(ByteBuffer bytes, int start, int length) {
        if (length == 0 || length > BYTES_MAX) {
            return null;
        }
        byte[] copy = new byte[length];
        bytes.get(start, copy);
        String text = new String(copy, StandardCharsets.ISO_8859_1);
        if (INFINITY.matcher(text).matches()) {
            return INFINITE;
        }
        if (ZERO.matcher(text).matches()) {
            return BigDecimal.ZERO; // whatever its exponent
        }
        try {
            Matcher hexadecimal = HEXADECIMAL.matcher(text);
            return inRange(hexadecimal.matches() ? ofHexadecimal(hexadecimal) : new BigDecimal(text));
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static BigDecimal inRange(BigDecimal number) {
        BigDecimal size = number.abs();
        return size.signum() != 0 && (size.compareTo(LARGEST) > 0 || size.compareTo(SMALLEST) < 0) ? null : number;
    }

    /** As C has them: the digits are of base 16, the exponent is one of 2. */
    private static BigDecimal ofHexadecimal(Matcher parts) {
        String whole = parts.group(2);
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        if (whole.isEmpty() && fraction.isEmpty()) {
            throw new NumberFormatException("no digits");
        }
        BigInteger digits = new BigInteger(whole + fraction, 16);
        if (digits.signum() == 0) {
            return BigDecimal.ZERO;
        }
        long exponent = (parts.group(4) == null ? 0 : Long.parseLong(parts.group(4))) - 4L * fraction.length();
        if (Math.abs(exponent) > BINARY_EXPONENT_MAX) {
            throw new NumberFormatException("exponent " + exponent);
        }
        BigDecimal power = BigDecimal.valueOf(2).pow((int) Math.abs(exponent));
        BigDecimal size = exponent < 0 ? new BigDecimal(digits).divide(power) : new BigDecimal(digits).multiply(power);
        return parts.group(1).equals("-") ? size.negate() : size;
    }

    /** The sum, rounded, without exponent or trailing zeros; null if it is infinite. */
    static byte[] sum(BigDecimal one, BigDecimal other) {
        if (one == INFINITE || other == INFINITE) {
            return null;
        }
        BigDecimal sum = rounded(one.add(other));
        return sum.abs().compareTo(LARGEST) > 0 ? null : text(sum).getBytes(StandardCharsets.US_ASCII);
    }

    /** To as many digits behind the point as are kept. */
    static BigDecimal rounded(BigDecimal number) {
        return number.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN);
    }

    /** Rounded, without exponent or trailing zeros. */
    static String text(BigDecimal number) {
        BigDecimal plain = rounded(number).stripTrailingZeros();
        return plain.signum() == 0 ? "0" : plain.toPlainString();
    }
}
