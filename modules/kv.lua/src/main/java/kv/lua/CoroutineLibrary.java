package kv.lua;

import kv.lua.LuaState.Status;

/** {@code coroutine}. A coroutine is a {@link LuaState}; it takes no thread. */
final class CoroutineLibrary {

    private static final int YIELD = -1;

    private CoroutineLibrary() {
    }

    static void open(Globals.Builder to) {
        to.function("coroutine", "create", CoroutineLibrary::create).function("coroutine", "resume", CoroutineLibrary::resume)
                .function("coroutine", "running", CoroutineLibrary::running).function("coroutine", "status",
                        CoroutineLibrary::status)
                .function("coroutine", "wrap", CoroutineLibrary::wrap).function("coroutine", "yield", CoroutineLibrary::yield);
    }

    private static LuaState make(LuaState s) {
        if (!(s.argument(1) instanceof LuaClosure function)) {
            throw s.argumentError(1, "Lua function expected");
        }
        LuaState made = new LuaState(s);
        made.push(function);
        return made;
    }

    private static int create(LuaState s) {
        s.push(make(s));
        return 1;
    }

    private record Wrapped(LuaState coroutine) implements Reachability.Holder {

        @Override
        public int call(LuaState s) {
            int results = CoroutineLibrary.resume(s, coroutine, s.argumentCount());
            if (results >= 0) {
                return results;
            }
            Object error = s.pop();
            if (error instanceof LuaString || error instanceof Double) {
                LuaString text = Values.toLuaString(s, error);
                String where = Calls.where(s, 1);
                s.quota.chargeString(where.length() + text.length());
                error = LuaString.ofLatin(where + text);
            }
            throw new LuaError(error);
        }

        @Override
        public Object held() {
            return coroutine;
        }
    }

    private static int wrap(LuaState s) {
        LuaState made = make(s);
        s.push(NativeFunction.charged(s.quota, "wrap", s.environment, new Wrapped(made)));
        return 1;
    }

    private static LuaState checkCoroutine(LuaState s) {
        if (s.argument(1) instanceof LuaState coroutine) {
            return coroutine;
        }
        throw s.argumentError(1, "coroutine expected");
    }

    private static String statusName(LuaState s, LuaState coroutine) {
        if (coroutine == s) {
            return "running";
        }
        return switch (coroutine.status) {
            case FRESH, SUSPENDED -> "suspended";
            case RUNNING, NORMAL -> "normal";
            case DEAD -> "dead";
        };
    }

    private static int status(LuaState s) {
        s.pushText(statusName(s, checkCoroutine(s)));
        return 1;
    }

    private static int running(LuaState s) {
        s.push(s == s.runtime.main() ? null : s);
        return 1;
    }

    private static int resume(LuaState s) {
        LuaState coroutine = checkCoroutine(s);
        int results = resume(s, coroutine, s.argumentCount() - 1);
        boolean failed = results < 0;
        int count = failed ? 1 : results;
        s.ensureStack(s.top, 1);
        int first = s.top - count;
        System.arraycopy(s.stack, first, s.stack, first + 1, count);
        s.stack[first] = failed ? Boolean.FALSE : Boolean.TRUE;
        s.top++;
        return count + 1;
    }

    /** Moves the last {@code count} values over, runs, and pushes the results. @return their number; -1 if one is an error */
    private static int resume(LuaState s, LuaState coroutine, int count) {
        if (!coroutine.hasRoomFor(count)) {
            throw s.error("too many arguments to resume");
        }
        if (coroutine == s || coroutine.status != Status.FRESH && coroutine.status != Status.SUSPENDED) {
            s.pushText("cannot resume " + statusName(s, coroutine) + " coroutine");
            return -1;
        }
        System.arraycopy(s.stack, s.top - count, coroutine.stack, coroutine.top, count);
        coroutine.top += count;
        s.top -= count;
        if (s.nativeDepth >= LuaState.NATIVE_DEPTH_MAX) {
            coroutine.status = Status.DEAD;
            s.pushText("C stack overflow");
            return -1;
        }
        coroutine.nativeDepth = s.nativeDepth + 1;
        coroutine.resumeDepth = coroutine.nativeDepth;
        Status before = coroutine.status;
        coroutine.status = Status.RUNNING;
        try {
            if (before == Status.FRESH) {
                Calls.start(coroutine, coroutine.top - count - 1);
            } else {
                Calls.resume(coroutine, coroutine.top - count);
            }
        } catch (LuaError error) {
            coroutine.status = Status.DEAD;
            coroutine.closeUpValues(0);
            s.push(error.value());
            return -1;
        }
        if (coroutine.status == Status.RUNNING) {
            coroutine.status = Status.DEAD;
        }
        int from = coroutine.status == Status.SUSPENDED ? coroutine.base : 1;
        int results = coroutine.top - from;
        if (!s.hasRoomFor(results + 1)) {
            throw s.error("too many results to resume");
        }
        System.arraycopy(coroutine.stack, from, s.stack, s.top, results);
        s.top += results;
        coroutine.top = from;
        return results;
    }

    private static int yield(LuaState s) {
        if (s == s.runtime.main() || s.nativeDepth > s.resumeDepth) {
            throw Calls.runtimeError(s, "attempt to yield across metamethod/C-call boundary");
        }
        s.status = Status.SUSPENDED;
        return YIELD;
    }
}
