package kv.lua;

/** Operations that are not over with a look at two values: conversions and metamethods. */
final class Metamethods {

    private static final int CHAIN_MAX = 100;

    private Metamethods() {
    }

    /** Calls a metamethod with two values. @return its first result */
    private static Object call(LuaState s, Object function, Object a, Object b) {
        int at = s.top;
        s.ensureStack(at, 3);
        Object[] stack = s.stack;
        stack[at] = function;
        stack[at + 1] = a;
        stack[at + 2] = b;
        s.top = at + 3;
        Calls.call(s, at, 1);
        s.top = at;
        return s.stack[at];
    }

    private static void callForEffect(LuaState s, Object function, Object a, Object b, Object c) {
        int at = s.top;
        s.ensureStack(at, 4);
        Object[] stack = s.stack;
        stack[at] = function;
        stack[at + 1] = a;
        stack[at + 2] = b;
        stack[at + 3] = c;
        s.top = at + 4;
        Calls.call(s, at, 0);
        s.top = at;
    }

    /** {@code object[key]}. @param stackIndex where the object lies, for messages; -1 if nowhere */
    static Object index(LuaState s, Object object, Object key, int stackIndex) {
        Object at = object;
        int named = stackIndex;
        for (int i = 0; i < CHAIN_MAX; i++) {
            Object handler;
            if (at instanceof LuaTable table) {
                Object value = table.get(key);
                if (value != null) {
                    return value;
                }
                handler = Event.of(table.metatable, Event.INDEX);
                if (handler == null) {
                    return null;
                }
            } else {
                handler = Event.of(s, at, Event.INDEX);
                if (handler == null) {
                    throw Calls.typeError(s, at, named, "index");
                }
            }
            if (handler instanceof LuaFunction) {
                return call(s, handler, at, key);
            }
            at = handler;
            named = -1;
        }
        throw Calls.runtimeError(s, "loop in gettable");
    }

    static void setIndex(LuaState s, Object object, Object key, Object value, int stackIndex) {
        Object at = object;
        int named = stackIndex;
        for (int i = 0; i < CHAIN_MAX; i++) {
            Object handler;
            if (at instanceof LuaTable table) {
                if (table.readOnly) {
                    throw Calls.runtimeError(s, "Attempt to modify a readonly table");
                }
                handler = table.metatable == null || table.get(key) != null ? null : Event.of(table.metatable, Event.NEWINDEX);
                if (handler == null) {
                    rawSet(s, table, key, value);
                    return;
                }
            } else {
                handler = Event.of(s, at, Event.NEWINDEX);
                if (handler == null) {
                    throw Calls.typeError(s, at, named, "index");
                }
            }
            if (handler instanceof LuaFunction) {
                callForEffect(s, handler, at, key, value);
                return;
            }
            at = handler;
            named = -1;
        }
        throw Calls.runtimeError(s, "loop in settable");
    }

    static void rawSet(LuaState s, LuaTable table, Object key, Object value) {
        if (key == null) {
            throw Calls.runtimeError(s, "table index is nil");
        }
        if (key instanceof Double number && number.isNaN()) {
            throw Calls.runtimeError(s, "table index is NaN");
        }
        table.put(key, value);
    }

    /** Into register {@code a}. @return the stack, which may be another one now */
    static Object[] arithmetic(LuaState s, int instruction, int a, Object x, Object y) {
        int op = Op.op(instruction);
        if (x instanceof Double m && y instanceof Double n) {
            Object[] r = s.stack;
            r[a] = Arithmetic.compute(op, m, n);
            return r;
        }
        Double m = Values.toNumber(x);
        Double n = m == null ? null : Values.toNumber(y);
        Object result;
        if (m != null && n != null) {
            result = Arithmetic.compute(op, m, n);
        } else {
            int event = Event.ADD + op - Op.ADD;
            Object handler = Event.of(s, x, event);
            if (handler == null) {
                handler = Event.of(s, y, event);
            }
            if (handler == null) {
                int base = s.frame.base;
                boolean firstFails = m == null;
                int operand = firstFails || op == Op.UNM ? Op.b(instruction) : Op.c(instruction);
                throw Calls.typeError(s, firstFails ? x : y, operand < Op.CONSTANT ? base + operand : -1,
                        "perform arithmetic on");
            }
            result = call(s, handler, x, y);
        }
        Object[] r = s.stack;
        r[a] = result;
        return r;
    }

    static Object length(LuaState s, Object value, int stackIndex) {
        if (value instanceof LuaTable table) {
            return (double) table.length();
        }
        if (value instanceof LuaString string) {
            return (double) string.length();
        }
        Object handler = Event.of(s, value, Event.LEN);
        if (handler == null) {
            throw Calls.typeError(s, value, stackIndex, "get length of");
        }
        return call(s, handler, value, null);
    }

    static boolean equal(LuaState s, Object x, Object y) {
        if (rawEquals(s, x, y)) {
            return true;
        }
        LuaTable first;
        LuaTable second;
        if (x instanceof LuaTable a && y instanceof LuaTable b) {
            first = a.metatable;
            second = b.metatable;
        } else if (x instanceof Userdata a && y instanceof Userdata b) {
            first = a.metatable;
            second = b.metatable;
        } else {
            return false;
        }
        Object handler = Event.of(first, Event.EQ);
        if (handler == null || first != second && !Values.rawEquals(handler, Event.of(second, Event.EQ))) {
            return false;
        }
        return Values.isTrue(call(s, handler, x, y));
    }

    /** Two strings of one length may differ in their last byte only. */
    static boolean rawEquals(LuaState s, Object x, Object y) {
        if (x != y && x instanceof LuaString a && y instanceof LuaString b && a.length() == b.length()) {
            s.quota.spendOn(a.length());
        }
        return Values.rawEquals(x, y);
    }

    private static int compare(LuaState s, LuaString a, LuaString b) {
        s.quota.spendOn(Math.min(a.length(), b.length()));
        return a.compareTo(b);
    }

    static boolean lessThan(LuaState s, Object x, Object y) {
        if (x instanceof Double m && y instanceof Double n) {
            return m < n;
        }
        if (x instanceof LuaString a && y instanceof LuaString b) {
            return compare(s, a, b) < 0;
        }
        if (Values.typeName(x).equals(Values.typeName(y))) {
            Object result = order(s, x, y, Event.LT);
            if (result != NO_HANDLER) {
                return Values.isTrue(result);
            }
        }
        throw orderError(s, x, y);
    }

    static boolean lessOrEqual(LuaState s, Object x, Object y) {
        if (x instanceof Double m && y instanceof Double n) {
            return m <= n;
        }
        if (x instanceof LuaString a && y instanceof LuaString b) {
            return compare(s, a, b) <= 0;
        }
        if (Values.typeName(x).equals(Values.typeName(y))) {
            Object result = order(s, x, y, Event.LE);
            if (result != NO_HANDLER) {
                return Values.isTrue(result);
            }
            result = order(s, y, x, Event.LT);
            if (result != NO_HANDLER) {
                return !Values.isTrue(result);
            }
        }
        throw orderError(s, x, y);
    }

    private static final Object NO_HANDLER = new Object();

    private static Object order(LuaState s, Object x, Object y, int event) {
        Object first = Event.of(s, x, event);
        if (first == null || !Values.rawEquals(first, Event.of(s, y, event))) {
            return NO_HANDLER;
        }
        return call(s, first, x, y);
    }

    private static LuaError orderError(LuaState s, Object x, Object y) {
        String a = Values.typeName(x);
        String b = Values.typeName(y);
        // Lua compares the third letters only; a string and a thread are "two string values" there too.
        return Calls.runtimeError(s, a.charAt(2) == b.charAt(2) ? "attempt to compare two " + a + " values"
                : "attempt to compare " + a + " with " + b);
    }

    private static boolean isText(Object value) {
        return value instanceof LuaString || value instanceof Double;
    }

    /** Joins the {@code count} values that end at {@code last}, from the right; the result takes the place of the first. */
    static void concat(LuaState s, int count, int last) {
        int left = count;
        int end = last;
        do {
            Object[] stack = s.stack;
            Object x = stack[end - 1];
            Object y = stack[end];
            int joined = 2;
            if (!isText(x) || !isText(y)) {
                Object handler = Event.of(s, x, Event.CONCAT);
                if (handler == null) {
                    handler = Event.of(s, y, Event.CONCAT);
                }
                if (handler == null) {
                    boolean secondFails = isText(x);
                    throw Calls.typeError(s, secondFails ? y : x, secondFails ? end : end - 1, "concatenate");
                }
                Object result = call(s, handler, x, y);
                s.stack[end - 1] = result;
            } else {
                joined = join(s, left, end);
            }
            left -= joined - 1;
            end -= joined - 1;
        } while (left > 1);
    }

    /** @return how many were joined: all that are texts */
    private static int join(LuaState s, int left, int end) {
        Object[] stack = s.stack;
        long length = 0;
        int joined = 0;
        while (joined < left && isText(stack[end - joined])) {
            LuaString text = Values.toLuaString(s, stack[end - joined]);
            stack[end - joined] = text;
            length += text.length();
            joined++;
        }
        int first = end - joined + 1;
        if (joined == 2) {
            LuaString y = (LuaString) stack[end];
            if (y.length() == 0) {
                return 2;
            }
            if (((LuaString) stack[first]).length() == 0) {
                stack[first] = y;
                return 2;
            }
        }
        s.quota.charge(Quota.STRING_BYTES + length);
        s.quota.spend(length >>> 6);
        if (length > Integer.MAX_VALUE - 16) {
            throw Calls.runtimeError(s, "string length overflow");
        }
        byte[] bytes = new byte[(int) length];
        int at = 0;
        for (int i = first; i <= end; i++) {
            byte[] part = ((LuaString) stack[i]).bytes;
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }
        stack[first] = LuaString.of(bytes);
        return joined;
    }
}
