package kv.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Numbers as text, both ways, as C's {@code strtod} and {@code printf} do it. */
final class NumberText {

    private static final int SHOWN_DIGITS = 14;
    private static final double INTEGER_MAX = 1e14;

    private NumberText() {
    }

    /** {@code %.14g}. */
    static String show(double number) {
        if (number == (long) number && Math.abs(number) < INTEGER_MAX) {
            long integer = (long) number;
            return integer == 0 && 1 / number < 0 ? "-0" : Long.toString(integer);
        }
        return general(number, SHOWN_DIGITS);
    }

    /** {@code %.<digits>g}. */
    static String general(double number, int digits) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return notFinite(number);
        }
        return general(number, digits, false);
    }

    static String notFinite(double number) {
        String sign = Double.doubleToRawLongBits(number) < 0 ? "-" : "";
        return sign + (Double.isNaN(number) ? "nan" : "inf");
    }

    static String general(double number, int digits, boolean keepZeros) {
        int precision = Math.max(1, digits);
        if (number == 0) {
            String zero = 1 / number < 0 ? "-0" : "0";
            return keepZeros && precision > 1 ? zero + "." + "0".repeat(precision - 1) : zero;
        }
        BigDecimal rounded = rounded(number, precision);
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= precision) {
            return scientific(rounded, precision - 1, !keepZeros, keepZeros);
        }
        String plain = rounded.setScale(Math.max(0, precision - 1 - exponent), RoundingMode.HALF_EVEN).toPlainString();
        return keepZeros ? plain.indexOf('.') < 0 ? plain + "." : plain : withoutTrailingZeros(plain);
    }

    private static BigDecimal rounded(double number, int precision) {
        return new BigDecimal(number).round(new MathContext(precision, RoundingMode.HALF_EVEN));
    }

    private static String withoutTrailingZeros(String plain) {
        if (plain.indexOf('.') < 0) {
            return plain;
        }
        int end = plain.length();
        while (plain.charAt(end - 1) == '0') {
            end--;
        }
        return plain.substring(0, plain.charAt(end - 1) == '.' ? end - 1 : end);
    }

    /** {@code %.<decimals>e} of a finite number. */
    static String scientific(double number, int decimals, boolean alternate) {
        if (number == 0) {
            String sign = 1 / number < 0 ? "-0" : "0";
            return sign + (decimals > 0 ? "." + "0".repeat(decimals) : alternate ? "." : "") + "e+00";
        }
        return scientific(rounded(number, decimals + 1), decimals, false, alternate);
    }

    private static String scientific(BigDecimal rounded, int decimals, boolean stripZeros, boolean alternate) {
        int exponent = rounded.precision() - rounded.scale() - 1;
        StringBuilder digits = new StringBuilder(rounded.unscaledValue().abs().toString());
        while (digits.length() < decimals + 1) {
            digits.append('0');
        }
        digits.setLength(decimals + 1);
        String mantissa = decimals > 0 ? digits.insert(1, '.').toString() : digits + (alternate ? "." : "");
        if (stripZeros) {
            mantissa = withoutTrailingZeros(mantissa);
        }
        int size = Math.abs(exponent);
        return (rounded.signum() < 0 ? "-" : "") + mantissa + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
    }

    /** {@code %.<decimals>f} of a finite number. */
    static String fixed(double number, int decimals, boolean alternate) {
        String plain = new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).abs().toPlainString();
        boolean negative = Double.doubleToRawLongBits(number) < 0;
        return (negative ? "-" : "") + plain + (alternate && decimals == 0 ? "." : "");
    }

    // Reading.

    /** The whole of the text, blanks around it allowed. @return null if it is no number */
    static Double parse(byte[] text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Lexer.isSpace(text[start])) {
            start++;
        }
        while (end > start && Lexer.isSpace(text[end - 1])) {
            end--;
        }
        double small = smallInteger(text, start, end);
        if (small >= 0) {
            return small;
        }
        NumberPrefix prefix = new NumberPrefix(text, start, end);
        return prefix.end == end && end > start ? (Double) prefix.value : null;
    }

    private static double smallInteger(byte[] text, int start, int end) {
        if (end - start > 15 || start == end) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    static Double parse(LuaString text) {
        return parse(text.bytes, 0, text.bytes.length);
    }

    /** The longest beginning of a text that {@code strtod} takes for a number. */
    static final class NumberPrefix {

        double value;
        /** Where the number ends; the start if there is none. */
        int end;

        NumberPrefix(byte[] text, int start, int limit) {
            end = start;
            int at = start;
            boolean negative = false;
            if (at < limit && (text[at] == '-' || text[at] == '+')) {
                negative = text[at++] == '-';
            }
            if (matches(text, at, limit, "inf")) {
                end = matches(text, at, limit, "infinity") ? at + 8 : at + 3;
                value = Double.POSITIVE_INFINITY;
            } else if (matches(text, at, limit, "nan")) {
                end = at + 3;
                value = Double.NaN;
            } else if (matches(text, at, limit, "0x") && hexadecimal(text, at + 2, limit)) {
                // value and end are set
            } else {
                decimal(text, at, limit);
            }
            if (negative) {
                value = -value;
            }
        }

        private static boolean matches(byte[] text, int at, int limit, String word) {
            if (limit - at < word.length()) {
                return false;
            }
            for (int i = 0; i < word.length(); i++) {
                int c = text[at + i];
                if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private void decimal(byte[] text, int start, int limit) {
            int at = start;
            int digits = 0;
            while (at < limit && Lexer.isDigit(text[at])) {
                at++;
                digits++;
            }
            if (at < limit && text[at] == '.') {
                at++;
                while (at < limit && Lexer.isDigit(text[at])) {
                    at++;
                    digits++;
                }
            }
            if (digits == 0) {
                return;
            }
            if (at < limit && (text[at] == 'e' || text[at] == 'E')) {
                int exponent = at + 1;
                if (exponent < limit && (text[exponent] == '-' || text[exponent] == '+')) {
                    exponent++;
                }
                if (exponent < limit && Lexer.isDigit(text[exponent])) {
                    while (exponent < limit && Lexer.isDigit(text[exponent])) {
                        exponent++;
                    }
                    at = exponent;
                }
            }
            end = at;
            value = Double.parseDouble(latin(text, start, at));
        }

        private static String latin(byte[] text, int from, int to) {
            return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        }

        private boolean hexadecimal(byte[] text, int start, int limit) {
            int at = start;
            int digits = 0;
            double number = 0;
            long kept = 0;
            int exponent = 0;
            boolean sticky = false;
            boolean afterPoint = false;
            for (; at < limit; at++) {
                int digit = Character.digit(text[at], 16);
                if (text[at] == '.' && !afterPoint) {
                    afterPoint = true;
                    continue;
                }
                if (digit < 0) {
                    break;
                }
                digits++;
                if (kept >>> 58 == 0) {
                    kept = kept << 4 | digit;
                    exponent -= afterPoint ? 4 : 0;
                } else {
                    sticky |= digit != 0;
                    exponent += afterPoint ? 0 : 4;
                }
            }
            if (digits == 0) {
                return false;
            }
            end = at;
            if (at < limit && (text[at] == 'p' || text[at] == 'P')) {
                int power = at + 1;
                boolean negative = false;
                if (power < limit && (text[power] == '-' || text[power] == '+')) {
                    negative = text[power++] == '-';
                }
                if (power < limit && Lexer.isDigit(text[power])) {
                    int scale = 0;
                    while (power < limit && Lexer.isDigit(text[power])) {
                        scale = Math.min(1 << 28, scale * 10 + text[power++] - '0');
                    }
                    exponent += negative ? -scale : scale;
                    end = power;
                }
            }
            number = Double.parseDouble("0x" + Long.toHexString(kept) + (sticky ? ".1" : "") + "p" + exponent);
            value = number;
            return true;
        }
    }
}
