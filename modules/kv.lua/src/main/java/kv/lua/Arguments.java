package kv.lua;

/** Messages about arguments of native functions: they name the function as its caller called it. */
final class Arguments {

    private Arguments() {
    }

    static LuaError error(LuaState state, int number, String message) {
        ErrorNames.Name called = ErrorNames.ofCall(state, state.frameIndex);
        String name = "?";
        int shown = number;
        if (called != null) {
            name = called.name();
            if (called.kind().equals("method")) {
                shown--;
                if (shown == 0) {
                    return state.error("calling '" + name + "' on bad self (" + message + ")");
                }
            }
        }
        return state.error("bad argument #" + shown + " to '" + name + "' (" + message + ")");
    }

    static LuaError typeError(LuaState state, int number, String expected) {
        String found = state.isNone(number) ? "no value" : Values.typeName(state.argument(number));
        return error(state, number, expected + " expected, got " + found);
    }
}
