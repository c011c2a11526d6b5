package kv.lua;

/** A compiled function. Immutable: threads share it. */
final class Prototype {

    /** A local variable's name, and the instructions between which it lives. */
    record Local(LuaString name, int startPc, int endPc) { }

    final int[] code;
    final Object[] constants;
    final Prototype[] inner;
    /** The line of each instruction. */
    final int[] lines;
    final Local[] locals;
    final LuaString[] upValueNames;
    final int upValueCount;
    final int parameterCount;
    final boolean isVararg;
    /** Calls itself with {@code arg}, the table of Lua 5.0: a vararg function that does not use "..." itself. */
    final boolean needsArg;
    final int maxStack;
    final String source;
    final int lineDefined;

    Prototype(FunctionBuilder built) {
        code = built.codeArray();
        lines = built.lineArray();
        constants = built.constantArray();
        inner = built.innerArray();
        locals = built.localArray();
        upValueNames = built.upValueNameArray();
        upValueCount = upValueNames.length;
        parameterCount = built.parameterCount;
        isVararg = built.isVararg;
        needsArg = built.needsArg;
        maxStack = built.maxStack;
        source = built.source;
        lineDefined = built.lineDefined;
    }

    /** @param number 1 is the first local that is live at {@code pc}
     *  @return its name, or null */
    LuaString localName(int number, int pc) {
        int left = number;
        for (Local local : locals) {
            if (local.startPc > pc) {
                break;
            }
            if (pc < local.endPc && --left == 0) {
                return local.name;
            }
        }
        return null;
    }
}
