package kv.lua;

/** {@code struct}: bytes laid out as C does. */
final class StructLibrary {

    private static final int INTEGER_MAX = 32;
    private static final int ALIGNMENT_DEFAULT = 8;

    private StructLibrary() {
    }

    static void open(Globals.Builder to) {
        to.function("struct", "pack", s -> new Layout(s).pack()).function("struct", "unpack", s -> new Layout(s).unpack())
                .function("struct", "size", s -> new Layout(s).size());
    }

    /** Reads one format. */
    private static final class Layout {

        private final LuaState s;
        private final LuaString format;
        private final int formatEnd;
        private int position;
        private boolean little = true;
        private int alignment = 1;

        Layout(LuaState s) {
            this.s = s;
            format = s.checkString(1);
            formatEnd = format.untilNul().length();
        }

        private int number(int ifAbsent) {
            if (position >= formatEnd || !Lexer.isDigit(format.at(position))) {
                return ifAbsent;
            }
            long value = 0;
            do {
                value = value * 10 + format.at(position++) - '0';
                if (value > Integer.MAX_VALUE) {
                    throw s.error("integral size overflow");
                }
            } while (position < formatEnd && Lexer.isDigit(format.at(position)));
            return (int) value;
        }

        private int sizeOf(int option) {
            switch (option) {
                case 'B', 'b', 'x' -> {
                    return 1;
                }
                case 'H', 'h' -> {
                    return 2;
                }
                case 'L', 'l', 'T', 'd' -> {
                    return 8;
                }
                case 'f' -> {
                    return 4;
                }
                case 'c' -> {
                    return number(1);
                }
                case 'i', 'I' -> {
                    int size = number(4);
                    if (size > INTEGER_MAX) {
                        throw s.error("integral size " + size + " is larger than limit of " + INTEGER_MAX);
                    }
                    return size;
                }
                default -> {
                    return 0;
                }
            }
        }

        private int padding(long at, int option, int size) {
            if (size == 0 || option == 'c') {
                return 0;
            }
            int to = Math.min(size, alignment);
            return to - (int) (at & to - 1) & to - 1;
        }

        private void control(int option) {
            switch (option) {
                case ' ' -> { }
                case '>' -> little = false;
                case '<' -> little = true;
                case '!' -> {
                    int wanted = number(ALIGNMENT_DEFAULT);
                    if (wanted <= 0 || (wanted & wanted - 1) != 0) {
                        throw s.error("alignment " + wanted + " is not a power of 2");
                    }
                    alignment = wanted;
                }
                default -> throw s.argumentError(1, "invalid format option '" + (char) option + "'");
            }
        }

        int pack() {
            int argument = 2;
            long total = 0;
            // A mark that Redis's own puts behind the arguments; messages call it nil where it stands for one.
            s.push(null);
            try (ByteSink out = new ByteSink(s.quota)) {
                while (position < formatEnd) {
                    int option = format.at(position++);
                    int size = sizeOf(option);
                    int padding = padding(total, option, size);
                    total += padding;
                    for (int i = 0; i < padding; i++) {
                        out.add(0);
                    }
                    switch (option) {
                        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> putInteger(out, s.checkNumber(argument++), size);
                        case 'x' -> out.add(0);
                        case 'f' -> putBits(out, Float.floatToRawIntBits((float) s.checkNumber(argument++)) & 0xffffffffL, 4);
                        case 'd' -> putBits(out, Double.doubleToRawLongBits(s.checkNumber(argument++)), 8);
                        case 'c', 's' -> {
                            LuaString string = s.checkString(argument++);
                            size = size == 0 ? string.length() : size;
                            if (string.length() < size) {
                                throw s.argumentError(argument, "string too short");
                            }
                            out.add(string.bytes, 0, size);
                            if (option == 's') {
                                out.add(0);
                                size++;
                            }
                        }
                        default -> control(option);
                    }
                    total += size;
                }
                s.push(out.toLuaString());
            }
            return 1;
        }

        private void putInteger(ByteSink out, double number, int size) {
            putBits(out, Values.toUnsigned(number), size);
        }

        private void putBits(ByteSink out, long value, int size) {
            for (int i = 0; i < size; i++) {
                int place = little ? i : size - 1 - i;
                out.add(place >= 8 ? 0 : (int) (value >>> 8 * place));
            }
        }

        private void checkData(LuaString data, long at, long size) {
            if (size > data.length() || at > data.length() - size) {
                throw s.argumentError(2, "data string too short");
            }
        }

        int unpack() {
            LuaString data = s.checkString(2);
            long at = StringLibrary.optionalLong(s, 3, 1);
            if (at <= 0) {
                throw s.argumentError(3, "offset must be 1 or greater");
            }
            at--;
            int results = 0;
            while (position < formatEnd) {
                int option = format.at(position++);
                long size = sizeOf(option);
                at += padding(at, option, (int) size);
                checkData(data, at, size);
                s.checkRoom(2, "too many results");
                switch (option) {
                    case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> {
                        s.push(integer(data, (int) at, (int) size, option >= 'a'));
                        results++;
                    }
                    case 'x' -> { }
                    case 'f' -> {
                        s.push(Float.intBitsToFloat((int) bits(data, (int) at, 4)));
                        results++;
                    }
                    case 'd' -> {
                        s.push(Double.longBitsToDouble(bits(data, (int) at, 8)));
                        results++;
                    }
                    case 'c' -> {
                        if (size == 0) {
                            Double previous = results == 0 ? null : Values.toNumber(s.stack[s.top - 1]);
                            if (previous == null) {
                                throw s.error("format 'c0' needs a previous size");
                            }
                            size = Values.toUnsigned(previous);
                            s.pop();
                            results--;
                            if (size < 0) {
                                throw s.argumentError(2, "data string too short");
                            }
                            checkData(data, at, size);
                        }
                        s.pushBytes(data.bytes, (int) at, (int) (at + size));
                        results++;
                    }
                    case 's' -> {
                        int end = (int) at;
                        while (end < data.length() && data.at(end) != 0) {
                            end++;
                        }
                        if (end == data.length()) {
                            throw s.error("unfinished string in data");
                        }
                        size = end - at + 1;
                        s.pushBytes(data.bytes, (int) at, end);
                        results++;
                    }
                    default -> control(option);
                }
                at += size;
            }
            s.push(at + 1);
            return results + 1;
        }

        private long bits(LuaString data, int at, int size) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value = value << 8 | data.at(little ? at + size - 1 - i : at + i);
            }
            return value;
        }

        private double integer(LuaString data, int at, int size, boolean signed) {
            long value = bits(data, at, size);
            if (signed) {
                int unused = 64 - 8 * size & 63;
                return size == 0 ? value : value << unused >> unused;
            }
            return value >= 0 ? value : (double) (value >>> 1 | value & 1) * 2;
        }

        int size() {
            long at = 0;
            while (position < formatEnd) {
                int option = format.at(position++);
                int size = sizeOf(option);
                at += padding(at, option, size);
                if (option == 's') {
                    throw s.argumentError(1, "option 's' has no fixed size");
                } else if (option == 'c' && size == 0) {
                    throw s.argumentError(1, "option 'c0' has no fixed size");
                }
                if (!Lexer.isAlpha(option) && !Lexer.isDigit(option)) {
                    control(option);
                }
                at += size;
            }
            s.push(at);
            return 1;
        }
    }
}
