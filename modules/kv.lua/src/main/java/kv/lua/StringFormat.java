package kv.lua;

/** {@code string.format}: C's {@code printf}, as far as Lua lets it through. */
final class StringFormat {

    private static final String FLAGS = "-+ #0";
    private static final int LONG_STRING = 100;

    private final LuaState s;
    private final LuaString format;
    private int position;
    private boolean left;
    private boolean plus;
    private boolean blank;
    private boolean alternate;
    private boolean zeros;
    private int width;
    /** -1 if none is given. */
    private int precision;

    private StringFormat(LuaState s, LuaString format) {
        this.s = s;
        this.format = format;
    }

    static int format(LuaState s) {
        new StringFormat(s, s.checkString(1)).run();
        return 1;
    }

    private int at(int index) {
        return index < format.length() ? format.at(index) : 0;
    }

    private void run() {
        int arguments = s.argumentCount();
        int argument = 1;
        try (ByteSink out = new ByteSink(s.quota)) {
            while (position < format.length()) {
                int c = format.at(position++);
                if (c != '%') {
                    out.add(c);
                } else if (at(position) == '%') {
                    out.add('%');
                    position++;
                } else {
                    if (++argument > arguments) {
                        throw s.argumentError(argument, "no value");
                    }
                    readSpecification();
                    convert(out, at(position++), argument);
                }
            }
            s.push(out.toLuaString());
        }
    }

    private void readSpecification() {
        left = false;
        plus = false;
        blank = false;
        alternate = false;
        zeros = false;
        int start = position;
        for (; position < format.length() && FLAGS.indexOf(at(position)) >= 0; position++) {
            switch (at(position)) {
                case '-' -> left = true;
                case '+' -> plus = true;
                case ' ' -> blank = true;
                case '#' -> alternate = true;
                default -> zeros = true;
            }
        }
        if (position - start > FLAGS.length()) {
            throw s.error("invalid format (repeated flags)");
        }
        width = twoDigits();
        precision = -1;
        if (at(position) == '.') {
            position++;
            precision = twoDigits();
        }
        if (Lexer.isDigit(at(position))) {
            throw s.error("invalid format (width or precision too long)");
        }
    }

    private int twoDigits() {
        int value = 0;
        for (int i = 0; i < 2 && Lexer.isDigit(at(position)); i++) {
            value = value * 10 + at(position++) - '0';
        }
        return value;
    }

    private void convert(ByteSink out, int conversion, int argument) {
        switch (conversion) {
            case 'c' -> {
                int c = (int) Values.toLong(s.checkNumber(argument));
                // C prints into a buffer and takes it up to the first NUL.
                String padded = pad(String.valueOf((char) (c & 0xff)), false);
                int nul = padded.indexOf(0);
                out.addText(nul < 0 ? padded : padded.substring(0, nul));
            }
            case 'd', 'i' -> out.addText(integer(Values.toLong(s.checkNumber(argument))));
            case 'u', 'o', 'x', 'X' -> out.addText(unsigned(Values.toUnsigned(s.checkNumber(argument)), conversion));
            case 'e', 'E', 'f', 'g', 'G' -> out.addText(floating(s.checkNumber(argument), conversion));
            case 'q' -> quoted(out, s.checkString(argument));
            case 's' -> string(out, s.checkString(argument));
            default -> throw s.error("invalid option '%" + (conversion == 0 ? "" : String.valueOf((char) conversion))
                    + "' to 'format'");
        }
    }

    private String sign(boolean negative) {
        return negative ? "-" : plus ? "+" : blank ? " " : "";
    }

    private String withPrecision(String digits, long value) {
        if (precision == 0 && value == 0) {
            return "";
        }
        return precision > digits.length() ? "0".repeat(precision - digits.length()) + digits : digits;
    }

    private String integer(long value) {
        String digits = value < 0 ? Long.toUnsignedString(-value) : Long.toString(value);
        return padNumber(sign(value < 0), withPrecision(digits, value), precision < 0);
    }

    private String unsigned(long value, int conversion) {
        String digits;
        String prefix = "";
        switch (conversion) {
            case 'u' -> digits = withPrecision(Long.toUnsignedString(value), value);
            case 'o' -> {
                digits = withPrecision(Long.toOctalString(value), value);
                if (alternate && !digits.startsWith("0")) {
                    digits = "0" + digits;
                }
            }
            default -> {
                digits = withPrecision(Long.toHexString(value), value);
                prefix = alternate && value != 0 ? "0x" : "";
                if (conversion == 'X') {
                    digits = digits.toUpperCase(java.util.Locale.ROOT);
                    prefix = prefix.toUpperCase(java.util.Locale.ROOT);
                }
            }
        }
        return padNumber(prefix, digits, precision < 0);
    }

    private String floating(double number, int conversion) {
        boolean negative = Double.doubleToRawLongBits(number) < 0;
        boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
        int decimals = precision < 0 ? 6 : precision;
        String text;
        if (!finite) {
            text = NumberText.notFinite(number);
        } else {
            text = switch (conversion | 32) {
                case 'e' -> NumberText.scientific(number, decimals, alternate);
                case 'f' -> NumberText.fixed(number, decimals, alternate);
                default -> NumberText.general(number, decimals, alternate);
            };
        }
        String digits = text.startsWith("-") ? text.substring(1) : text;
        if (conversion < 'a') {
            digits = digits.toUpperCase(java.util.Locale.ROOT);
        }
        return padNumber(sign(negative), digits, finite);
    }

    private String padNumber(String prefix, String digits, boolean mayFillWithZeros) {
        int missing = width - prefix.length() - digits.length();
        if (missing <= 0) {
            return prefix + digits;
        }
        if (left) {
            return prefix + digits + " ".repeat(missing);
        }
        return zeros && mayFillWithZeros ? prefix + "0".repeat(missing) + digits : " ".repeat(missing) + prefix + digits;
    }

    private String pad(String text, boolean withZeros) {
        int missing = width - text.length();
        if (missing <= 0) {
            return text;
        }
        String fill = (withZeros && !left ? "0" : " ").repeat(missing);
        return left ? text + fill : fill + text;
    }

    private void string(ByteSink out, LuaString string) {
        if (precision < 0 && string.length() >= LONG_STRING) {
            out.add(string);
            return;
        }
        int length = 0;
        int limit = precision < 0 ? string.length() : Math.min(precision, string.length());
        while (length < limit && string.at(length) != 0) {
            length++;
        }
        out.addText(pad(LuaString.copyOf(string.bytes, 0, length).toString(), false));
    }

    private static void quoted(ByteSink out, LuaString string) {
        out.add('"');
        for (int i = 0; i < string.length(); i++) {
            int c = string.at(i);
            switch (c) {
                case '"', '\\', '\n' -> {
                    out.add('\\');
                    out.add(c);
                }
                case '\r' -> out.addText("\\r");
                case 0 -> out.addText("\\000");
                default -> out.add(c);
            }
        }
        out.add('"');
    }
}
