package kv.lua;

/**
 * The instruction set: Lua 5.1's, 32 bits each: {@code op:6 A:8 C:9 B:9}, or {@code op:6 A:8 Bx:18}, Bx signed where it is a
 * jump.
 *
 * <p>RK(x) is register x, or constant x - 256. What follows each name is what it does.
 */
final class Op {

    // The same set as Lua's own because error messages name variables by walking it (ErrorNames), and clients see those messages.

    static final int MOVE = 0;          // R(A) := R(B)
    static final int LOADK = 1;         // R(A) := K(Bx)
    static final int LOADBOOL = 2;      // R(A) := B != 0; if C, skip one
    static final int LOADNIL = 3;       // R(A) … R(B) := nil
    static final int GETUPVAL = 4;      // R(A) := U(B)
    static final int GETGLOBAL = 5;     // R(A) := G[K(Bx)]
    static final int GETTABLE = 6;      // R(A) := R(B)[RK(C)]
    static final int SETGLOBAL = 7;     // G[K(Bx)] := R(A)
    static final int SETUPVAL = 8;      // U(B) := R(A)
    static final int SETTABLE = 9;      // R(A)[RK(B)] := RK(C)
    static final int NEWTABLE = 10;     // R(A) := {}, sizes B (array) and C (hash) as "floating bytes"
    static final int SELF = 11;         // R(A+1) := R(B); R(A) := R(B)[RK(C)]
    static final int ADD = 12;          // R(A) := RK(B) + RK(C)
    static final int SUB = 13;
    static final int MUL = 14;
    static final int DIV = 15;
    static final int MOD = 16;
    static final int POW = 17;
    static final int UNM = 18;          // R(A) := -R(B)
    static final int NOT = 19;
    static final int LEN = 20;
    static final int CONCAT = 21;       // R(A) := R(B) .. … .. R(C)
    static final int JMP = 22;          // pc += sBx
    static final int EQ = 23;           // if (RK(B) == RK(C)) != A, skip one
    static final int LT = 24;
    static final int LE = 25;
    static final int TEST = 26;         // if R(A) as boolean != C, skip one
    static final int TESTSET = 27;      // if R(B) as boolean == C then R(A) := R(B) else skip one
    static final int CALL = 28;         // R(A) … R(A+C-2) := R(A)(R(A+1) … R(A+B-1)); 0 is "up to the top"
    static final int TAILCALL = 29;     // return R(A)(R(A+1) … R(A+B-1))
    static final int RETURN = 30;       // return R(A) … R(A+B-2)
    static final int FORLOOP = 31;      // R(A) += R(A+2); if R(A) within R(A+1) then { pc += sBx; R(A+3) := R(A) }
    static final int FORPREP = 32;      // R(A) -= R(A+2); pc += sBx
    static final int TFORLOOP = 33;     // R(A+3) … := C results of R(A)(R(A+1), R(A+2)); if nil skip one, else R(A+2) := it
    static final int SETLIST = 34;      // R(A)[(C-1)*50+i] := R(A+i), 1 <= i <= B; C 0: it is the next word
    static final int CLOSE = 35;        // closes all variables from R(A) on
    static final int CLOSURE = 36;      // R(A) := closure of prototype Bx; a MOVE or GETUPVAL for each upvalue follows
    static final int VARARG = 37;       // R(A) … R(A+B-2) := …; 0 is all

    static final int CONSTANT = 256;
    static final int BX_MAX = (1 << 18) - 1;
    static final int SBX_ZERO = BX_MAX >> 1;
    static final int C_MAX = (1 << 9) - 1;
    static final int FIELDS_PER_FLUSH = 50;
    static final int MULTIPLE = -1;
    /** The top bit of an 8-bit register number is never used: no register. */
    static final int NO_REGISTER = 255;

    private Op() {
    }

    static int abc(int op, int a, int b, int c) {
        return op | a << 6 | c << 14 | b << 23;
    }

    static int abx(int op, int a, int bx) {
        return op | a << 6 | bx << 14;
    }

    static int op(int instruction) {
        return instruction & 63;
    }

    static int a(int instruction) {
        return instruction >>> 6 & 255;
    }

    static int b(int instruction) {
        return instruction >>> 23;
    }

    static int c(int instruction) {
        return instruction >>> 14 & 511;
    }

    static int bx(int instruction) {
        return instruction >>> 14;
    }

    static int sbx(int instruction) {
        return (instruction >>> 14) - SBX_ZERO;
    }

    static int withA(int instruction, int a) {
        return instruction & ~(255 << 6) | a << 6;
    }

    static int withB(int instruction, int b) {
        return instruction & ~(511 << 23) | b << 23;
    }

    static int withC(int instruction, int c) {
        return instruction & ~(511 << 14) | c << 14;
    }

    static int withSbx(int instruction, int sbx) {
        return instruction & ~(BX_MAX << 14) | sbx + SBX_ZERO << 14;
    }

    static boolean isTest(int op) {
        return op >= EQ && op <= TESTSET || op == TFORLOOP;
    }

    /** Whether the instruction changes register A; TEST counts as if, as in Lua's own table. */
    static boolean setsA(int op) {
        return switch (op) {
            case SETGLOBAL, SETUPVAL, SETTABLE, JMP, EQ, LT, LE, RETURN, TFORLOOP, SETLIST, CLOSE -> false;
            default -> true;
        };
    }

    /** Sizes of a new table in one byte: {@code eeeeexxx} is {@code (1xxx) * 2^(eeeee - 1)}, rounded up. */
    static int toFloatingByte(int size) {
        int exponent = 0;
        int mantissa = size;
        while (mantissa >= 16) {
            mantissa = mantissa + 1 >> 1;
            exponent++;
        }
        return mantissa < 8 ? mantissa : exponent + 1 << 3 | mantissa - 8;
    }

    static int fromFloatingByte(int code) {
        int exponent = code >> 3 & 31;
        return exponent == 0 ? code : (code & 7) + 8 << exponent - 1;
    }
}
