package kv.lua;

/** The metamethods, by number; a table remembers in bits which of the first ones it lacks. */
final class Event {

    static final int INDEX = 0;
    static final int NEWINDEX = 1;
    static final int EQ = 2;
    /** In the order of the instructions from {@link Op#ADD} on. */
    static final int ADD = 3;
    static final int UNM = 9;
    static final int LEN = 10;
    static final int LT = 11;
    static final int LE = 12;
    static final int CONCAT = 13;
    static final int CALL = 14;

    private static final LuaString[] NAMES = {name("index"), name("newindex"), name("eq"), name("add"), name("sub"), name("mul"),
        name("div"), name("mod"), name("pow"), name("unm"), name("len"), name("lt"), name("le"), name("concat"), name("call")};

    private Event() {
    }

    private static LuaString name(String event) {
        return LuaString.of("__" + event);
    }

    /** @param metatable may be null
     *  @return the metamethod or null */
    static Object of(LuaTable metatable, int event) {
        if (metatable == null || (metatable.absentEvents & 1 << event) != 0) {
            return null;
        }
        Object found = metatable.get(NAMES[event]);
        if (found == null && !metatable.readOnly) {
            metatable.absentEvents |= 1 << event;
        }
        return found;
    }

    static LuaTable metatableOf(LuaState state, Object value) {
        if (value instanceof LuaTable table) {
            return table.metatable;
        }
        if (value instanceof LuaString) {
            return state.globals.stringMetatable;
        }
        return value instanceof Userdata userdata ? userdata.metatable : null;
    }

    static Object of(LuaState state, Object value, int event) {
        return of(metatableOf(state, value), event);
    }
}
