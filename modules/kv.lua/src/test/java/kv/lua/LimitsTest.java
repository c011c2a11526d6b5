package kv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile script can take: memory, steps, depth. */
class LimitsTest {

    private static ScriptAbort.Reason reasonOf(Lua lua, String program) {
        ScriptAbort abort = assertThrows(ScriptAbort.class, () -> lua.run(program), program);
        assertEquals(0, lua.pool.usedBytes(), program);
        return abort.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "return string.rep('x', 1e9)",
        "local s = 'x' while true do s = s .. s end",
        "local s = ('x'):rep(1e6) return (s:gsub('x', s))",
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
        "local t = {} while true do t = {t} end",
        "local t = {} while true do local u = t t = function() return u end end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
        "local t = {} for i = 1, 1e9 do t[i] = newproxy(true) end",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 100 do t[i] = s end return table.concat(t)",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 100 do t[i] = s end return cjson.encode(t)",
        "local s = ('\\0'):rep(6e6) local t = {s, s, s} return cjson.encode(t)",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 100 do t[i] = s end return cmsgpack.pack(t)",
        "return cjson.decode('[' .. ('{},'):rep(1e6) .. '1]')",
        "return cmsgpack.unpack('\\220\\255\\255' .. (('\\220\\255\\255'):rep(150)))",
        "local s = ('x'):rep(4e6) return string.format(('%s'):rep(30),"
                + " s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s)",
        "local t = {} for i = 1, 1e7 do t[i] = ('x'):gmatch('.') end",
        "local s = ('x = {'):rep(150) .. ('1,'):rep(4e6) return loadstring(s)",
        "local n = 0 load(function() n = n + 1 return ('--'):rep(1e6) end)"})
    void memory_hostileProgram_isEndedAndGivenBack(String program) {
        try (Lua lua = new Lua()) {
            lua.stepsMax = 1_000_000_000;
            String outcome;
            try {
                outcome = lua.run(program);
            } catch (ScriptAbort abort) {
                outcome = abort.reason().name();
            }
            assertTrue(outcome.equals("OUT_OF_MEMORY") || outcome.startsWith("error: ") || outcome.equals(""), outcome);
        }
    }

    @Test
    void memory_muchGarbageLittleLive_goesOn() {
        try (Lua lua = new Lua()) {
            lua.stepsMax = Long.MAX_VALUE;
            assertEquals("ok", lua.run("""
                    local keep = {}
                    for i = 1, 300000 do
                      local s = ('x'):rep(1000) .. i
                      keep[i % 100] = s
                      local t = {s, {i}}
                    end
                    return 'ok'"""));
        }
    }

    @Test
    void memory_manyScriptsAtOnce_shareOnePool() {
        MemoryPool pool = new MemoryPool(1 << 20);
        Globals globals = Globals.builder().standardLibraries().buildProtected();
        LuaRuntime first = new LuaRuntime(globals, pool, done -> 1000);
        LuaRuntime second = new LuaRuntime(globals, pool, done -> 1000);
        first.begin();
        second.begin();
        first.run(LuaScript.compile("return ('x'):rep(700000)".getBytes(StandardCharsets.US_ASCII), "@a", first.quota()));
        LuaScript same = LuaScript.compile("return ('x'):rep(700000)".getBytes(StandardCharsets.US_ASCII), "@b", second.quota());
        assertEquals(ScriptAbort.Reason.OUT_OF_MEMORY, assertThrows(ScriptAbort.class, () -> second.run(same)).reason());
        first.end();
        second.end();
        assertEquals(0, pool.usedBytes());
        second.begin();
        assertEquals(700_000, ((LuaString) second.run(same)).length());
        second.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "while true do end",
        "repeat until false",
        "local function f() return f() end f()",
        "for i = 1, math.huge do end",
        "while true do pcall(error) end",
        "while true do pcall(function() while true do end end) end",
        "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
        "return ('a'):rep(100):find(('a*'):rep(50) .. 'b')",
        "return ('a'):rep(300000):find('.-.-.-.-b')",
        "local s = ('a'):rep(300000) return s:gsub('a-b', '')",
        "local s = ('a'):rep(30000) while true do s:find('%f[b]') end",
        "table.sort({3, 1, 2}, function() while true do end end)",
        "local s = ('x'):rep(1e6) while true do local t = s:upper() end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do unpack(t, 1, 7000) end",
        "coroutine.wrap(function() while true do end end)()",
        "local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end",
        "xpcall(function() error('x') end, function() while true do end end)",
        "local t = {} for i = 1, 200000 do t[i * 1024] = i end local x = 0 while true do for i = 1, 200000 do x = x +"
                + " (t[i] or 0) end end",
        "while true do tostring(setmetatable({}, {__tostring = function() return 'x' end})) end",
        "while true do cjson.encode({1, 2, 3}) end",
        "local function f(...) return f(1, ...) end return f()"})
    void steps_endlessProgram_isEnded(String program) {
        try (Lua lua = new Lua()) {
            lua.stepsMax = 3_000_000;
            assertEquals(ScriptAbort.Reason.OUT_OF_STEPS, reasonOf(lua, program));
        }
    }

    /** Each instruction is one step; here it is the bytes behind one that count. Seen to fail with each of them uncounted. */
    @ParameterizedTest
    @ValueSource(strings = {"local e = a == b", "local e = a ~= b", "local e = a < b", "local e = a <= b", "rawequal(a, b)",
        "local e = t[b]", "t[b] = i", "local s = a:sub(2)", "table.sort({a, b})"})
    void steps_workOnManyBytes_isCounted(String statement) {
        try (Lua lua = new Lua()) {
            lua.stepsMax = 400_000;
            assertEquals(ScriptAbort.Reason.OUT_OF_STEPS, reasonOf(lua, "local a, b = ('x'):rep(1e6), ('x'):rep(1e6)"
                    + " local t = {[a] = 1} for i = 1, 100 do " + statement + " end"));
        }
    }

    /** Seen to fail when only walks that found nothing were counted. */
    @Test
    void steps_keysOfOneHash_thatAreFound_areCounted() {
        int keys = 1024;
        StringBuilder program = new StringBuilder("local keys, t = {}, {} ");
        program.append("for k in ('");
        CollidingStrings.make(keys).forEach(program::append);
        program.append("'):gmatch(('.'):rep(").append(CollidingStrings.lengthOf(keys));
        program.append(")) do keys[#keys + 1] = k t[k] = 1 end");
        try (Lua lua = new Lua()) {
            lua.stepsMax = 3_000_000;
            assertEquals("1024", lua.run(program + " return #keys"));
            assertEquals(ScriptAbort.Reason.OUT_OF_STEPS, reasonOf(lua, program
                    + " for turn = 1, 20 do for i = 1, #keys do local x = t[keys[i]] end end"));
        }
    }

    @Test
    void kill_anyPlace_noProtectedCallCatchesIt() throws InterruptedException {
        AtomicReference<Boolean> killed = new AtomicReference<>(false);
        MemoryPool pool = new MemoryPool(1 << 20);
        LuaRuntime runtime = new LuaRuntime(Globals.builder().standardLibraries().buildProtected(), pool, done -> {
            if (killed.get()) {
                throw new ScriptAbort(ScriptAbort.Reason.KILLED);
            }
            return 500;
        });
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread runner = new Thread(() -> {
            runtime.begin();
            try {
                runtime.run(LuaScript.compile("while true do pcall(function() xpcall(error, print) while true do end end) end"
                        .replace("print", "type").getBytes(StandardCharsets.US_ASCII), "@kill", runtime.quota()));
            } catch (ScriptAbort abort) {
                outcome.set(abort);
            } finally {
                runtime.end();
            }
        });
        runner.start();
        killed.set(true);
        runner.join(600_000);
        assertEquals(ScriptAbort.Reason.KILLED, ((ScriptAbort) outcome.get()).reason());
        assertEquals(0, pool.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "local function f() return 1 + f() end return f()",
        "local function f() return (pcall(f)) end return tostring(f())",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
        "local t = {} setmetatable(t, {__index = t}) return t.x",
        "local t = {} for i = 1, 1000 do t = setmetatable({}, {__index = t}) end return tostring(t.x)",
        "local function f() return coroutine.wrap(f)() end return f()",
        "local function f(x) return (('x'):gsub('.', f)) end return f()",
        "local function f() table.sort({1, 2}, f) return true end return f()",
        "return loadstring(('('):rep(100000))",
        "return loadstring('return ' .. ('{'):rep(100000))",
        "return loadstring('return ' .. ('-'):rep(100000) .. '1')",
        "return loadstring('return ' .. ('not '):rep(100000) .. '1')",
        "return loadstring('return ' .. ('a^'):rep(100000) .. '1')",
        "return loadstring(('a.b.'):rep(100000) .. 'c = 1')",
        "return loadstring(('if a then '):rep(100000))",
        "return loadstring(('a,'):rep(100000) .. 'a = 1')",
        "return loadstring('return ' .. ('function() return '):rep(100000))",
        "return loadstring('local a = ' .. ('1 .. '):rep(1000) .. '1')",
        "local t = {} for i = 1, 5000 do t = {t} end return cjson.encode(t)",
        "return cjson.decode(('['):rep(100000))",
        "return cjson.decode(('{\"a\":'):rep(100000))",
        "return cmsgpack.unpack(('\\145'):rep(100000))",
        "local t = {} for i = 1, 5000 do t = {t} end return #cmsgpack.pack(t)",
        "return ('a'):rep(1000):find(('a?'):rep(1000))",
        "return ('a'):rep(1000):find(('(a)'):rep(1000))",
        "return (('a'):rep(100000):find(('a-'):rep(300)))",
        "local function f() error(setmetatable({}, {__tostring = f})) end return tostring(pcall(f))",
        "return select('#', ('x'):rep(100000):byte(1, -1))",
        "return unpack({}, 1, 1e6)",
        "return string.char(unpack({65, 66}))",
        "local function f(n, ...) if n == 0 then return ... end return f(n - 1, n, ...) end return select('#', f(5000))",
        "xpcall(function() local function f() return 1 + f() end f() end, function(e) local function g() return 1 + g()"
                + " end g() end)"})
    void depth_deepProgram_isAnErrorOfTheScript(String program) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        // A worker's thread has no large stack.
        Thread small = new Thread(null, () -> {
            try (Lua lua = new Lua()) {
                lua.run(program);
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        }, "small", 512 << 10);
        small.start();
        small.join();
        if (failure.get() != null) {
            throw new AssertionError(program, failure.get());
        }
    }
}
