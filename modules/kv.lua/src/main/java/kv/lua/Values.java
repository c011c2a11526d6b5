package kv.lua;

/**
 * Types and conversions of values: null is nil; then Boolean, Double, {@link LuaString}, {@link LuaTable} …
 */
final class Values {

    private static final double TWO_TO_63 = 0x1p63;

    private Values() {
    }

    static String typeName(Object value) {
        if (value == null) {
            return "nil";
        }
        if (value instanceof LuaString) {
            return "string";
        }
        if (value instanceof Double) {
            return "number";
        }
        if (value instanceof LuaTable) {
            return "table";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        if (value instanceof LuaFunction) {
            return "function";
        }
        return value instanceof LuaState ? "thread" : "userdata";
    }

    static boolean isTrue(Object value) {
        return value != null && value != Boolean.FALSE;
    }

    static boolean rawEquals(Object a, Object b) {
        if (a == b) {
            return !(a instanceof Double number && number.isNaN());
        }
        if (a instanceof Double x && b instanceof Double y) {
            return x.doubleValue() == y.doubleValue();
        }
        return a instanceof LuaString s && b instanceof LuaString t && s.sameAs(t);
    }

    /** @return null if it is neither a number nor a text of one */
    static Double toNumber(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        return value instanceof LuaString text ? NumberText.parse(text) : null;
    }

    /** As a C compiler of x86-64 casts a double to a 64-bit integer: what does not fit is the smallest. */
    static long toLong(double number) {
        if (number >= -TWO_TO_63 && number < TWO_TO_63) {
            return (long) number;
        }
        return Long.MIN_VALUE;
    }

    /** As such a compiler casts to an unsigned integer. */
    static long toUnsigned(double number) {
        return number >= TWO_TO_63 ? toLong(number - TWO_TO_63) ^ Long.MIN_VALUE : toLong(number);
    }

    /** Of a string or a number; null of anything else. */
    static LuaString toLuaString(LuaState state, Object value) {
        if (value instanceof LuaString string) {
            return string;
        }
        if (value instanceof Double number) {
            String text = NumberText.show(number);
            state.quota.chargeString(text.length());
            return LuaString.ofLatin(text);
        }
        return null;
    }

    /** {@code type: 0x…}: what stands for an address is this run's number of the object. */
    static String address(Quota quota, Object value) {
        int identity = value instanceof HeapObject object ? quota.identityOf(object) : 0;
        return typeName(value) + ": 0x" + String.format("%012x", 0x5500_0000_0000L + 32L * identity);
    }
}
