package kv.lua;

/** The functions that stand in no table: {@code pairs}, {@code pcall}, {@code tostring} … */
final class BaseLibrary {

    private static final LuaString METATABLE = LuaString.of("__metatable");
    private static final LuaString TO_STRING = LuaString.of("__tostring");
    private static final NativeFunction IPAIRS_NEXT = new NativeFunction("ipairs_next", BaseLibrary::ipairsNext);

    private BaseLibrary() {
    }

    static void open(Globals.Builder to) {
        to.function(null, "assert", BaseLibrary::assertTrue).function(null, "collectgarbage", BaseLibrary::collectGarbage)
                .function(null, "error", BaseLibrary::error).function(null, "gcinfo", BaseLibrary::gcInfo)
                .function(null, "getfenv", Environments::get).function(null, "setfenv", Environments::set)
                .function(null, "getmetatable", BaseLibrary::getMetatable).function(null, "setmetatable",
                        BaseLibrary::setMetatable)
                .function(null, "load", Loading::load).function(null, "loadstring", Loading::loadString)
                .value(null, "next", Globals.NEXT).function(null, "pairs", BaseLibrary::pairs)
                .function(null, "ipairs", BaseLibrary::ipairs).function(null, "pcall", ProtectedCalls::pcall)
                .function(null, "xpcall", ProtectedCalls::xpcall).function(null, "rawequal", BaseLibrary::rawEqual)
                .function(null, "rawget", BaseLibrary::rawGet).function(null, "rawset", BaseLibrary::rawSet)
                .function(null, "select", BaseLibrary::select).function(null, "tonumber", BaseLibrary::toNumber)
                .function(null, "tostring", BaseLibrary::toText).function(null, "type", BaseLibrary::type)
                .function(null, "unpack", BaseLibrary::unpack).function(null, "newproxy", BaseLibrary::newProxy)
                .value(null, "_VERSION", LuaString.of("Lua 5.1"));
    }

    private static int assertTrue(LuaState s) {
        s.checkAny(1);
        if (!Values.isTrue(s.argument(1))) {
            throw s.error(s.optionalString(2, LuaString.of("assertion failed!")).untilNul());
        }
        return s.argumentCount();
    }

    private static int collectGarbage(LuaState s) {
        String option = s.optionalString(1, LuaString.of("collect")).untilNul();
        s.optionalInt(2, 0);
        switch (option) {
            case "count" -> s.push(s.quota.chargedBytes() / 1024.0);
            case "step" -> s.pushBoolean(true);
            case "setpause", "setstepmul" -> s.push(200);
            case "collect", "stop", "restart" -> s.push(0);
            default -> throw s.argumentError(1, "invalid option '" + option + "'");
        }
        return 1;
    }

    private static int gcInfo(LuaState s) {
        s.push(s.quota.chargedBytes() / 1024);
        return 1;
    }

    private static int error(LuaState s) {
        int level = s.optionalInt(2, 1);
        Object value = s.argument(1);
        if (level > 0 && (value instanceof LuaString || value instanceof Double)) {
            String where = Calls.where(s, level);
            LuaString text = Values.toLuaString(s, value);
            s.quota.chargeString(where.length() + text.length());
            value = where.isEmpty() ? text : LuaString.ofLatin(where + text);
        }
        throw new LuaError(value);
    }

    private static int getMetatable(LuaState s) {
        s.checkAny(1);
        LuaTable metatable = Event.metatableOf(s, s.argument(1));
        Object shown = metatable == null ? null : metatable.get(METATABLE);
        s.push(shown != null ? shown : metatable);
        return 1;
    }

    private static int setMetatable(LuaState s) {
        Object metatable = s.argument(2);
        LuaTable table = s.checkTable(1);
        if (s.isNone(2) || metatable != null && !(metatable instanceof LuaTable)) {
            throw s.argumentError(2, "nil or table expected");
        }
        if (table.metatable != null && table.metatable.get(METATABLE) != null) {
            throw s.error("cannot change a protected metatable");
        }
        checkWritable(s, table);
        table.metatable = (LuaTable) metatable;
        s.push(table);
        return 1;
    }

    private static void checkWritable(LuaState s, LuaTable table) {
        if (table.readOnly) {
            throw Calls.runtimeError(s, "Attempt to modify a readonly table");
        }
    }

    private static int rawEqual(LuaState s) {
        s.checkAny(1);
        s.checkAny(2);
        s.pushBoolean(Metamethods.rawEquals(s, s.argument(1), s.argument(2)));
        return 1;
    }

    private static int rawGet(LuaState s) {
        LuaTable table = s.checkTable(1);
        s.checkAny(2);
        s.push(table.get(s.argument(2)));
        return 1;
    }

    private static int rawSet(LuaState s) {
        LuaTable table = s.checkTable(1);
        s.checkAny(2);
        s.checkAny(3);
        checkWritable(s, table);
        Metamethods.rawSet(s, table, s.argument(2), s.argument(3));
        s.push(table);
        return 1;
    }

    static int next(LuaState s) {
        LuaTable table = s.checkTable(1);
        int position = table.positionAfter(s.argument(2));
        if (position < 0) {
            throw s.failure("invalid key to 'next'");
        }
        int found = table.nextUsed(position);
        if (found < 0) {
            s.push(null);
            return 1;
        }
        s.quota.spend(found - position >> 4);
        s.push(table.keyAt(found));
        s.push(table.valueAt(found));
        return 2;
    }

    private static int pairs(LuaState s) {
        LuaTable table = s.checkTable(1);
        s.push(Globals.NEXT);
        s.push(table);
        s.push(null);
        return 3;
    }

    private static int ipairs(LuaState s) {
        LuaTable table = s.checkTable(1);
        s.push(IPAIRS_NEXT);
        s.push(table);
        s.push(0);
        return 3;
    }

    private static int ipairsNext(LuaState s) {
        int index = s.checkInt(2) + 1;
        Object value = s.checkTable(1).get(index);
        if (value == null) {
            return 0;
        }
        s.push(index);
        s.push(value);
        return 2;
    }

    private static int select(LuaState s) {
        int count = s.argumentCount();
        if (s.argument(1) instanceof LuaString option && option.length() > 0 && option.at(0) == '#') {
            s.push(count - 1);
            return 1;
        }
        int from = s.checkInt(1);
        if (from < 0) {
            from = count + from;
        } else if (from > count) {
            from = count;
        }
        if (from < 1) {
            throw s.argumentError(1, "index out of range");
        }
        return count - from;
    }

    private static int toNumber(LuaState s) {
        int radix = s.optionalInt(2, 10);
        if (radix == 10) {
            s.checkAny(1);
            s.push((Object) Values.toNumber(s.argument(1)));
            return 1;
        }
        LuaString text = s.checkString(1);
        if (radix < 2 || radix > 36) {
            throw s.argumentError(2, "base out of range");
        }
        s.push((Object) unsigned(text, radix));
        return 1;
    }

    /** C's {@code strtoul}, and nothing but blanks after it. */
    private static Double unsigned(LuaString text, int radix) {
        byte[] bytes = text.bytes;
        int end = text.untilNul().length();
        int at = 0;
        while (at < end && Lexer.isSpace(bytes[at])) {
            at++;
        }
        boolean negative = at < end && bytes[at] == '-';
        if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
            at++;
        }
        if (radix == 16 && at + 2 < end && bytes[at] == '0' && (bytes[at + 1] | 32) == 'x' && Character.digit(bytes[at + 2],
                16) >= 0) {
            at += 2;
        }
        int first = at;
        long value = 0;
        boolean overflow = false;
        for (; at < end && Character.digit((char) (bytes[at] & 0xff), radix) >= 0 && bytes[at] > 0; at++) {
            int digit = Character.digit(bytes[at], radix);
            overflow |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, radix)) > 0;
            value = value * radix + digit;
        }
        if (at == first) {
            return null;
        }
        while (at < end && Lexer.isSpace(bytes[at])) {
            at++;
        }
        if (at < end) {
            return null;
        }
        long result = overflow ? -1 : negative ? -value : value;
        return result >= 0 ? (double) result : ((double) (result >>> 1 | result & 1)) * 2;
    }

    private static int toText(LuaState s) {
        s.checkAny(1);
        Object value = s.argument(1);
        LuaTable metatable = Event.metatableOf(s, value);
        Object handler = metatable == null ? null : metatable.get(TO_STRING);
        if (handler != null) {
            s.push(handler);
            s.push(value);
            Calls.call(s, s.top - 2, 1);
            return 1;
        }
        if (value instanceof LuaString) {
            s.push(value);
        } else if (value instanceof Double) {
            s.push(Values.toLuaString(s, value));
        } else if (value == null || value instanceof Boolean) {
            s.pushText(String.valueOf(value).replace("null", "nil"));
        } else {
            s.pushText(Values.address(s.quota, value));
        }
        return 1;
    }

    private static int type(LuaState s) {
        s.checkAny(1);
        s.push(TypeNames.of(s.argument(1)));
        return 1;
    }

    /** Names of types as values of a script, made once. */
    private static final class TypeNames {
        private static final LuaString NIL = LuaString.of("nil");
        private static final LuaString STRING = LuaString.of("string");
        private static final LuaString NUMBER = LuaString.of("number");
        private static final LuaString TABLE = LuaString.of("table");

        static LuaString of(Object value) {
            return value == null ? NIL : value instanceof LuaString ? STRING : value instanceof Double ? NUMBER
                    : value instanceof LuaTable ? TABLE : LuaString.of(Values.typeName(value));
        }
    }

    private static int unpack(LuaState s) {
        LuaTable table = s.checkTable(1);
        int from = s.optionalInt(2, 1);
        int to = s.isNoneOrNil(3) ? table.length() : s.checkInt(3);
        if (from > to) {
            return 0;
        }
        int count = to - from + 1;
        if (count <= 0 || !s.hasRoomFor(count)) {
            throw s.error("too many results to unpack");
        }
        s.quota.spend(count >> 2);
        for (int i = 0; i < count; i++) {
            s.push(table.get(from + i));
        }
        return count;
    }

    private static int newProxy(LuaState s) {
        Object kind = s.argument(1);
        s.quota.charge(32);
        Userdata made = new Userdata();
        if (kind == Boolean.TRUE) {
            made.metatable = new LuaTable(s.quota);
        } else if (Values.isTrue(kind)) {
            if (!(kind instanceof Userdata proxy) || proxy.metatable == null) {
                throw s.argumentError(1, "boolean or proxy expected");
            }
            made.metatable = proxy.metatable;
        }
        s.push(made);
        return 1;
    }
}
