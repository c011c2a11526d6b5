package kv.lua;

/** {@code getfenv} and {@code setfenv}. */
final class Environments {

    private Environments() {
    }

    /** The function at argument 1: itself, or a level of the calls. */
    private static LuaFunction function(LuaState s, boolean optional) {
        if (s.argument(1) instanceof LuaFunction function) {
            return function;
        }
        int level = optional ? s.optionalInt(1, 1) : s.checkInt(1);
        if (level < 0) {
            throw s.argumentError(1, "level must be non-negative");
        }
        int index = s.frameIndex;
        int left = level;
        while (left > 0 && index > 0) {
            left--;
            if (s.frames[index].isLua()) {
                left -= s.frames[index].tailCalls;
            }
            index--;
        }
        if (left < 0) {
            throw s.error("no function environment for tail call at level " + level);
        }
        if (index <= 0) {
            throw s.argumentError(1, "invalid level");
        }
        return s.frames[index].function;
    }

    static int get(LuaState s) {
        LuaFunction function = function(s, true);
        s.push(function instanceof LuaClosure ? function.environment : s.environment);
        return 1;
    }

    static int set(LuaState s) {
        if (!(s.argument(2) instanceof LuaTable table)) {
            throw Arguments.typeError(s, 2, "table");
        }
        LuaFunction function = function(s, false);
        Double level = Values.toNumber(s.argument(1));
        if (level != null && level == 0) {
            s.environment = table;
            return 0;
        }
        if (!(function instanceof LuaClosure)) {
            throw s.error("'setfenv' cannot change environment of given object");
        }
        function.environment = table;
        s.push(function);
        return 1;
    }
}
