package kv.lua;

import kv.lua.Expression.Kind;

/** The half of the parser that reads tokens, variables and expressions; {@link Parser} adds statements. */
abstract class ExpressionParser {

    static final int NESTING_MAX = 200;
    private static final int UNARY_PRIORITY = 8;
    /** Names that code uses without being written: one object each, since names are compared as objects. */
    static final LuaString SELF = LuaString.of("self");
    static final LuaString ARG = LuaString.of("arg");

    final Lexer lexer;
    private final Quota quota;
    private final String source;
    FunctionBuilder f;
    ExpressionCode code;
    int nesting;

    ExpressionParser(byte[] text, String source, Quota quota) {
        this.lexer = new Lexer(text, source, quota);
        this.quota = quota;
        this.source = source;
    }

    /** Statements up to what ends a block; the block itself is the caller's. */
    abstract void block();

    void open(int lineDefined) {
        f = new FunctionBuilder(f, lexer, quota, source, lineDefined);
        code = new ExpressionCode(f);
    }

    Prototype close() {
        f.removeLocals(0);
        f.emitReturn(0, 0);
        Prototype prototype = new Prototype(f);
        f = f.outer;
        code = f == null ? null : new ExpressionCode(f);
        return prototype;
    }

    void enter() {
        if (++nesting > NESTING_MAX) {
            throw lexer.error("chunk has too many syntax levels", 0);
        }
    }

    void leave() {
        nesting--;
    }

    // Tokens.

    boolean accept(int token) {
        if (lexer.token != token) {
            return false;
        }
        lexer.next();
        return true;
    }

    void check(int token) {
        if (lexer.token != token) {
            throw lexer.syntaxError("'" + Lexer.tokenName(token) + "' expected");
        }
    }

    void expect(int token) {
        check(token);
        lexer.next();
    }

    void expectMatch(int what, int opened, int line) {
        if (accept(what)) {
            return;
        }
        if (line == lexer.line) {
            throw lexer.syntaxError("'" + Lexer.tokenName(what) + "' expected");
        }
        throw lexer.syntaxError("'" + Lexer.tokenName(what) + "' expected (to close '" + Lexer.tokenName(opened) + "' at line "
                + line
                + ")");
    }

    LuaString name() {
        check(Lexer.NAME);
        LuaString name = lexer.string;
        lexer.next();
        return name;
    }

    void stringConstant(Expression e, LuaString string) {
        e.set(Kind.CONSTANT, f.constant(string));
    }

    // Variables.

    void variable(Expression e) {
        LuaString name = name();
        if (!resolve(f, name, e, true)) {
            e.set(Kind.GLOBAL, f.constant(name));
        }
    }

    boolean resolve(FunctionBuilder function, LuaString name, Expression e, boolean isHere) {
        if (function == null) {
            return false;
        }
        int register = function.findLocal(name);
        if (register >= 0) {
            e.set(Kind.LOCAL, register);
            if (!isHere) {
                function.markCaught(register);
            }
            return true;
        }
        if (!resolve(function.outer, name, e, false)) {
            return false;
        }
        int origin = e.kind == Kind.LOCAL ? e.info : e.info | 1 << 16;
        e.set(Kind.UPVALUE, function.upValue(name, origin));
        return true;
    }

    void adjust(int variables, int expressions, Expression e) {
        int extra = variables - expressions;
        if (e.hasMultipleResults()) {
            extra = Math.max(extra + 1, 0);
            code.setReturns(e, extra);
            if (extra > 1) {
                f.reserve(extra - 1);
            }
        } else {
            if (e.kind != Kind.VOID) {
                code.toNextRegister(e);
            }
            if (extra > 0) {
                int register = f.freeRegister;
                f.reserve(extra);
                f.emitNil(register, extra);
            }
        }
    }

    // Expressions.

    void field(Expression e) {
        code.toAnyRegister(e);
        lexer.next();
        Expression key = new Expression();
        stringConstant(key, name());
        code.indexed(e, key);
    }

    void bracketIndex(Expression key) {
        lexer.next();
        expression(key);
        code.toValue(key);
        expect(']');
    }

    void tableConstructor(Expression e) {
        int line = lexer.line;
        int pc = f.emit(Op.NEWTABLE, 0, 0, 0);
        int arrayCount = 0;
        int hashCount = 0;
        int toStore = 0;
        Expression item = new Expression();
        e.set(Kind.RELOCATABLE, pc);
        code.toNextRegister(e);
        expect('{');
        do {
            if (lexer.token == '}') {
                break;
            }
            if (item.kind != Kind.VOID) {
                code.toNextRegister(item);
                item.kind = Kind.VOID;
                if (toStore == Op.FIELDS_PER_FLUSH) {
                    f.emitSetList(e.info, arrayCount, toStore);
                    toStore = 0;
                }
            }
            if (lexer.token == '[' || lexer.token == Lexer.NAME && lexer.peek() == '=') {
                recordField(e);
                hashCount++;
            } else {
                expression(item);
                arrayCount++;
                toStore++;
            }
        } while (accept(',') || accept(';'));
        expectMatch('}', '{', line);
        if (toStore > 0) {
            if (item.hasMultipleResults()) {
                code.setReturns(item, Op.MULTIPLE);
                f.emitSetList(e.info, arrayCount, Op.MULTIPLE);
                arrayCount--;
            } else {
                if (item.kind != Kind.VOID) {
                    code.toNextRegister(item);
                }
                f.emitSetList(e.info, arrayCount, toStore);
            }
        }
        f.code[pc] = Op.withC(Op.withB(f.code[pc], Op.toFloatingByte(arrayCount)), Op.toFloatingByte(hashCount));
    }

    void recordField(Expression table) {
        int free = f.freeRegister;
        Expression key = new Expression();
        Expression value = new Expression();
        if (lexer.token == Lexer.NAME) {
            stringConstant(key, name());
        } else {
            bracketIndex(key);
        }
        expect('=');
        int keyOperand = code.toRegisterOrConstant(key);
        expression(value);
        f.emit(Op.SETTABLE, table.info, keyOperand, code.toRegisterOrConstant(value));
        f.freeRegister = free;
    }

    void parameters() {
        int count = 0;
        f.isVararg = false;
        if (lexer.token != ')') {
            do {
                if (lexer.token == Lexer.NAME) {
                    f.declareLocal(name(), count++);
                } else if (lexer.token == Lexer.DOTS) {
                    lexer.next();
                    f.declareLocal(ARG, count++);
                    f.hasArg = true;
                    f.needsArg = true;
                    f.isVararg = true;
                } else {
                    throw lexer.syntaxError("<name> or '...' expected");
                }
            } while (!f.isVararg && accept(','));
        }
        f.activateLocals(count);
        f.parameterCount = f.activeLocals - (f.hasArg ? 1 : 0);
        f.reserve(f.activeLocals);
    }

    void body(Expression e, boolean needSelf, int line) {
        open(line);
        expect('(');
        if (needSelf) {
            f.declareLocal(SELF, 0);
            f.activateLocals(1);
        }
        parameters();
        expect(')');
        block();
        expectMatch(Lexer.END, Lexer.FUNCTION, line);
        FunctionBuilder made = f;
        Prototype prototype = close();
        e.set(Kind.RELOCATABLE, f.emitBx(Op.CLOSURE, 0, f.addInner(prototype)));
        for (int i = 0; i < made.upValueCount(); i++) {
            int origin = made.upValueOrigin(i);
            f.emit(origin < 1 << 16 ? Op.MOVE : Op.GETUPVAL, 0, origin & 0xffff, 0);
        }
    }

    int expressionList(Expression e) {
        int count = 1;
        expression(e);
        while (accept(',')) {
            code.toNextRegister(e);
            expression(e);
            count++;
        }
        return count;
    }

    void arguments(Expression function) {
        Expression arguments = new Expression();
        int line = lexer.line;
        switch (lexer.token) {
            case '(' -> {
                if (line != lexer.lastLine) {
                    throw lexer.syntaxError("ambiguous syntax (function call x new statement)");
                }
                lexer.next();
                if (lexer.token != ')') {
                    expressionList(arguments);
                    code.setReturns(arguments, Op.MULTIPLE);
                }
                expectMatch(')', '(', line);
            }
            case '{' -> tableConstructor(arguments);
            case Lexer.STRING -> {
                stringConstant(arguments, lexer.string);
                lexer.next();
            }
            default -> throw lexer.syntaxError("function arguments expected");
        }
        int base = function.info;
        int count;
        if (arguments.hasMultipleResults()) {
            count = Op.MULTIPLE;
        } else {
            if (arguments.kind != Kind.VOID) {
                code.toNextRegister(arguments);
            }
            count = f.freeRegister - (base + 1);
        }
        function.set(Kind.CALL, f.emit(Op.CALL, base, count + 1, 2));
        f.fixLine(line);
        f.freeRegister = base + 1;
    }

    void prefix(Expression e) {
        switch (lexer.token) {
            case '(' -> {
                int line = lexer.line;
                lexer.next();
                expression(e);
                expectMatch(')', '(', line);
                code.dischargeVariables(e);
            }
            case Lexer.NAME -> variable(e);
            default -> throw lexer.syntaxError("unexpected symbol");
        }
    }

    void primary(Expression e) {
        prefix(e);
        for (;;) {
            switch (lexer.token) {
                case '.' -> field(e);
                case '[' -> {
                    Expression key = new Expression();
                    code.toAnyRegister(e);
                    bracketIndex(key);
                    code.indexed(e, key);
                }
                case ':' -> {
                    Expression key = new Expression();
                    lexer.next();
                    stringConstant(key, name());
                    code.self(e, key);
                    arguments(e);
                }
                case '(', Lexer.STRING, '{' -> {
                    code.toNextRegister(e);
                    arguments(e);
                }
                default -> {
                    return;
                }
            }
        }
    }

    void simple(Expression e) {
        switch (lexer.token) {
            case Lexer.NUMBER -> {
                e.set(Kind.NUMBER, 0);
                e.number = lexer.number;
            }
            case Lexer.STRING -> stringConstant(e, lexer.string);
            case Lexer.NIL -> e.set(Kind.NIL, 0);
            case Lexer.TRUE -> e.set(Kind.TRUE, 0);
            case Lexer.FALSE -> e.set(Kind.FALSE, 0);
            case Lexer.DOTS -> {
                if (!f.isVararg) {
                    throw lexer.syntaxError("cannot use '...' outside a vararg function");
                }
                f.needsArg = false;
                e.set(Kind.VARARG, f.emit(Op.VARARG, 0, 1, 0));
            }
            case '{' -> {
                tableConstructor(e);
                return;
            }
            case Lexer.FUNCTION -> {
                lexer.next();
                body(e, false, lexer.line);
                return;
            }
            default -> {
                primary(e);
                return;
            }
        }
        lexer.next();
    }

    static int unaryOp(int token) {
        return switch (token) {
            case Lexer.NOT -> Op.NOT;
            case '-' -> Op.UNM;
            case '#' -> Op.LEN;
            default -> -1;
        };
    }

    /** Left priority times 16, plus right priority; 0 if the token is no binary operator. */
    static int priorities(int token) {
        return switch (token) {
            case '+', '-' -> 6 << 4 | 6;
            case '*', '/', '%' -> 7 << 4 | 7;
            case '^' -> 10 << 4 | 9;
            case Lexer.CONCAT -> 5 << 4 | 4;
            case Lexer.EQ, Lexer.NE, '<', '>', Lexer.LE, Lexer.GE -> 3 << 4 | 3;
            case Lexer.AND -> 2 << 4 | 2;
            case Lexer.OR -> 1 << 4 | 1;
            default -> 0;
        };
    }

    void expression(Expression e) {
        operators(e, 0);
    }

    /** Reads operators of a priority above {@code limit}. */
    void operators(Expression e, int limit) {
        enter();
        int unary = unaryOp(lexer.token);
        if (unary >= 0) {
            lexer.next();
            operators(e, UNARY_PRIORITY);
            code.unary(unary, e);
        } else {
            simple(e);
        }
        int token = lexer.token;
        int priority = priorities(token);
        while (priority >> 4 > limit) {
            Expression right = new Expression();
            lexer.next();
            code.infix(token, e);
            operators(right, priority & 15);
            code.binary(token, e, right);
            token = lexer.token;
            priority = priorities(token);
        }
        leave();
    }
}
