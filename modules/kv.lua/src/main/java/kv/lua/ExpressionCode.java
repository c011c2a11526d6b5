package kv.lua;

import kv.lua.Expression.Kind;

/** Brings expressions to where they are wanted: registers, constants, jumps; and writes the code of operators. */
final class ExpressionCode {

    private final FunctionBuilder f;

    ExpressionCode(FunctionBuilder function) {
        f = function;
    }

    void setReturns(Expression e, int results) {
        if (e.kind == Kind.CALL) {
            f.code[e.info] = Op.withC(f.code[e.info], results + 1);
        } else if (e.kind == Kind.VARARG) {
            f.code[e.info] = Op.withA(Op.withB(f.code[e.info], results + 1), f.freeRegister);
            f.reserve(1);
        }
    }

    void setOneReturn(Expression e) {
        if (e.kind == Kind.CALL) {
            e.kind = Kind.REGISTER;
            e.info = Op.a(f.code[e.info]);
        } else if (e.kind == Kind.VARARG) {
            f.code[e.info] = Op.withB(f.code[e.info], 2);
            e.kind = Kind.RELOCATABLE;
        }
    }

    void dischargeVariables(Expression e) {
        switch (e.kind) {
            case LOCAL -> e.kind = Kind.REGISTER;
            case UPVALUE -> {
                e.info = f.emit(Op.GETUPVAL, 0, e.info, 0);
                e.kind = Kind.RELOCATABLE;
            }
            case GLOBAL -> {
                e.info = f.emitBx(Op.GETGLOBAL, 0, e.info);
                e.kind = Kind.RELOCATABLE;
            }
            case INDEXED -> {
                f.free(e.extra);
                f.free(e.info);
                e.info = f.emit(Op.GETTABLE, 0, e.info, e.extra);
                e.kind = Kind.RELOCATABLE;
            }
            case CALL, VARARG -> setOneReturn(e);
            default -> { }
        }
    }

    private void dischargeToRegister(Expression e, int register) {
        dischargeVariables(e);
        switch (e.kind) {
            case NIL -> f.emitNil(register, 1);
            case TRUE, FALSE -> f.emit(Op.LOADBOOL, register, e.kind == Kind.TRUE ? 1 : 0, 0);
            case CONSTANT -> f.emitBx(Op.LOADK, register, e.info);
            case NUMBER -> f.emitBx(Op.LOADK, register, f.constant(e.number));
            case RELOCATABLE -> f.code[e.info] = Op.withA(f.code[e.info], register);
            case REGISTER -> {
                if (e.info != register) {
                    f.emit(Op.MOVE, register, e.info, 0);
                }
            }
            default -> {
                assert e.kind == Kind.VOID || e.kind == Kind.JUMP;
                return;
            }
        }
        e.info = register;
        e.kind = Kind.REGISTER;
    }

    private void dischargeToAnyRegister(Expression e) {
        if (e.kind != Kind.REGISTER) {
            f.reserve(1);
            dischargeToRegister(e, f.freeRegister - 1);
        }
    }

    private int loadBool(int register, int value, int skip) {
        f.markTarget();
        return f.emit(Op.LOADBOOL, register, value, skip);
    }

    private void toRegister(Expression e, int register) {
        dischargeToRegister(e, register);
        if (e.kind == Kind.JUMP) {
            e.trueJumps = f.concatJumps(e.trueJumps, e.info);
        }
        if (e.hasJumps()) {
            int loadFalse = CodeBuffer.NO_JUMP;
            int loadTrue = CodeBuffer.NO_JUMP;
            if (f.needsValue(e.trueJumps) || f.needsValue(e.falseJumps)) {
                int past = e.kind == Kind.JUMP ? CodeBuffer.NO_JUMP : f.jump();
                loadFalse = loadBool(register, 0, 1);
                loadTrue = loadBool(register, 1, 0);
                f.patchToHere(past);
            }
            int end = f.markTarget();
            f.patchList(e.falseJumps, end, register, loadFalse);
            f.patchList(e.trueJumps, end, register, loadTrue);
        }
        e.set(Kind.REGISTER, register);
    }

    void toNextRegister(Expression e) {
        dischargeVariables(e);
        f.free(e);
        f.reserve(1);
        toRegister(e, f.freeRegister - 1);
    }

    int toAnyRegister(Expression e) {
        dischargeVariables(e);
        if (e.kind == Kind.REGISTER) {
            if (!e.hasJumps()) {
                return e.info;
            }
            if (e.info >= f.activeLocals) {
                toRegister(e, e.info);
                return e.info;
            }
        }
        toNextRegister(e);
        return e.info;
    }

    void toValue(Expression e) {
        if (e.hasJumps()) {
            toAnyRegister(e);
        } else {
            dischargeVariables(e);
        }
    }

    /** @return a register, or a constant's number + 256 */
    int toRegisterOrConstant(Expression e) {
        toValue(e);
        switch (e.kind) {
            case NUMBER, TRUE, FALSE, NIL -> {
                // An early constant fits the operand; a late one takes a register as any value does.
                int number = e.kind == Kind.NIL ? f.constantNil()
                        : e.kind == Kind.NUMBER ? f.constant(e.number) : f.constant(e.kind == Kind.TRUE);
                if (number < Op.CONSTANT) {
                    e.info = number;
                    e.kind = Kind.CONSTANT;
                    return number + Op.CONSTANT;
                }
            }
            case CONSTANT -> {
                if (e.info < Op.CONSTANT) {
                    return e.info + Op.CONSTANT;
                }
            }
            default -> { }
        }
        return toAnyRegister(e);
    }

    void store(Expression variable, Expression value) {
        switch (variable.kind) {
            case LOCAL -> {
                f.free(value);
                toRegister(value, variable.info);
                return;
            }
            case UPVALUE -> {
                int register = toAnyRegister(value);
                f.emit(Op.SETUPVAL, register, variable.info, 0);
            }
            case GLOBAL -> {
                int register = toAnyRegister(value);
                f.emitBx(Op.SETGLOBAL, register, variable.info);
            }
            case INDEXED -> {
                int operand = toRegisterOrConstant(value);
                f.emit(Op.SETTABLE, variable.info, variable.extra, operand);
            }
            default -> throw new IllegalStateException("store to " + variable.kind);
        }
        f.free(value);
    }

    void self(Expression e, Expression key) {
        toAnyRegister(e);
        f.free(e);
        int function = f.freeRegister;
        f.reserve(2);
        f.emit(Op.SELF, function, e.info, toRegisterOrConstant(key));
        f.free(key);
        e.info = function;
        e.kind = Kind.REGISTER;
    }

    void indexed(Expression table, Expression key) {
        table.extra = toRegisterOrConstant(key);
        table.kind = Kind.INDEXED;
    }

    // Conditions.

    private void invertJump(Expression e) {
        int at = f.controlOf(e.info);
        f.code[at] = Op.withA(f.code[at], Op.a(f.code[at]) == 0 ? 1 : 0);
    }

    private int jumpOn(Expression e, boolean condition) {
        if (e.kind == Kind.RELOCATABLE && Op.op(f.code[e.info]) == Op.NOT) {
            int operand = Op.b(f.code[e.info]);
            f.pc--;
            return f.conditionalJump(Op.TEST, operand, 0, condition ? 0 : 1);
        }
        dischargeToAnyRegister(e);
        f.free(e);
        return f.conditionalJump(Op.TESTSET, Op.NO_REGISTER, e.info, condition ? 1 : 0);
    }

    void goIfTrue(Expression e) {
        dischargeVariables(e);
        int jump;
        switch (e.kind) {
            case CONSTANT, NUMBER, TRUE -> jump = CodeBuffer.NO_JUMP;
            case JUMP -> {
                invertJump(e);
                jump = e.info;
            }
            default -> jump = jumpOn(e, false);
        }
        e.falseJumps = f.concatJumps(e.falseJumps, jump);
        f.patchToHere(e.trueJumps);
        e.trueJumps = CodeBuffer.NO_JUMP;
    }

    private void goIfFalse(Expression e) {
        dischargeVariables(e);
        int jump;
        switch (e.kind) {
            case NIL, FALSE -> jump = CodeBuffer.NO_JUMP;
            case JUMP -> jump = e.info;
            default -> jump = jumpOn(e, true);
        }
        e.trueJumps = f.concatJumps(e.trueJumps, jump);
        f.patchToHere(e.falseJumps);
        e.falseJumps = CodeBuffer.NO_JUMP;
    }

    private void not(Expression e) {
        dischargeVariables(e);
        switch (e.kind) {
            case NIL, FALSE -> e.kind = Kind.TRUE;
            case CONSTANT, NUMBER, TRUE -> e.kind = Kind.FALSE;
            case JUMP -> invertJump(e);
            case RELOCATABLE, REGISTER -> {
                dischargeToAnyRegister(e);
                f.free(e);
                e.info = f.emit(Op.NOT, 0, e.info, 0);
                e.kind = Kind.RELOCATABLE;
            }
            default -> throw new IllegalStateException("not " + e.kind);
        }
        int swapped = e.falseJumps;
        e.falseJumps = e.trueJumps;
        e.trueJumps = swapped;
        f.removeValues(e.falseJumps);
        f.removeValues(e.trueJumps);
    }

    // Operators.

    void unary(int op, Expression e) {
        if (op == Op.NOT) {
            not(e);
            return;
        }
        if (op == Op.LEN || !e.isNumeral()) {
            toAnyRegister(e);
        }
        Expression zero = new Expression();
        zero.set(Kind.NUMBER, 0);
        arithmetic(op, e, zero);
    }

    private static boolean fold(int op, Expression left, Expression right) {
        if (!left.isNumeral() || !right.isNumeral()) {
            return false;
        }
        double a = left.number;
        double b = right.number;
        double result;
        switch (op) {
            case Op.ADD -> result = a + b;
            case Op.SUB -> result = a - b;
            case Op.MUL -> result = a * b;
            case Op.DIV -> {
                if (b == 0) {
                    return false;
                }
                result = a / b;
            }
            case Op.MOD -> {
                if (b == 0) {
                    return false;
                }
                result = Arithmetic.mod(a, b);
            }
            case Op.POW -> result = Arithmetic.power(a, b);
            case Op.UNM -> result = -a;
            default -> {
                return false;
            }
        }
        if (Double.isNaN(result)) {
            return false;
        }
        left.number = result;
        return true;
    }

    private void arithmetic(int op, Expression left, Expression right) {
        if (fold(op, left, right)) {
            return;
        }
        int second = op != Op.UNM && op != Op.LEN ? toRegisterOrConstant(right) : 0;
        int first = toRegisterOrConstant(left);
        if (first > second) {
            f.free(left);
            f.free(right);
        } else {
            f.free(right);
            f.free(left);
        }
        left.info = f.emit(op, 0, first, second);
        left.kind = Kind.RELOCATABLE;
    }

    private void compare(int op, boolean condition, Expression left, Expression right) {
        int first = toRegisterOrConstant(left);
        int second = toRegisterOrConstant(right);
        f.free(right);
        f.free(left);
        int wanted = condition ? 1 : 0;
        if (!condition && op != Op.EQ) {
            int swapped = first;
            first = second;
            second = swapped;
            wanted = 1;
        }
        left.info = f.conditionalJump(op, wanted, first, second);
        left.kind = Kind.JUMP;
    }

    /** Before the right operand is read. */
    void infix(int token, Expression left) {
        switch (token) {
            case Lexer.AND -> goIfTrue(left);
            case Lexer.OR -> goIfFalse(left);
            case Lexer.CONCAT -> toNextRegister(left);
            case '+', '-', '*', '/', '%', '^' -> {
                if (!left.isNumeral()) {
                    toRegisterOrConstant(left);
                }
            }
            default -> toRegisterOrConstant(left);
        }
    }

    void binary(int token, Expression left, Expression right) {
        switch (token) {
            case Lexer.AND -> {
                dischargeVariables(right);
                right.falseJumps = f.concatJumps(right.falseJumps, left.falseJumps);
                left.copyFrom(right);
            }
            case Lexer.OR -> {
                dischargeVariables(right);
                right.trueJumps = f.concatJumps(right.trueJumps, left.trueJumps);
                left.copyFrom(right);
            }
            case Lexer.CONCAT -> concat(left, right);
            case '+' -> arithmetic(Op.ADD, left, right);
            case '-' -> arithmetic(Op.SUB, left, right);
            case '*' -> arithmetic(Op.MUL, left, right);
            case '/' -> arithmetic(Op.DIV, left, right);
            case '%' -> arithmetic(Op.MOD, left, right);
            case '^' -> arithmetic(Op.POW, left, right);
            case Lexer.EQ -> compare(Op.EQ, true, left, right);
            case Lexer.NE -> compare(Op.EQ, false, left, right);
            case '<' -> compare(Op.LT, true, left, right);
            case Lexer.LE -> compare(Op.LE, true, left, right);
            case '>' -> compare(Op.LT, false, left, right);
            case Lexer.GE -> compare(Op.LE, false, left, right);
            default -> throw new IllegalStateException("operator " + token);
        }
    }

    private void concat(Expression left, Expression right) {
        toValue(right);
        if (right.kind == Kind.RELOCATABLE && Op.op(f.code[right.info]) == Op.CONCAT) {
            // a .. (b .. c) is one instruction.
            f.free(left);
            f.code[right.info] = Op.withB(f.code[right.info], left.info);
            left.kind = Kind.RELOCATABLE;
            left.info = right.info;
        } else {
            toNextRegister(right);
            arithmetic(Op.CONCAT, left, right);
        }
    }
}
