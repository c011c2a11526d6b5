package kv.lua;

/**
 * What messages call a value: "local 'x'", "field 'y'" …, found by looking how the instructions brought it into its register.
 */
final class ErrorNames {

    /** @param kind "local", "global", "field", "upvalue", "method" or "constant" */
    record Name(String kind, String name) {

        @Override
        public String toString() {
            return kind + " '" + name + "'";
        }
    }

    private ErrorNames() {
    }

    /** @return what the value at {@code index} of the stack is called in the running function, or null */
    static Name ofStackValue(LuaState state, int index) {
        CallInfo frame = state.frame;
        int register = index - frame.base;
        return frame.isLua() && register >= 0 && index < frame.top ? ofRegister(frame, register) : null;
    }

    /** @return what the caller of that frame called its function, or null */
    static Name ofCall(LuaState state, int frameIndex) {
        CallInfo called = state.frames[frameIndex];
        if (called.isLua() && called.tailCalls > 0 || frameIndex < 1 || !state.frames[frameIndex - 1].isLua()) {
            return null;
        }
        CallInfo caller = state.frames[frameIndex - 1];
        int instruction = ((LuaClosure) caller.function).prototype.code[caller.pc - 1];
        return switch (Op.op(instruction)) {
            case Op.CALL, Op.TAILCALL, Op.TFORLOOP -> ofRegister(caller, Op.a(instruction));
            default -> null;
        };
    }

    private static Name ofRegister(CallInfo frame, int register) {
        Prototype p = ((LuaClosure) frame.function).prototype;
        int pc = frame.pc - 1;
        LuaString local = p.localName(register + 1, pc);
        if (local != null) {
            return new Name("local", local.untilNul());
        }
        int at = lastSetter(p, pc, register);
        int i = p.code[at];
        return switch (Op.op(i)) {
            case Op.GETGLOBAL -> new Name("global", p.constants[Op.bx(i)].toString());
            case Op.MOVE -> Op.b(i) < Op.a(i) ? ofRegister(frame, Op.b(i)) : null;
            case Op.GETTABLE -> new Name("field", constantName(p, Op.c(i)));
            case Op.GETUPVAL -> new Name("upvalue", p.upValueNames.length > Op.b(i) ? p.upValueNames[Op.b(i)].untilNul() : "?");
            case Op.SELF -> new Name("method", constantName(p, Op.c(i)));
            default -> null;
        };
    }

    private static String constantName(Prototype p, int operand) {
        return operand >= Op.CONSTANT && p.constants[operand - Op.CONSTANT] instanceof LuaString name ? name.untilNul() : "?";
    }

    /**
     * @return the last instruction before {@code end} that changed the register, following forward jumps; the final return if
     * none
     */
    private static int lastSetter(Prototype p, int end, int register) {
        int[] code = p.code;
        int last = code.length - 1;
        for (int pc = 0; pc < end; pc++) {
            int i = code[pc];
            int op = Op.op(i);
            int a = Op.a(i);
            if (Op.setsA(op) && a == register) {
                last = pc;
            }
            switch (op) {
                case Op.LOADNIL -> {
                    if (a <= register && register <= Op.b(i)) {
                        last = pc;
                    }
                }
                case Op.TFORLOOP -> {
                    if (register >= a + 2) {
                        last = pc;
                    }
                }
                case Op.CALL, Op.TAILCALL -> {
                    if (register >= a) {
                        last = pc;
                    }
                }
                case Op.SELF -> {
                    if (register == a + 1) {
                        last = pc;
                    }
                }
                case Op.JMP, Op.FORLOOP, Op.FORPREP -> {
                    int target = pc + 1 + Op.sbx(i);
                    if (pc < target && target <= end) {
                        pc = target - 1;
                    }
                }
                case Op.SETLIST -> {
                    if (Op.c(i) == 0) {
                        pc++;
                    }
                }
                case Op.CLOSURE -> pc += p.inner[Op.bx(i)].upValueCount;
                default -> { }
            }
        }
        return last;
    }
}
