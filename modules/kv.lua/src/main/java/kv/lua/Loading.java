package kv.lua;

import java.util.Arrays;

/** {@code load} and {@code loadstring}: of source text only. */
final class Loading {

    private Loading() {
    }

    static int loadString(LuaState s) {
        LuaString text = s.checkString(1);
        LuaString name = s.optionalString(2, text);
        return compile(s, text.bytes, name);
    }

    static int load(LuaState s) {
        LuaString name = s.optionalString(2, LuaString.of("=(load)"));
        LuaFunction reader = s.checkFunction(1);
        byte[] text = new byte[0];
        long held = 0;
        try {
            for (;;) {
                s.push(reader);
                int at = s.top - 1;
                LuaError error = ProtectedCalls.call(s, at);
                if (error != null) {
                    return failed(s, error);
                }
                Object piece = s.top > at ? s.stack[at] : null;
                s.top = at;
                if (piece == null) {
                    break;
                }
                LuaString part = Values.toLuaString(s, piece);
                if (part == null) {
                    return failed(s, new LuaError("reader function must return a string"));
                }
                if (part.length() == 0) {
                    break;
                }
                s.quota.hold(part.length());
                held += part.length();
                s.quota.spend(text.length >> 6);
                int length = text.length;
                text = Arrays.copyOf(text, length + part.length());
                System.arraycopy(part.bytes, 0, text, length, part.length());
            }
            return compile(s, text, name);
        } finally {
            s.quota.release(held);
        }
    }

    private static int compile(LuaState s, byte[] text, LuaString name) {
        if (text.length > 0 && text[0] == 27) {
            return failed(s, new LuaError(Lexer.chunkId(name.untilNul()) + ": bad binary format (truncated precompiled chunk)"));
        }
        try {
            LuaScript script = LuaScript.compile(text, name.untilNul(), s.quota);
            s.quota.charge(Quota.CLOSURE_BYTES);
            s.push(new LuaClosure(script.prototype, s.environment));
            return 1;
        } catch (LuaError error) {
            return failed(s, error);
        }
    }

    private static int failed(LuaState s, LuaError error) {
        s.push(null);
        s.push(error.value());
        return 2;
    }
}
