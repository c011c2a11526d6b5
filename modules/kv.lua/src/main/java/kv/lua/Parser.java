package kv.lua;

import kv.lua.Expression.Kind;

/**
 * Source text to a {@link Prototype}, in one pass. Owner: one compilation.
 *
 * <p>Failure: {@link LuaError} with Lua's own words; {@link ScriptAbort} if the quota is used up. Nesting is bounded.
 */
final class Parser extends ExpressionParser {

    // One pass without a tree, as Lua's own compiler: the line of an instruction is the line of the token at hand when it is
    // written, and clients see those lines in messages. A tree would have to remember them all to come out the same.

    private static final LuaString FOR_INDEX = LuaString.of("(for index)");
    private static final LuaString FOR_LIMIT = LuaString.of("(for limit)");
    private static final LuaString FOR_STEP = LuaString.of("(for step)");
    private static final LuaString FOR_GENERATOR = LuaString.of("(for generator)");
    private static final LuaString FOR_STATE = LuaString.of("(for state)");
    private static final LuaString FOR_CONTROL = LuaString.of("(for control)");

    private Parser(byte[] text, String source, Quota quota) {
        super(text, source, quota);
    }

    static Prototype parse(byte[] text, String source, Quota quota) {
        return new Parser(text, source, quota).chunk();
    }

    private Prototype chunk() {
        open(0);
        f.isVararg = true;
        lexer.next();
        block();
        check(Lexer.END_OF_TEXT);
        return close();
    }

    private static boolean endsBlock(int token) {
        return switch (token) {
            case Lexer.ELSE, Lexer.ELSEIF, Lexer.END, Lexer.UNTIL, Lexer.END_OF_TEXT -> true;
            default -> false;
        };
    }

    @Override
    void block() {
        boolean last = false;
        enter();
        while (!last && !endsBlock(lexer.token)) {
            last = statement();
            accept(';');
            f.freeRegister = f.activeLocals;
        }
        leave();
    }

    private void scopedBlock() {
        f.enterBlock(false);
        block();
        f.leaveBlock();
    }

    /** @return whether it must be the last of its block */
    private boolean statement() {
        int line = lexer.line;
        switch (lexer.token) {
            case Lexer.IF -> ifStatement(line);
            case Lexer.WHILE -> whileStatement(line);
            case Lexer.DO -> {
                lexer.next();
                scopedBlock();
                expectMatch(Lexer.END, Lexer.DO, line);
            }
            case Lexer.FOR -> forStatement(line);
            case Lexer.REPEAT -> repeatStatement(line);
            case Lexer.FUNCTION -> functionStatement(line);
            case Lexer.LOCAL -> {
                lexer.next();
                if (accept(Lexer.FUNCTION)) {
                    localFunction();
                } else {
                    localStatement();
                }
            }
            case Lexer.RETURN -> {
                returnStatement();
                return true;
            }
            case Lexer.BREAK -> {
                lexer.next();
                breakStatement();
                return true;
            }
            default -> expressionStatement();
        }
        return false;
    }

    /** A variable on the left of an assignment, with those to the left of it. */
    private static final class Target {
        final Target previous;
        final Expression variable = new Expression();

        Target(Target previous) {
            this.previous = previous;
        }
    }

    /** {@code t[i], t = …}: the old t must be kept for the assignment to its field. */
    private void keepAssignedTables(Target targets, Expression local) {
        int copy = f.freeRegister;
        boolean conflict = false;
        for (Target target = targets; target != null; target = target.previous) {
            if (target.variable.kind == Kind.INDEXED) {
                if (target.variable.info == local.info) {
                    conflict = true;
                    target.variable.info = copy;
                }
                if (target.variable.extra == local.info) {
                    conflict = true;
                    target.variable.extra = copy;
                }
            }
        }
        if (conflict) {
            f.emit(Op.MOVE, f.freeRegister, local.info, 0);
            f.reserve(1);
        }
    }

    private void assignment(Target target, int count) {
        Expression e = new Expression();
        switch (target.variable.kind) {
            case LOCAL, UPVALUE, GLOBAL, INDEXED -> { }
            default -> throw lexer.syntaxError("syntax error");
        }
        if (accept(',')) {
            Target next = new Target(target);
            primary(next.variable);
            if (next.variable.kind == Kind.LOCAL) {
                keepAssignedTables(target, next.variable);
            }
            if (count > NESTING_MAX - nesting) {
                throw f.limitError(NESTING_MAX - nesting, "variables in assignment");
            }
            assignment(next, count + 1);
        } else {
            expect('=');
            int expressions = expressionList(e);
            if (expressions == count) {
                code.setOneReturn(e);
                code.store(target.variable, e);
                return;
            }
            adjust(count, expressions, e);
            if (expressions > count) {
                f.freeRegister -= expressions - count;
            }
        }
        e.set(Kind.REGISTER, f.freeRegister - 1);
        code.store(target.variable, e);
    }

    private int condition() {
        Expression e = new Expression();
        expression(e);
        if (e.kind == Kind.NIL) {
            e.kind = Kind.FALSE;
        }
        code.goIfTrue(e);
        return e.falseJumps;
    }

    private void breakStatement() {
        boolean hasUpValue = false;
        FunctionBuilder.Block block = f.block;
        while (block != null && !block.breakable) {
            hasUpValue |= block.hasUpValue;
            block = block.outer;
        }
        if (block == null) {
            throw lexer.syntaxError("no loop to break");
        }
        if (hasUpValue) {
            f.emit(Op.CLOSE, block.activeLocals, 0, 0);
        }
        block.breakJumps = f.concatJumps(block.breakJumps, f.jump());
    }

    private void whileStatement(int line) {
        lexer.next();
        int start = f.markTarget();
        int exit = condition();
        f.enterBlock(true);
        expect(Lexer.DO);
        scopedBlock();
        f.patchList(f.jump(), start);
        expectMatch(Lexer.END, Lexer.WHILE, line);
        f.leaveBlock();
        f.patchToHere(exit);
    }

    private void repeatStatement(int line) {
        int start = f.markTarget();
        f.enterBlock(true);
        f.enterBlock(false);
        lexer.next();
        block();
        expectMatch(Lexer.UNTIL, Lexer.REPEAT, line);
        int exit = condition();
        if (!f.block.hasUpValue) {
            f.leaveBlock();
            f.patchList(exit, start);
        } else {
            breakStatement();
            f.patchToHere(exit);
            f.leaveBlock();
            f.patchList(f.jump(), start);
        }
        f.leaveBlock();
    }

    private void forStatement(int line) {
        f.enterBlock(true);
        lexer.next();
        LuaString first = name();
        switch (lexer.token) {
            case '=' -> numericFor(first, line);
            case ',', Lexer.IN -> genericFor(first);
            default -> throw lexer.syntaxError("'=' or 'in' expected");
        }
        expectMatch(Lexer.END, Lexer.FOR, line);
        f.leaveBlock();
    }

    private void toNextRegister() {
        Expression e = new Expression();
        expression(e);
        code.toNextRegister(e);
    }

    private void numericFor(LuaString variable, int line) {
        int base = f.freeRegister;
        f.declareLocal(FOR_INDEX, 0);
        f.declareLocal(FOR_LIMIT, 1);
        f.declareLocal(FOR_STEP, 2);
        f.declareLocal(variable, 3);
        expect('=');
        toNextRegister();
        expect(',');
        toNextRegister();
        if (accept(',')) {
            toNextRegister();
        } else {
            f.emitBx(Op.LOADK, f.freeRegister, f.constant(1.0));
            f.reserve(1);
        }
        forBody(base, line, 1, true);
    }

    private void genericFor(LuaString first) {
        int base = f.freeRegister;
        int variables = 0;
        f.declareLocal(FOR_GENERATOR, variables++);
        f.declareLocal(FOR_STATE, variables++);
        f.declareLocal(FOR_CONTROL, variables++);
        f.declareLocal(first, variables++);
        while (accept(',')) {
            f.declareLocal(name(), variables++);
        }
        expect(Lexer.IN);
        int line = lexer.line;
        Expression e = new Expression();
        adjust(3, expressionList(e), e);
        f.checkStack(3);
        forBody(base, line, variables - 3, false);
    }

    private void forBody(int base, int line, int variables, boolean isNumeric) {
        f.activateLocals(3);
        expect(Lexer.DO);
        int prepare = isNumeric ? f.emitBx(Op.FORPREP, base, CodeBuffer.NO_JUMP + Op.SBX_ZERO) : f.jump();
        f.enterBlock(false);
        f.activateLocals(variables);
        f.reserve(variables);
        block();
        f.leaveBlock();
        f.patchToHere(prepare);
        int end = isNumeric ? f.emitBx(Op.FORLOOP, base, CodeBuffer.NO_JUMP + Op.SBX_ZERO)
                : f.emit(Op.TFORLOOP, base, 0, variables);
        f.fixLine(line);
        f.patchList(isNumeric ? end : f.jump(), prepare + 1);
    }

    private int testThen() {
        lexer.next();
        int exit = condition();
        expect(Lexer.THEN);
        scopedBlock();
        return exit;
    }

    private void ifStatement(int line) {
        int escapes = CodeBuffer.NO_JUMP;
        int falseJumps = testThen();
        while (lexer.token == Lexer.ELSEIF) {
            escapes = f.concatJumps(escapes, f.jump());
            f.patchToHere(falseJumps);
            falseJumps = testThen();
        }
        if (lexer.token == Lexer.ELSE) {
            escapes = f.concatJumps(escapes, f.jump());
            f.patchToHere(falseJumps);
            lexer.next();
            scopedBlock();
        } else {
            escapes = f.concatJumps(escapes, falseJumps);
        }
        f.patchToHere(escapes);
        expectMatch(Lexer.END, Lexer.IF, line);
    }

    private void localFunction() {
        Expression variable = new Expression();
        Expression function = new Expression();
        f.declareLocal(name(), 0);
        variable.set(Kind.LOCAL, f.freeRegister);
        f.reserve(1);
        f.activateLocals(1);
        body(function, false, lexer.line);
        code.store(variable, function);
        f.activeFromHere();
    }

    private void localStatement() {
        int variables = 0;
        int expressions;
        Expression e = new Expression();
        do {
            f.declareLocal(name(), variables++);
        } while (accept(','));
        if (accept('=')) {
            expressions = expressionList(e);
        } else {
            e.kind = Kind.VOID;
            expressions = 0;
        }
        adjust(variables, expressions, e);
        f.activateLocals(variables);
    }

    private void functionStatement(int line) {
        lexer.next();
        Expression variable = new Expression();
        Expression function = new Expression();
        boolean needSelf = false;
        variable(variable);
        while (lexer.token == '.') {
            field(variable);
        }
        if (lexer.token == ':') {
            needSelf = true;
            field(variable);
        }
        body(function, needSelf, line);
        code.store(variable, function);
        f.fixLine(line);
    }

    private void expressionStatement() {
        Target target = new Target(null);
        primary(target.variable);
        if (target.variable.kind == Kind.CALL) {
            int call = target.variable.info;
            f.code[call] = Op.withC(f.code[call], 1);
        } else {
            assignment(target, 1);
        }
    }

    private void returnStatement() {
        Expression e = new Expression();
        int first = 0;
        int count = 0;
        lexer.next();
        if (!endsBlock(lexer.token) && lexer.token != ';') {
            count = expressionList(e);
            if (e.hasMultipleResults()) {
                code.setReturns(e, Op.MULTIPLE);
                if (e.kind == Kind.CALL && count == 1) {
                    f.code[e.info] = f.code[e.info] & ~63 | Op.TAILCALL;
                }
                first = f.activeLocals;
                count = Op.MULTIPLE;
            } else if (count == 1) {
                first = code.toAnyRegister(e);
            } else {
                code.toNextRegister(e);
                first = f.activeLocals;
            }
        }
        f.emitReturn(first, count);
    }
}
