package kv.lua;

/** One call that is under way. Reused: a state keeps them all. */
final class CallInfo {

    LuaFunction function;
    /** Where the function lies in the stack; results go there. */
    int functionIndex;
    /** Its first register, or argument. */
    int base;
    /** The end of its registers. */
    int top;
    /** The next instruction; only true while the function has called another, or has failed. */
    int pc;
    /** How many results the caller wants; {@link Op#MULTIPLE} for all. */
    int wanted;
    /** Calls that were lost because this one took their place. */
    int tailCalls;

    boolean isLua() {
        return function instanceof LuaClosure;
    }

    int currentLine() {
        return function instanceof LuaClosure closure ? closure.prototype.lines[Math.max(0, pc - 1)] : -1;
    }
}
