package kv.lua;

import java.nio.charset.StandardCharsets;

/** Runs programs for tests, with a {@code print} that collects its lines. */
final class Lua implements AutoCloseable {

    static final long MEMORY_BYTES = 64L << 20;

    final MemoryPool pool;
    final LuaRuntime runtime;
    private final StringBuilder printed = new StringBuilder();
    /** Steps after which a program is ended. */
    long stepsMax = 50_000_000;

    Lua() {
        this(MEMORY_BYTES, false);
    }

    Lua(long memoryBytes, boolean isProtected) {
        pool = new MemoryPool(memoryBytes);
        Globals.Builder builder = Globals.builder().standardLibraries().redisLibraries().function(null, "print", this::print);
        // Not protected is Lua as it is by itself, with its own pcall.
        Globals globals = isProtected ? builder.buildProtected() : builder.function(null, "pcall", ProtectedCalls::pcall).build();
        runtime = new LuaRuntime(globals, pool, this::slice);
    }

    private int slice(long done) {
        if (done >= stepsMax) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_STEPS);
        }
        return 1000;
    }

    private int print(LuaState s) {
        int count = s.argumentCount();
        for (int i = 1; i <= count; i++) {
            s.push(runtime.globals.template.get(LuaString.of("tostring")));
            s.push(s.argument(i));
            Calls.call(s, s.top - 2, 1);
            printed.append(i > 1 ? "\t" : "").append(s.pop());
        }
        printed.append('\n');
        return 0;
    }

    /** @return what the program printed and returned, or its error after "error: " */
    String run(String program) {
        return run(program.getBytes(StandardCharsets.ISO_8859_1), "@test");
    }

    String run(byte[] program, String name) {
        printed.setLength(0);
        runtime.begin();
        try {
            Object result = runtime.run(LuaScript.compile(program, name, runtime.quota()));
            if (result != null) {
                printed.append(result instanceof Double number ? NumberText.show(number) : result.toString());
            }
        } catch (LuaError error) {
            printed.append("error: ").append(error.getMessage());
        } finally {
            runtime.end();
        }
        return printed.toString();
    }

    String printed() {
        return printed.toString();
    }

    @Override
    public void close() {
        if (pool.usedBytes() != 0) {
            throw new AssertionError(pool.usedBytes() + " bytes were not given back");
        }
    }
}
