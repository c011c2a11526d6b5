package kv.lua;

/** {@code pcall} and {@code xpcall}. {@link ScriptAbort} passes through them. */
final class ProtectedCalls {

    private static final LuaString ERR = LuaString.of("err");

    private ProtectedCalls() {
    }

    static int pcall(LuaState s) {
        s.checkAny(1);
        s.ensureStack(s.top, 1);
        int function = s.base;
        LuaError error = call(s, function);
        if (error != null) {
            s.push(Boolean.FALSE);
            s.push(error.value());
            return 2;
        }
        int results = s.top - function;
        System.arraycopy(s.stack, function, s.stack, function + 1, results);
        s.stack[function] = Boolean.TRUE;
        s.top++;
        return results + 1;
    }

    /** Redis's: where the error is a table with a text in {@code err}, as redis.call raises it, the text alone is returned. */
    static int pcallWithText(LuaState s) {
        int results = pcall(s);
        int last = s.top - 1;
        if (results == 2 && s.stack[last - 1] == Boolean.FALSE && s.stack[last] instanceof LuaTable error) {
            Object text = Metamethods.index(s, error, ERR, -1);
            if (text instanceof LuaString || text instanceof Double) {
                s.stack[last] = text;
            }
        }
        return results;
    }

    static int xpcall(LuaState s) {
        s.checkAny(2);
        Object handler = s.argument(2);
        s.setArgumentCount(1);
        s.push(handler);
        s.push(s.argument(1));
        int function = s.top - 1;
        LuaError error = call(s, function);
        if (error == null) {
            int results = s.top - function;
            s.stack[function - 1] = Boolean.TRUE;
            return results + 1;
        }
        s.push(handler);
        s.push(error.value());
        function = s.top - 2;
        Object value;
        try {
            int frame = s.frameIndex;
            int depth = s.nativeDepth;
            try {
                Calls.call(s, function, 1);
                value = s.pop();
            } catch (LuaError failed) {
                unwind(s, frame, depth, function);
                value = LuaString.of("error in error handling");
            }
        } finally {
            s.base = s.frame.base;
        }
        s.push(Boolean.FALSE);
        s.push(value);
        return 2;
    }

    /** Calls what lies at {@code function} with the values above it; results are from there on. @return the error, or null */
    static LuaError call(LuaState s, int function) {
        int frame = s.frameIndex;
        int depth = s.nativeDepth;
        try {
            Calls.call(s, function, Op.MULTIPLE);
            return null;
        } catch (LuaError error) {
            unwind(s, frame, depth, function);
            return error;
        } catch (StackOverflowError overflow) {
            unwind(s, frame, depth, function);
            return new LuaError("stack overflow");
        }
    }

    static void unwind(LuaState s, int frame, int depth, int top) {
        s.closeUpValues(top);
        s.unwindTo(frame);
        s.nativeDepth = depth;
        s.top = top;
    }
}
