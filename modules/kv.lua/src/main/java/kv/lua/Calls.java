package kv.lua;

/** Calls between functions, of scripts and of the host, and errors with the place where they were raised. */
final class Calls {

    static final int LUA = 0;
    static final int NATIVE = 1;
    static final int YIELDED = 2;
    private static final int NATIVE_ROOM = 20;
    /** Moving more values than this is work that counts. */
    static final int FREE_COPIES = 64;

    private Calls() {
    }

    /** "source:line: " of the function {@code level} calls up, or nothing if it is the host's. */
    static String where(LuaState state, int level) {
        int index = state.frameIndex;
        int left = level;
        while (left > 0 && index > 0) {
            left--;
            if (state.frames[index].isLua()) {
                left -= state.frames[index].tailCalls;
            }
            index--;
        }
        if (left < 0 || index <= 0) {
            return "";
        }
        return position(state.frames[index]);
    }

    private static String position(CallInfo frame) {
        if (!(frame.function instanceof LuaClosure closure)) {
            return "";
        }
        return Lexer.chunkId(closure.prototype.source) + ":" + frame.currentLine() + ": ";
    }

    /** An error of an instruction: with the position of the running function. */
    static LuaError runtimeError(LuaState state, String message) {
        return state.failure(position(state.frame) + message);
    }

    static LuaError typeError(LuaState state, Object value, int stackIndex, String deed) {
        ErrorNames.Name name = stackIndex < 0 ? null : ErrorNames.ofStackValue(state, stackIndex);
        String type = Values.typeName(value);
        return runtimeError(state, name == null ? "attempt to " + deed + " a " + type + " value"
                : "attempt to " + deed + " " + name + " (a " + type + " value)");
    }

    /** Calls what lies at {@code function}, with all values above it as arguments; results take its place. */
    static void call(LuaState state, int function, int wanted) {
        enterNative(state);
        if (begin(state, function, wanted) == LUA) {
            Interpreter.execute(state, 1);
        }
        state.nativeDepth--;
    }

    static void enterNative(LuaState state) {
        if (++state.nativeDepth >= LuaState.NATIVE_DEPTH_MAX) {
            if (state.nativeDepth == LuaState.NATIVE_DEPTH_MAX) {
                throw runtimeError(state, "C stack overflow");
            } else if (state.nativeDepth >= LuaState.NATIVE_DEPTH_MAX + LuaState.NATIVE_DEPTH_MAX / 8) {
                throw state.failure("error in error handling");
            }
        }
    }

    /** The first resume of a coroutine. @return whether it has yielded or ended */
    static boolean start(LuaState state, int function) {
        int kind = begin(state, function, Op.MULTIPLE);
        if (kind == LUA) {
            Interpreter.execute(state, state.frameIndex);
        }
        return kind != YIELDED;
    }

    /**
     * @return {@link #LUA} if a frame was pushed that is to be executed, {@link #NATIVE} if the call is done, or {@link #YIELDED}
     */
    static int begin(LuaState state, int function, int wanted) {
        Object callee = state.stack[function];
        if (callee instanceof LuaClosure closure) {
            pushClosure(state, closure, function, wanted);
            return LUA;
        }
        if (callee instanceof NativeFunction host) {
            state.ensureStack(state.top, NATIVE_ROOM);
            CallInfo frame = state.pushFrame();
            frame.function = host;
            frame.functionIndex = function;
            frame.base = function + 1;
            frame.top = state.top + NATIVE_ROOM;
            frame.wanted = wanted;
            frame.tailCalls = 0;
            state.base = function + 1;
            int results = host.body.call(state);
            if (results < 0) {
                return YIELDED;
            }
            finish(state, state.top - results);
            return NATIVE;
        }
        Object handler = Event.of(state, callee, Event.CALL);
        if (!(handler instanceof LuaFunction)) {
            throw typeError(state, callee, function, "call");
        }
        state.ensureStack(state.top, 1);
        Object[] stack = state.stack;
        for (int i = state.top; i > function; i--) {
            stack[i] = stack[i - 1];
        }
        state.top++;
        stack[function] = handler;
        return begin(state, function, wanted);
    }

    private static void pushClosure(LuaState state, LuaClosure closure, int function, int wanted) {
        Prototype p = closure.prototype;
        state.ensureStack(state.top, p.maxStack + p.parameterCount);
        Object[] stack = state.stack;
        int base = function + 1;
        int from = state.top;
        if (p.isVararg) {
            base = shiftVarargs(state, p, state.top - base);
            stack = state.stack;
            from = state.top;
        } else if (from > base + p.parameterCount) {
            from = base + p.parameterCount;
        }
        CallInfo frame = state.pushFrame();
        frame.function = closure;
        frame.functionIndex = function;
        frame.base = base;
        int top = base + p.maxStack;
        frame.top = top;
        frame.pc = 0;
        frame.wanted = wanted;
        frame.tailCalls = 0;
        for (int i = from; i < top; i++) {
            stack[i] = null;
        }
        state.top = top;
    }

    /** Fixed parameters move above all arguments, so that the variable ones lie below the base. @return the base */
    private static int shiftVarargs(LuaState state, Prototype p, int given) {
        int arguments = given;
        for (; arguments < p.parameterCount; arguments++) {
            state.stack[state.top++] = null;
        }
        LuaTable arg = null;
        if (p.needsArg) {
            int variable = arguments - p.parameterCount;
            arg = new LuaTable(state.quota, variable, 1);
            for (int i = 0; i < variable; i++) {
                arg.put(i + 1, state.stack[state.top - variable + i]);
            }
            arg.put(Globals.N, (Object) Double.valueOf(variable));
        }
        Object[] stack = state.stack;
        int base = state.top;
        int fixed = base - arguments;
        for (int i = 0; i < p.parameterCount; i++) {
            stack[state.top++] = stack[fixed + i];
            stack[fixed + i] = null;
        }
        if (arg != null) {
            stack[state.top++] = arg;
        }
        return base;
    }

    /** Ends the running call. @return whether its results are of a fixed number */
    static boolean finish(LuaState state, int firstResult) {
        CallInfo ended = state.frame;
        if (state.top - firstResult > FREE_COPIES) {
            state.quota.spend(state.top - firstResult >> 3);
        }
        Object[] stack = state.stack;
        int to = ended.functionIndex;
        int from = firstResult;
        int top = state.top;
        int left = ended.wanted;
        state.popFrame();
        state.base = state.frame.base;
        while (left != 0 && from < top) {
            stack[to++] = stack[from++];
            left--;
        }
        while (left-- > 0) {
            stack[to++] = null;
        }
        state.top = to;
        return ended.wanted != Op.MULTIPLE;
    }

    /** Goes on after a yield; what was given to resume lies on top from {@code firstValue} on. */
    static void resume(LuaState state, int firstValue) {
        if (finish(state, firstValue)) {
            state.top = state.frame.top;
        }
        Interpreter.execute(state, state.frameIndex);
    }
}
