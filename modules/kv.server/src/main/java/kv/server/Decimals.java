package kv.server;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Decimal fractions as INCRBYFLOAT reads and writes them. */
final class Decimals {
    /** A longer text is taken for no number: bounds the arithmetic that a client can ask for. */
    static final int BYTES_MAX = 512;
    private static final int FRACTION_DIGITS = 17;
    /** Of the largest long double. */
    private static final int EXPONENT_MAX = 4932;

    private Decimals() {
    }

    /** The number written there, or null where there is none. */
    static BigDecimal parse(ByteBuffer bytes, int start, int length) {
        if (length == 0 || length > BYTES_MAX) return null;
        byte[] copy = new byte[length];
        bytes.get(start, copy);
        try {
            BigDecimal number = new BigDecimal(new String(copy, StandardCharsets.ISO_8859_1));
            return Math.abs((long) number.precision() - number.scale()) > EXPONENT_MAX ? null : number;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** Whether Redis would take this text for an infinite number: it can be read, but not added. */
    static boolean isInfinity(String text) {
        return text.toLowerCase(Locale.ROOT).matches("[+-]?inf(inity)?");
    }

    /** Without exponent or trailing zeros. */
    static String text(BigDecimal number) {
        BigDecimal rounded = number.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }
}
