package kv.lua;

/**
 * An expression that is being compiled: where its value is, or what would bring it there, so that code for it is written as late
 * as possible and into the register where it is wanted.
 */
final class Expression {

    /** What {@link #info} and {@link #extra} mean. */
    enum Kind {
        /** No value (an empty list). */
        VOID,
        NIL, TRUE, FALSE,
        /** Constant number info. */
        CONSTANT,
        /** A number, {@link #number}. */
        NUMBER,
        /** A local variable in register info. */
        LOCAL,
        /** Upvalue info. */
        UPVALUE,
        /** A global whose name is constant info. */
        GLOBAL,
        /** Register info, indexed by RK extra. */
        INDEXED,
        /** A comparison or test: info is its jump instruction. */
        JUMP,
        /** info is the instruction, whose register A is still open. */
        RELOCATABLE,
        /** In register info. */
        REGISTER,
        /** info is the CALL instruction. */
        CALL,
        /** info is the VARARG instruction. */
        VARARG
    }

    Kind kind;
    int info;
    int extra;
    double number;
    /** Lists of jumps that leave the expression when it is true, and when it is false. */
    int trueJumps;
    int falseJumps;

    Expression() {
        set(Kind.VOID, 0);
    }

    void set(Kind newKind, int newInfo) {
        kind = newKind;
        info = newInfo;
        trueJumps = CodeBuffer.NO_JUMP;
        falseJumps = CodeBuffer.NO_JUMP;
    }

    void copyFrom(Expression other) {
        kind = other.kind;
        info = other.info;
        extra = other.extra;
        number = other.number;
        trueJumps = other.trueJumps;
        falseJumps = other.falseJumps;
    }

    boolean hasJumps() {
        return trueJumps != falseJumps;
    }

    boolean isNumeral() {
        return kind == Kind.NUMBER && trueJumps == CodeBuffer.NO_JUMP && falseJumps == CodeBuffer.NO_JUMP;
    }

    boolean hasMultipleResults() {
        return kind == Kind.CALL || kind == Kind.VARARG;
    }
}
