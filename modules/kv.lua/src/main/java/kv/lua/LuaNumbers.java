package kv.lua;

/** What hosts need to turn numbers of scripts into their own, as C does. */
public final class LuaNumbers {

    private static final int ALL_DIGITS = 17;

    private LuaNumbers() {
    }

    /** {@code %.14g}, as scripts see it. */
    public static String show(double number) {
        return NumberText.show(number);
    }

    /** {@code %.17g}: no digit is lost. */
    public static String showAll(double number) {
        long whole = (long) number;
        if (whole == number && Math.abs(number) < 1e15 && (whole != 0 || 1 / number > 0)) {
            return Long.toString(whole);
        }
        return NumberText.general(number, ALL_DIGITS);
    }

    /** As a C compiler casts to a 64-bit integer: towards zero; what does not fit is the smallest. */
    public static long toLong(double number) {
        return Values.toLong(number);
    }
}
