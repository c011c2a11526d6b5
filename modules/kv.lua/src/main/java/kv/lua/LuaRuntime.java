package kv.lua;

/**
 * Runs scripts, one at a time.
 *
 * <p>Owner: one thread at a time.
 *
 * <pre>{@code
 * runtime.begin(randomStart);
 * try {
 *     runtime.setGlobal(KEYS, keys);
 *     Object result = runtime.run(script);
 *     …                                       // the result is the script's: convert it now
 * } catch (LuaError error) {                  // the script's own
 * } catch (ScriptAbort abort) {               // a limit, or killed: nothing it did counts
 * } finally {
 *     runtime.end();
 * }
 * }</pre>
 */
public final class LuaRuntime {

    private static final LuaString SELF = LuaString.of("_G");
    private static final long BASE_BYTES = 4096;
    private static final long FIRST_RANDOM = 0x1234_ABCD_330EL;

    final Globals globals;
    private final Quota quota;
    private final LuaState main;
    private final LuaTable table;
    final RandomNumbers random = new RandomNumbers();
    /** Of cjson's settings, those a script has changed; null while it has not. */
    JsonLibrary.Settings jsonSettings;
    private Object host;
    private boolean running;

    public LuaRuntime(Globals globals, MemoryPool pool, Slices slices) {
        this.globals = globals;
        this.quota = new Quota(pool, slices);
        Quota own = Quota.unlimited();
        this.table = globals.template.copyFor(own);
        this.table.put(SELF, table);
        this.table.readOnly = globals.isProtected;
        this.main = new LuaState(this, own, quota, table);
        quota.roots(new Reachability(this));
    }

    /** Begins with the numbers of a Redis that has just been started. */
    void begin() {
        begin(FIRST_RANDOM);
    }

    /**
     * Opens an account for the next script.
     *
     * @param randomStart 48 bits that the script's random numbers follow from, and nothing else
     */
    public void begin(long randomStart) {
        if (running) {
            throw new IllegalStateException("a script is running");
        }
        running = true;
        random.start(randomStart);
        jsonSettings = null;
        quota.begin();
        quota.charge(BASE_BYTES);
    }

    /** Forgets the script and gives back what it had. */
    public void end() {
        main.reset();
        main.environment = table;
        running = false;
        quota.close();
    }

    public Quota quota() {
        return quota;
    }

    /** What the host's functions find by {@link LuaState#host()}. */
    public void host(Object context) {
        host = context;
    }

    Object host() {
        return host;
    }

    LuaState main() {
        return main;
    }

    LuaTable table() {
        return table;
    }

    public LuaTable newTable(int arraySize, int hashSize) {
        return new LuaTable(quota, arraySize, hashSize);
    }

    /** Sets a global even where scripts may not. It stays until it is set again: null takes it away. */
    public void setGlobal(LuaString name, Object value) {
        table.put(name, value);
    }

    /**
     * Runs a script to its end.
     *
     * @return its first result
     * @throws LuaError what it did not catch, with the place where it was raised
     * @throws ScriptAbort if it was ended from outside
     */
    public Object run(LuaScript script) {
        if (!running) {
            throw new IllegalStateException("begin first");
        }
        quota.charge(Quota.CLOSURE_BYTES);
        LuaState state = main;
        state.push(new LuaClosure(script.prototype, state.environment));
        int function = state.top - 1;
        try {
            Calls.call(state, function, 1);
        } catch (LuaError error) {
            throw locate(error);
        } catch (StackOverflowError overflow) {
            // All recursion is bounded; a thread with a small stack may still meet this first. The script's frames are gone,
            // no more.
            throw new LuaError("stack overflow");
        }
        Object result = state.stack[function];
        state.top = function + 1;
        return result;
    }

    private LuaError locate(LuaError error) {
        int index = main.frameIndex;
        CallInfo frame = main.frames[index];
        if (index > 0 && !frame.isLua()) {
            frame = main.frames[index - 1];
        }
        return frame.function instanceof LuaClosure closure ? error.raisedAt(closure.prototype.source,
                frame.currentLine()) : error;
    }
}
