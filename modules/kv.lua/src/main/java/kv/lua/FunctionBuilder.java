package kv.lua;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A function that is being compiled: its registers, variables and blocks. */
final class FunctionBuilder extends CodeBuffer {

    static final int LOCALS_MAX = 200;
    static final int UPVALUES_MAX = 60;
    private static final int STACK_MAX = 250;

    /** A block, or a loop, that is open. */
    static final class Block {
        final Block outer;
        final boolean breakable;
        final int activeLocals;
        int breakJumps = NO_JUMP;
        /** A function inside uses a variable of this block. */
        boolean hasUpValue;

        Block(Block outer, boolean breakable, int activeLocals) {
            this.outer = outer;
            this.breakable = breakable;
            this.activeLocals = activeLocals;
        }
    }

    private static final class LocalEntry {
        final LuaString name;
        int startPc;
        int endPc;

        LocalEntry(LuaString name) {
            this.name = name;
        }
    }

    final FunctionBuilder outer;
    final String source;
    final int lineDefined;
    int parameterCount;
    boolean isVararg;
    boolean hasArg;
    boolean needsArg;
    int maxStack = 2;
    int freeRegister;
    int activeLocals;
    Block block;
    private final Quota quota;
    private final List<LocalEntry> locals = new ArrayList<>();
    private final int[] activeEntries = new int[LOCALS_MAX];
    private final List<LuaString> upValueNames = new ArrayList<>();
    private int[] upValueOrigins = new int[4];
    private final List<Prototype> inner = new ArrayList<>();

    FunctionBuilder(FunctionBuilder outer, Lexer lexer, Quota quota, String source, int lineDefined) {
        super(lexer, quota);
        this.outer = outer;
        this.quota = quota;
        this.source = source;
        this.lineDefined = lineDefined;
    }

    LuaError limitError(int limit, String what) {
        return lexer.error(lineDefined == 0 ? "main function has more than " + limit + " " + what
                : "function at line " + lineDefined + " has more than " + limit + " " + what, 0);
    }

    // Registers.

    void checkStack(int registers) {
        int size = freeRegister + registers;
        if (size > maxStack) {
            if (size >= STACK_MAX) {
                throw lexer.syntaxError("function or expression too complex");
            }
            maxStack = size;
        }
    }

    void reserve(int registers) {
        checkStack(registers);
        freeRegister += registers;
    }

    void free(int register) {
        if (register < Op.CONSTANT && register >= activeLocals) {
            freeRegister--;
            assert register == freeRegister : register + " " + freeRegister;
        }
    }

    void free(Expression e) {
        if (e.kind == Expression.Kind.REGISTER) {
            free(e.info);
        }
    }

    // Variables.

    int localCountLimit(int pending) {
        if (activeLocals + pending + 1 > LOCALS_MAX) {
            throw limitError(LOCALS_MAX, "local variables");
        }
        return activeLocals + pending;
    }

    void declareLocal(LuaString name, int pending) {
        int slot = localCountLimit(pending);
        if (locals.size() > Short.MAX_VALUE) {
            throw lexer.error("too many local variables", 0);
        }
        quota.charge(64);
        activeEntries[slot] = locals.size();
        locals.add(new LocalEntry(name));
    }

    void activateLocals(int count) {
        for (int i = 0; i < count; i++) {
            locals.get(activeEntries[activeLocals++]).startPc = pc;
        }
    }

    /** The last local is visible to messages only from here on. */
    void activeFromHere() {
        locals.get(activeEntries[activeLocals - 1]).startPc = pc;
    }

    void removeLocals(int toLevel) {
        while (activeLocals > toLevel) {
            locals.get(activeEntries[--activeLocals]).endPc = pc;
        }
    }

    /** @return its register, or -1 */
    int findLocal(LuaString name) {
        for (int i = activeLocals - 1; i >= 0; i--) {
            if (locals.get(activeEntries[i]).name == name) {
                return i;
            }
        }
        return -1;
    }

    void markCaught(int register) {
        Block holder = block;
        while (holder != null && holder.activeLocals > register) {
            holder = holder.outer;
        }
        if (holder != null) {
            holder.hasUpValue = true;
        }
    }

    /** @param origin register of the outer function, or its upvalue number with bit 16 set */
    int upValue(LuaString name, int origin) {
        for (int i = 0; i < upValueNames.size(); i++) {
            if (upValueOrigins[i] == origin) {
                return i;
            }
        }
        int number = upValueNames.size();
        if (number + 1 > UPVALUES_MAX) {
            throw limitError(UPVALUES_MAX, "upvalues");
        }
        if (number == upValueOrigins.length) {
            upValueOrigins = Arrays.copyOf(upValueOrigins, number * 2);
        }
        quota.charge(32);
        upValueNames.add(name);
        upValueOrigins[number] = origin;
        return number;
    }

    int upValueOrigin(int number) {
        return upValueOrigins[number];
    }

    int upValueCount() {
        return upValueNames.size();
    }

    int addInner(Prototype prototype) {
        if (inner.size() >= Op.BX_MAX) {
            throw lexer.error("constant table overflow", 0);
        }
        quota.charge(160);
        inner.add(prototype);
        return inner.size() - 1;
    }

    // Blocks.

    void enterBlock(boolean breakable) {
        quota.charge(32);
        block = new Block(block, breakable, activeLocals);
    }

    void leaveBlock() {
        Block left = block;
        block = left.outer;
        removeLocals(left.activeLocals);
        if (left.hasUpValue) {
            emit(Op.CLOSE, left.activeLocals, 0, 0);
        }
        freeRegister = activeLocals;
        patchToHere(left.breakJumps);
    }

    // Shorthands for what several kinds of statements emit.

    void emitNil(int from, int count) {
        if (pc > lastTarget) {
            if (pc == 0) {
                if (from >= activeLocals) {
                    return;
                }
            } else if (Op.op(code[pc - 1]) == Op.LOADNIL) {
                int previousFrom = Op.a(code[pc - 1]);
                int previousTo = Op.b(code[pc - 1]);
                if (previousFrom <= from && from <= previousTo + 1) {
                    if (from + count - 1 > previousTo) {
                        code[pc - 1] = Op.withB(code[pc - 1], from + count - 1);
                    }
                    return;
                }
            }
        }
        emit(Op.LOADNIL, from, from + count - 1, 0);
    }

    void emitReturn(int first, int count) {
        emit(Op.RETURN, first, count + 1, 0);
    }

    void emitSetList(int table, int done, int toStore) {
        int batch = (done - 1) / Op.FIELDS_PER_FLUSH + 1;
        int count = toStore == Op.MULTIPLE ? 0 : toStore;
        if (batch <= Op.C_MAX) {
            emit(Op.SETLIST, table, count, batch);
        } else {
            emit(Op.SETLIST, table, count, 0);
            emit(batch);
        }
        freeRegister = table + 1;
    }

    Prototype[] innerArray() {
        return inner.toArray(Prototype[]::new);
    }

    LuaString[] upValueNameArray() {
        return upValueNames.toArray(LuaString[]::new);
    }

    Prototype.Local[] localArray() {
        Prototype.Local[] array = new Prototype.Local[locals.size()];
        for (int i = 0; i < array.length; i++) {
            LocalEntry entry = locals.get(i);
            array[i] = new Prototype.Local(entry.name, entry.startPc, entry.endPc);
        }
        return array;
    }
}
