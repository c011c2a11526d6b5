package kv.lua;

/** {@code bit}: operations on 32 bits, as LuaJIT's. */
final class BitLibrary {

    private static final double ROUNDING = 6755399441055744.0;

    private BitLibrary() {
    }

    private interface Operator {
        int apply(int a, int b);
    }

    static void open(Globals.Builder to) {
        to.function("bit", "tobit", s -> result(s, argument(s, 1))).function("bit", "bnot", s -> result(s, ~argument(s, 1)))
                .function("bit", "bswap", s -> result(s, Integer.reverseBytes(argument(s, 1)))).function("bit", "tohex",
                        BitLibrary::toHex);
        all(to, "band", (a, b) -> a & b);
        all(to, "bor", (a, b) -> a | b);
        all(to, "bxor", (a, b) -> a ^ b);
        shift(to, "lshift", (a, b) -> a << b);
        shift(to, "rshift", (a, b) -> a >>> b);
        shift(to, "arshift", (a, b) -> a >> b);
        shift(to, "rol", Integer::rotateLeft);
        shift(to, "ror", Integer::rotateRight);
    }

    private static int argument(LuaState s, int number) {
        Double value = Values.toNumber(s.argument(number));
        if (value == null) {
            throw Arguments.typeError(s, number, "number");
        }
        // The sum leaves the integer in the low bits of the mantissa, rounded to even, whatever the size.
        return (int) Double.doubleToRawLongBits(value + ROUNDING);
    }

    private static int result(LuaState s, int bits) {
        s.push(bits);
        return 1;
    }

    private static void all(Globals.Builder to, String name, Operator operator) {
        to.function("bit", name, s -> {
            int bits = argument(s, 1);
            for (int i = s.argumentCount(); i > 1; i--) {
                bits = operator.apply(bits, argument(s, i));
            }
            return result(s, bits);
        });
    }

    private static void shift(Globals.Builder to, String name, Operator operator) {
        to.function("bit", name, s -> {
            int bits = argument(s, 1);
            return result(s, operator.apply(bits, argument(s, 2) & 31));
        });
    }

    private static int toHex(LuaState s) {
        int bits = argument(s, 1);
        int digits = s.isNone(2) ? 8 : argument(s, 2);
        boolean upper = digits < 0;
        int count = digits == Integer.MIN_VALUE ? 8 : Math.min(8, Math.abs(digits));
        String hex = String.format(upper ? "%08X" : "%08x", bits).substring(8 - count);
        s.pushText(hex);
        return 1;
    }
}
