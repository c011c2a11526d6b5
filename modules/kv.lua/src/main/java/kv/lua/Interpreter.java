package kv.lua;

/** Runs instructions. Owner: the thread of the script. */
final class Interpreter {

    // One loop for all frames of a script: a call of a function of the script goes on in the same loop. The loop must stay below
    // 8000 bytes of bytecode, or HotSpot never compiles it; whatever is not usual is therefore a method elsewhere.
    // Before anything that can fail or call, the frame's pc is saved: messages and resumed coroutines read it there.

    private Interpreter() {
    }

    /** @param startDepth how many frames to run before returning */
    static void execute(LuaState s, int startDepth) {
        int depth = startDepth;
        Quota quota = s.quota;
        for (;;) {
            CallInfo frame = s.frame;
            LuaClosure closure = (LuaClosure) frame.function;
            int[] code = closure.prototype.code;
            Object[] k = closure.prototype.constants;
            int base = frame.base;
            int pc = frame.pc;
            Object[] r = s.stack;
            boolean sameFrame = true;
            while (sameFrame) {
                if (--quota.stepsLeft < 0) {
                    frame.pc = pc;
                    quota.nextSlice();
                }
                int i = code[pc++];
                int a = base + (i >>> 6 & 255);
                switch (i & 63) {
                    case Op.MOVE:
                        r[a] = r[base + (i >>> 23)];
                        break;
                    case Op.LOADK:
                        r[a] = k[i >>> 14];
                        break;
                    case Op.LOADBOOL:
                        r[a] = i >>> 23 != 0 ? Boolean.TRUE : Boolean.FALSE;
                        if ((i >>> 14 & 511) != 0) {
                            pc++;
                        }
                        break;
                    case Op.LOADNIL:
                        for (int last = base + (i >>> 23), at = a; at <= last; at++) {
                            r[at] = null;
                        }
                        break;
                    case Op.GETUPVAL:
                        r[a] = closure.upValues[i >>> 23].get();
                        break;
                    case Op.GETGLOBAL: {
                        LuaTable globals = closure.environment;
                        LuaString name = (LuaString) k[i >>> 14];
                        Object value = globals.get(name);
                        if (value == null && globals.metatable != null) {
                            frame.pc = pc;
                            value = Metamethods.index(s, globals, name, -1);
                            r = s.stack;
                        }
                        r[a] = value;
                        break;
                    }
                    case Op.GETTABLE: {
                        int b = base + (i >>> 23);
                        Object key = rk(r, k, base, i >>> 14 & 511);
                        Object value = null;
                        if (r[b] instanceof LuaTable table) {
                            value = table.get(key);
                            if (value != null || table.metatable == null) {
                                r[a] = value;
                                break;
                            }
                        }
                        frame.pc = pc;
                        value = Metamethods.index(s, r[b], key, b);
                        r = s.stack;
                        r[a] = value;
                        break;
                    }
                    case Op.SETGLOBAL:
                        frame.pc = pc;
                        Metamethods.setIndex(s, closure.environment, k[i >>> 14], r[a], -1);
                        r = s.stack;
                        break;
                    case Op.SETUPVAL:
                        closure.upValues[i >>> 23].set(r[a]);
                        break;
                    case Op.SETTABLE: {
                        Object key = rk(r, k, base, i >>> 23);
                        Object value = rk(r, k, base, i >>> 14 & 511);
                        frame.pc = pc;
                        if (r[a] instanceof LuaTable table && table.metatable == null && !table.readOnly
                                && key instanceof LuaString name) {
                            table.put(name, value);
                        } else {
                            Metamethods.setIndex(s, r[a], key, value, a);
                            r = s.stack;
                        }
                        break;
                    }
                    case Op.NEWTABLE:
                        r[a] = new LuaTable(quota, Op.fromFloatingByte(i >>> 23), Op.fromFloatingByte(i >>> 14 & 511));
                        break;
                    case Op.SELF: {
                        int b = base + (i >>> 23);
                        Object self = r[b];
                        Object key = rk(r, k, base, i >>> 14 & 511);
                        frame.pc = pc;
                        Object method = Metamethods.index(s, self, key, b);
                        r = s.stack;
                        r[a + 1] = self;
                        r[a] = method;
                        break;
                    }
                    case Op.ADD: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        if (x instanceof Double m && y instanceof Double n) {
                            r[a] = m + n;
                        } else {
                            frame.pc = pc;
                            r = Metamethods.arithmetic(s, i, a, x, y);
                        }
                        break;
                    }
                    case Op.SUB: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        if (x instanceof Double m && y instanceof Double n) {
                            r[a] = m - n;
                        } else {
                            frame.pc = pc;
                            r = Metamethods.arithmetic(s, i, a, x, y);
                        }
                        break;
                    }
                    case Op.MUL: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        if (x instanceof Double m && y instanceof Double n) {
                            r[a] = m * n;
                        } else {
                            frame.pc = pc;
                            r = Metamethods.arithmetic(s, i, a, x, y);
                        }
                        break;
                    }
                    case Op.DIV, Op.MOD, Op.POW: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        frame.pc = pc;
                        r = Metamethods.arithmetic(s, i, a, x, y);
                        break;
                    }
                    case Op.UNM: {
                        Object x = r[base + (i >>> 23)];
                        frame.pc = pc;
                        r = Metamethods.arithmetic(s, i, a, x, x);
                        break;
                    }
                    case Op.NOT: {
                        Object x = r[base + (i >>> 23)];
                        r[a] = x == null || x == Boolean.FALSE ? Boolean.TRUE : Boolean.FALSE;
                        break;
                    }
                    case Op.LEN: {
                        int b = base + (i >>> 23);
                        frame.pc = pc;
                        Object length = Metamethods.length(s, r[b], b);
                        r = s.stack;
                        r[a] = length;
                        break;
                    }
                    case Op.CONCAT: {
                        int b = base + (i >>> 23);
                        int c = base + (i >>> 14 & 511);
                        frame.pc = pc;
                        Metamethods.concat(s, c - b + 1, c);
                        r = s.stack;
                        r[a] = r[b];
                        break;
                    }
                    case Op.JMP:
                        pc += (i >>> 14) - Op.SBX_ZERO;
                        break;
                    case Op.EQ: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        frame.pc = pc;
                        if (Metamethods.equal(s, x, y) == ((i >>> 6 & 255) != 0)) {
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        r = s.stack;
                        break;
                    }
                    case Op.LT: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        boolean less;
                        if (x instanceof Double m && y instanceof Double n) {
                            less = m < n;
                        } else {
                            frame.pc = pc;
                            less = Metamethods.lessThan(s, x, y);
                            r = s.stack;
                        }
                        if (less == ((i >>> 6 & 255) != 0)) {
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        break;
                    }
                    case Op.LE: {
                        Object x = rk(r, k, base, i >>> 23);
                        Object y = rk(r, k, base, i >>> 14 & 511);
                        boolean less;
                        if (x instanceof Double m && y instanceof Double n) {
                            less = m <= n;
                        } else {
                            frame.pc = pc;
                            less = Metamethods.lessOrEqual(s, x, y);
                            r = s.stack;
                        }
                        if (less == ((i >>> 6 & 255) != 0)) {
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        break;
                    }
                    case Op.TEST: {
                        Object x = r[a];
                        if ((x == null || x == Boolean.FALSE) != ((i >>> 14 & 511) != 0)) {
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        break;
                    }
                    case Op.TESTSET: {
                        Object x = r[base + (i >>> 23)];
                        if ((x == null || x == Boolean.FALSE) != ((i >>> 14 & 511) != 0)) {
                            r[a] = x;
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        break;
                    }
                    case Op.CALL: {
                        int arguments = i >>> 23;
                        if (arguments != 0) {
                            s.top = a + arguments;
                        }
                        int wanted = (i >>> 14 & 511) - 1;
                        frame.pc = pc;
                        int kind = Calls.begin(s, a, wanted);
                        if (kind == Calls.NATIVE) {
                            if (wanted >= 0) {
                                s.top = frame.top;
                            }
                            r = s.stack;
                        } else if (kind == Calls.LUA) {
                            depth++;
                            sameFrame = false;
                        } else {
                            return;
                        }
                        break;
                    }
                    case Op.TAILCALL: {
                        int arguments = i >>> 23;
                        if (arguments != 0) {
                            s.top = a + arguments;
                        }
                        frame.pc = pc;
                        int kind = Calls.begin(s, a, Op.MULTIPLE);
                        if (kind == Calls.NATIVE) {
                            r = s.stack;
                        } else if (kind == Calls.LUA) {
                            replaceFrame(s);
                            sameFrame = false;
                        } else {
                            return;
                        }
                        break;
                    }
                    case Op.RETURN: {
                        int results = i >>> 23;
                        if (results != 0) {
                            s.top = a + results - 1;
                        }
                        if (s.openUpValues != null) {
                            s.closeUpValues(base);
                        }
                        frame.pc = pc;
                        boolean fixed = Calls.finish(s, a);
                        if (--depth == 0) {
                            return;
                        }
                        if (fixed) {
                            s.top = s.frame.top;
                        }
                        sameFrame = false;
                        break;
                    }
                    case Op.FORLOOP: {
                        double step = (Double) r[a + 2];
                        double index = (Double) r[a] + step;
                        double limit = (Double) r[a + 1];
                        if (step > 0 ? index <= limit : limit <= index) {
                            pc += (i >>> 14) - Op.SBX_ZERO;
                            Object boxed = index;
                            r[a] = boxed;
                            r[a + 3] = boxed;
                        }
                        break;
                    }
                    case Op.FORPREP:
                        frame.pc = pc;
                        prepareLoop(s, a);
                        pc += (i >>> 14) - Op.SBX_ZERO;
                        break;
                    case Op.TFORLOOP: {
                        int first = a + 3;
                        int wanted = i >>> 14 & 511;
                        if (r[a] == Globals.NEXT && r[a + 1] instanceof LuaTable table && wanted <= 2) {
                            frame.pc = pc;
                            nextPair(s, table, r, a, wanted);
                        } else {
                            r[first] = r[a];
                            r[first + 1] = r[a + 1];
                            r[first + 2] = r[a + 2];
                            s.top = first + 3;
                            frame.pc = pc;
                            Calls.call(s, first, wanted);
                            s.top = frame.top;
                            r = s.stack;
                        }
                        if (r[first] != null) {
                            r[a + 2] = r[first];
                            pc += (code[pc] >>> 14) - Op.SBX_ZERO;
                        }
                        pc++;
                        break;
                    }
                    case Op.SETLIST: {
                        int count = i >>> 23;
                        int batch = i >>> 14 & 511;
                        if (batch == 0) {
                            batch = code[pc++];
                        }
                        if (count == 0) {
                            count = s.top - a - 1;
                        }
                        setList((LuaTable) r[a], r, a, (batch - 1) * Op.FIELDS_PER_FLUSH + count, count);
                        s.top = frame.top;
                        break;
                    }
                    case Op.CLOSE:
                        s.closeUpValues(a);
                        break;
                    case Op.CLOSURE:
                        pc = makeClosure(s, closure, closure.prototype.inner[i >>> 14], a, pc);
                        break;
                    case Op.VARARG:
                        copyVarargs(s, frame, a, (i >>> 23) - 1);
                        r = s.stack;
                        break;
                    default:
                        throw new IllegalStateException("instruction " + i);
                }
            }
        }
    }

    private static Object rk(Object[] registers, Object[] constants, int base, int operand) {
        return operand < Op.CONSTANT ? registers[base + operand] : constants[operand - Op.CONSTANT];
    }

    /** The function that was just called takes the place of the one that called it. */
    private static void replaceFrame(LuaState s) {
        CallInfo called = s.frame;
        s.popFrame();
        CallInfo caller = s.frame;
        if (s.openUpValues != null) {
            s.closeUpValues(caller.base);
        }
        Object[] stack = s.stack;
        int to = caller.functionIndex;
        int from = called.functionIndex;
        int count = s.top - from;
        if (count > Calls.FREE_COPIES) {
            s.quota.spend(count >> 3);
        }
        System.arraycopy(stack, from, stack, to, count);
        caller.function = called.function;
        caller.base = to + (called.base - from);
        s.top = to + count;
        caller.top = s.top;
        caller.pc = called.pc;
        caller.tailCalls++;
    }

    private static void prepareLoop(LuaState s, int a) {
        Double start = Values.toNumber(s.stack[a]);
        Double limit = Values.toNumber(s.stack[a + 1]);
        Double step = Values.toNumber(s.stack[a + 2]);
        if (start == null || limit == null || step == null) {
            String what = start == null ? "initial value" : limit == null ? "limit" : "step";
            throw Calls.runtimeError(s, "'for' " + what + " must be a number");
        }
        s.stack[a] = start - step;
        s.stack[a + 1] = limit;
        s.stack[a + 2] = step;
    }

    private static void nextPair(LuaState s, LuaTable table, Object[] r, int a, int wanted) {
        int position = table.positionAfter(r[a + 2]);
        if (position < 0) {
            throw s.failure("invalid key to 'next'");
        }
        int found = table.nextUsed(position);
        if (found < 0) {
            r[a + 3] = null;
            return;
        }
        if (found - position > 16) {
            s.quota.spend(found - position >> 4);
        }
        r[a + 3] = table.keyAt(found);
        if (wanted == 2) {
            r[a + 4] = table.valueAt(found);
        }
    }

    private static void setList(LuaTable table, Object[] r, int a, int last, int count) {
        table.growArray(last);
        for (int i = count; i > 0; i--) {
            table.put(last - count + i, r[a + i]);
        }
    }

    private static int makeClosure(LuaState s, LuaClosure outer, Prototype p, int a, int pc) {
        s.quota.charge(Quota.CLOSURE_BYTES + 4L * p.upValueCount);
        LuaClosure made = new LuaClosure(p, outer.environment);
        int[] code = outer.prototype.code;
        int base = s.frame.base;
        int at = pc;
        for (int i = 0; i < p.upValueCount; i++) {
            int origin = code[at++];
            made.upValues[i] = Op.op(origin) == Op.GETUPVAL ? outer.upValues[Op.b(origin)] : s.findUpValue(base + Op.b(origin));
        }
        s.stack[a] = made;
        return at;
    }

    private static void copyVarargs(LuaState s, CallInfo frame, int a, int wanted) {
        int given = frame.base - frame.functionIndex - ((LuaClosure) frame.function).prototype.parameterCount - 1;
        int count = wanted;
        if (count == Op.MULTIPLE) {
            s.ensureStack(a, given);
            count = given;
            s.top = a + given;
        }
        if (count > Calls.FREE_COPIES) {
            s.quota.spend(count >> 3);
        }
        Object[] r = s.stack;
        for (int i = 0; i < count; i++) {
            r[a + i] = i < given ? r[frame.base - given + i] : null;
        }
    }
}
