package kv.lua;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The instructions of a function that is being compiled, their lines, constants, and lists of jumps that wait for their target.
 */
class CodeBuffer {

    // A list of jumps runs through the jumps themselves: each one's offset leads to the next until the target is known.

    static final int NO_JUMP = -1;
    private static final Object NIL_KEY = new Object();

    final Lexer lexer;
    private final Quota quota;
    private final Map<Object, Integer> constantNumbers = new HashMap<>();
    private Object[] constants = new Object[8];
    private int constantCount;
    int[] code = new int[32];
    private int[] lines = new int[32];
    int pc;
    /** The last instruction that is the target of a jump: what follows must not be merged with what precedes it. */
    int lastTarget = -1;
    /** Jumps that lead to the next instruction, whatever it is. */
    int jumpsToHere = NO_JUMP;

    CodeBuffer(Lexer lexer, Quota quota) {
        this.lexer = lexer;
        this.quota = quota;
        quota.charge(512);
    }

    int emit(int instruction) {
        return emit(instruction, lexer.lastLine);
    }

    private int emit(int instruction, int line) {
        resolveJumpsToHere();
        if (pc == code.length) {
            quota.charge(8L * code.length);
            code = Arrays.copyOf(code, pc * 2);
            lines = Arrays.copyOf(lines, pc * 2);
        }
        code[pc] = instruction;
        lines[pc] = line;
        return pc++;
    }

    int emit(int op, int a, int b, int c) {
        return emit(Op.abc(op, a, b, c));
    }

    int emitBx(int op, int a, int bx) {
        return emit(Op.abx(op, a, bx));
    }

    /** The last instruction belongs to {@code line}. */
    void fixLine(int line) {
        lines[pc - 1] = line;
    }

    // Constants.

    int constant(LuaString string) {
        return constant(string, string);
    }

    int constant(double number) {
        // As in Lua 5.1, whose table of constants takes 0 and -0 for one key: the first of them in a function stands for both.
        return constant((Double) (number + 0.0), (Double) number);
    }

    int constant(boolean bool) {
        return constant(bool, bool);
    }

    int constantNil() {
        return constant(NIL_KEY, null);
    }

    private int constant(Object key, Object value) {
        Integer known = constantNumbers.get(key);
        if (known != null) {
            return known;
        }
        if (constantCount > Op.BX_MAX) {
            throw lexer.error("constant table overflow", 0);
        }
        quota.charge(96);
        if (constantCount == constants.length) {
            constants = Arrays.copyOf(constants, constantCount * 2);
        }
        constants[constantCount] = value;
        constantNumbers.put(key, constantCount);
        return constantCount++;
    }

    Object constantAt(int index) {
        return constants[index];
    }

    // Jumps.

    int jump() {
        int pending = jumpsToHere;
        jumpsToHere = NO_JUMP;
        return concatJumps(emitBx(Op.JMP, 0, NO_JUMP + Op.SBX_ZERO), pending);
    }

    int conditionalJump(int op, int a, int b, int c) {
        emit(op, a, b, c);
        return jump();
    }

    int markTarget() {
        lastTarget = pc;
        return pc;
    }

    private void setTarget(int jumpPc, int target) {
        int offset = target - (jumpPc + 1);
        if (Math.abs(offset) > Op.SBX_ZERO) {
            throw lexer.syntaxError("control structure too long");
        }
        code[jumpPc] = Op.withSbx(code[jumpPc], offset);
    }

    private int nextJump(int jumpPc) {
        int offset = Op.sbx(code[jumpPc]);
        return offset == NO_JUMP ? NO_JUMP : jumpPc + 1 + offset;
    }

    int concatJumps(int first, int second) {
        if (second == NO_JUMP) {
            return first;
        }
        if (first == NO_JUMP) {
            return second;
        }
        int last = first;
        for (int following = nextJump(last); following != NO_JUMP; following = nextJump(last)) {
            last = following;
        }
        setTarget(last, second);
        return first;
    }

    /** The instruction that decides whether the jump is taken. */
    int controlOf(int jumpPc) {
        return jumpPc >= 1 && Op.isTest(Op.op(code[jumpPc - 1])) ? jumpPc - 1 : jumpPc;
    }

    /** Whether any jump of the list leaves without a value in a register. */
    boolean needsValue(int list) {
        for (int at = list; at != NO_JUMP; at = nextJump(at)) {
            if (Op.op(code[controlOf(at)]) != Op.TESTSET) {
                return true;
            }
        }
        return false;
    }

    private boolean patchTestRegister(int jumpPc, int register) {
        int at = controlOf(jumpPc);
        int instruction = code[at];
        if (Op.op(instruction) != Op.TESTSET) {
            return false;
        }
        if (register != Op.NO_REGISTER && register != Op.b(instruction)) {
            code[at] = Op.withA(instruction, register);
        } else {
            code[at] = Op.abc(Op.TEST, Op.b(instruction), 0, Op.c(instruction));
        }
        return true;
    }

    void removeValues(int list) {
        for (int at = list; at != NO_JUMP; at = nextJump(at)) {
            patchTestRegister(at, Op.NO_REGISTER);
        }
    }

    /** Jumps that bring a value go to {@code valueTarget} with it in {@code register}, the others to {@code defaultTarget}. */
    void patchList(int list, int valueTarget, int register, int defaultTarget) {
        int at = list;
        while (at != NO_JUMP) {
            int following = nextJump(at);
            setTarget(at, patchTestRegister(at, register) ? valueTarget : defaultTarget);
            at = following;
        }
    }

    private void resolveJumpsToHere() {
        int list = jumpsToHere;
        jumpsToHere = NO_JUMP;
        patchList(list, pc, Op.NO_REGISTER, pc);
    }

    void patchList(int list, int target) {
        if (target == pc) {
            patchToHere(list);
        } else {
            patchList(list, target, Op.NO_REGISTER, target);
        }
    }

    void patchToHere(int list) {
        markTarget();
        jumpsToHere = concatJumps(jumpsToHere, list);
    }

    int[] codeArray() {
        return Arrays.copyOf(code, pc);
    }

    int[] lineArray() {
        return Arrays.copyOf(lines, pc);
    }

    Object[] constantArray() {
        return Arrays.copyOf(constants, constantCount);
    }
}
