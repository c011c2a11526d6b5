package kv.lua;

import java.util.Arrays;

/**
 * A coroutine, and the main one of a script: its stack, and the calls that are under way. It is also what a
 * {@link NativeFunction} sees: its arguments, a place to push results, and ways to fail.
 *
 * <p>Owner: the thread that runs the script. A host holds it no longer than a call.
 * <p>Invariant: all depths are bounded: frames of the script, and calls from Java to the script and back.
 */
public final class LuaState extends HeapObject {

    // Frames of a script lie in this object and not on Java's stack, so recursion of a script costs no Java stack, and a
    // coroutine
    // is nothing but a second state. Only pcall, metamethods, iterators and callbacks of library functions nest in Java, and
    // those are counted (nativeDepth), as Lua counts its "C calls".

    enum Status { FRESH, SUSPENDED, RUNNING, NORMAL, DEAD }

    static final int NATIVE_DEPTH_MAX = 200;
    static final int FRAMES_MAX = 16_384;
    private static final int FRAMES_EXTRA = 64;
    private static final int NATIVE_STACK_MAX = 8000;
    private static final int STACK_SLACK = 16;
    private static final int STACK_START = 64;

    final LuaRuntime runtime;
    final Globals globals;
    final Quota quota;
    Object[] stack;
    /** The first argument of a native function. */
    int base;
    /** Beyond the last value of a native function, or of a call with any number of values. */
    int top;
    CallInfo[] frames;
    int frameIndex;
    CallInfo frame;
    UpValue openUpValues;
    /** The environment of functions that are loaded, {@code getfenv(0)}. */
    LuaTable environment;
    Status status = Status.FRESH;
    int nativeDepth;
    /** {@link #nativeDepth} where this coroutine was resumed: it can yield only there. */
    int resumeDepth;
    private boolean handlingOverflow;
    /** Transient: a value between a yield and the resume. */
    int transferCount;

    /** The main state: what it begins with is the runtime's, charged to {@code initial}. */
    LuaState(LuaRuntime runtime, Quota initial, Quota quota, LuaTable environment) {
        initial.charge((long) (STACK_START + STACK_SLACK) * Quota.STACK_SLOT_BYTES + 8L * Quota.FRAME_BYTES + 200);
        this.runtime = runtime;
        this.globals = runtime.globals;
        this.quota = quota;
        this.environment = environment;
        stack = new Object[STACK_START + STACK_SLACK];
        frames = new CallInfo[8];
        frame = frameAt(0);
        frame.top = STACK_SLACK;
        base = 1;
        top = 1;
        frame.base = 1;
    }

    /** A coroutine. */
    LuaState(LuaState creator) {
        this(creator.runtime, creator.quota, creator.quota, creator.environment);
    }

    /** What the host has given to the runtime. */
    public Object host() {
        return runtime.host();
    }

    /** Makes a state that has run a script ready for the next one. */
    void reset() {
        closeUpValues(0);
        if (stack.length > 4 * STACK_START) {
            stack = new Object[STACK_START + STACK_SLACK];
        } else {
            Arrays.fill(stack, null);
        }
        if (frames.length > 64) {
            frames = new CallInfo[8];
        } else {
            for (CallInfo used : frames) {
                if (used != null) {
                    used.function = null;
                }
            }
        }
        frameIndex = 0;
        frame = frameAt(0);
        frame.base = 1;
        frame.top = STACK_SLACK;
        base = 1;
        top = 1;
        nativeDepth = 0;
        resumeDepth = 0;
        handlingOverflow = false;
    }

    private CallInfo frameAt(int index) {
        CallInfo found = frames[index];
        if (found == null) {
            found = new CallInfo();
            frames[index] = found;
        }
        return found;
    }

    CallInfo pushFrame() {
        int index = ++frameIndex;
        if (index >= frames.length) {
            growFrames(index);
        }
        CallInfo pushed = frames[index];
        if (pushed == null) {
            pushed = frameAt(index);
        }
        frame = pushed;
        return pushed;
    }

    private void growFrames(int index) {
        if (index >= FRAMES_MAX + (handlingOverflow ? FRAMES_EXTRA : 0)) {
            frameIndex--;
            handlingOverflow = true;
            throw Calls.runtimeError(this, "stack overflow");
        }
        int size = Math.min(frames.length * 2, FRAMES_MAX + FRAMES_EXTRA);
        quota.charge((long) (size - frames.length) * Quota.FRAME_BYTES);
        frames = Arrays.copyOf(frames, size);
    }

    void popFrame() {
        frame = frames[--frameIndex];
    }

    /** After an error: back to the call that is protected. */
    void unwindTo(int index) {
        frameIndex = index;
        frame = frames[index];
        base = frame.base;
        handlingOverflow = false;
    }

    /** Makes room for {@code slots} values beyond {@code from}. */
    void ensureStack(int from, int slots) {
        int needed = from + slots + STACK_SLACK;
        if (needed > stack.length) {
            int size = Math.max(needed, stack.length * 2);
            quota.charge((long) size * Quota.STACK_SLOT_BYTES);
            int old = stack.length;
            stack = Arrays.copyOf(stack, size);
            quota.refund((long) old * Quota.STACK_SLOT_BYTES);
        }
    }

    UpValue findUpValue(int index) {
        UpValue previous = null;
        UpValue at = openUpValues;
        while (at != null && at.index >= index) {
            if (at.index == index) {
                return at;
            }
            previous = at;
            at = at.next;
        }
        quota.charge(48);
        UpValue made = new UpValue(this, index, at);
        if (previous == null) {
            openUpValues = made;
        } else {
            previous.next = made;
        }
        return made;
    }

    void closeUpValues(int from) {
        UpValue at = openUpValues;
        while (at != null && at.index >= from) {
            UpValue next = at.next;
            at.close();
            at = next;
        }
        openUpValues = at;
    }

    // What a native function uses: its arguments, numbered from 1.

    public Quota quota() {
        return quota;
    }

    public int argumentCount() {
        return top - base;
    }

    /** @return null for nil, and for an argument that was not given */
    public Object argument(int number) {
        int index = base + number - 1;
        return index < top ? stack[index] : null;
    }

    boolean isNone(int number) {
        return base + number - 1 >= top;
    }

    boolean isNoneOrNil(int number) {
        return argument(number) == null;
    }

    public void push(Object value) {
        if (top == stack.length) {
            ensureStack(top, 1);
        }
        stack[top++] = value;
    }

    void pushBoolean(boolean value) {
        push(value ? Boolean.TRUE : Boolean.FALSE);
    }

    public void push(double value) {
        push((Object) value);
    }

    /** Pushes a text whose characters are bytes. */
    public void pushText(String latin) {
        quota.chargeString(latin.length());
        push(LuaString.ofLatin(latin));
    }

    /** Pushes bytes that nobody else keeps; charges them. */
    void pushBytes(byte[] source, int from, int to) {
        if (to - from > 1) {
            quota.chargeString(to - from);
        }
        push(LuaString.copyOf(source, from, to));
    }

    Object pop() {
        Object value = stack[--top];
        stack[top] = null;
        return value;
    }

    /** Cuts, or fills with nil, the arguments to {@code count}. */
    void setArgumentCount(int count) {
        int wanted = base + count;
        ensureStack(base, count);
        while (top < wanted) {
            stack[top++] = null;
        }
        top = wanted;
    }

    boolean hasRoomFor(int values) {
        if (values > NATIVE_STACK_MAX || top - base + values > NATIVE_STACK_MAX) {
            return false;
        }
        ensureStack(top, values);
        return true;
    }

    void checkRoom(int values, String message) {
        if (!hasRoomFor(values)) {
            throw error("stack overflow (" + message + ")");
        }
    }

    /** An error with the position of the caller in front. */
    public LuaError error(String message) {
        return failure(Calls.where(this, 1) + message);
    }

    /** An error whose value is just this text. */
    LuaError failure(String text) {
        quota.chargeString(text.length());
        return new LuaError(text);
    }

    public LuaError argumentError(int number, String message) {
        return Arguments.error(this, number, message);
    }

    public LuaTable checkTable(int number) {
        if (argument(number) instanceof LuaTable table) {
            return table;
        }
        throw Arguments.typeError(this, number, "table");
    }

    void checkAny(int number) {
        if (isNone(number)) {
            throw argumentError(number, "value expected");
        }
    }

    /** A string, or a number as one. */
    public LuaString checkString(int number) {
        Object value = argument(number);
        if (value instanceof LuaString string) {
            return string;
        }
        if (value instanceof Double) {
            return Values.toLuaString(this, value);
        }
        throw Arguments.typeError(this, number, "string");
    }

    LuaString optionalString(int number, LuaString ifAbsent) {
        return isNoneOrNil(number) ? ifAbsent : checkString(number);
    }

    public double checkNumber(int number) {
        Object value = argument(number);
        if (value instanceof Double boxed) {
            return boxed;
        }
        Double converted = Values.toNumber(value);
        if (converted == null) {
            throw Arguments.typeError(this, number, "number");
        }
        return converted;
    }

    /** As C casts it to a 32-bit int through a 64-bit one. */
    int checkInt(int number) {
        return (int) checkLong(number);
    }

    long checkLong(int number) {
        return Values.toLong(checkNumber(number));
    }

    int optionalInt(int number, int ifAbsent) {
        return isNoneOrNil(number) ? ifAbsent : checkInt(number);
    }

    LuaFunction checkFunction(int number) {
        if (argument(number) instanceof LuaFunction function) {
            return function;
        }
        throw Arguments.typeError(this, number, "function");
    }
}
