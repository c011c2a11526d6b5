package kv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds without a reference at hand: a table of programs and their results, and what a host sees of an error. */
class LanguageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "return tostring(1700000000.123) | 1700000000.123",
        "return tostring(2^53) .. ' ' .. 1e15 .. ' ' .. 1e14 .. ' ' .. 123456789012 | 9.007199254741e+15 1e+15 1e+14"
                + " 123456789012",
        "return tostring(-0) .. ' ' .. 1/3 .. ' ' .. 1e-5 | -0 0.33333333333333 1e-05",
        "return tostring(tonumber('0x10')) .. tostring(tonumber('z', 36)) .. tostring(tonumber('1e')) | 1635nil",
        "return #{1, nil, 3} .. #{n = 1} .. #'abc' | 303",
        "return 5 % -3 .. ' ' .. -5 % 3 .. ' ' .. 2^10 .. ' ' .. 7 / 2 | -1 1 1024 3.5",
        "return '10' + 5 .. '' | 15",
        "return ('hello world'):gsub('o', '0') | hell0 w0rld",
        "return ('key=value'):match('(%w+)=(%w+)') | key",
        "return string.format('%5.1f,%-5d,%05d,%x,%q', 3.14159, 42, 42, 255, 'a\"b') | 3.1,42   ,00042,ff,\"a\\\"b\"",
        "local t = {} for w in ('a b c'):gmatch('%a') do t[#t + 1] = w end return table.concat(t, ',') | a,b,c",
        "return select('#', unpack({1, 2, nil, 4})) .. select(-1, 1, 2) | 42",
        "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t) | 321",
        "local t = setmetatable({}, {__index = function(t, k) return k .. '!' end}) return t.x | x!",
        "local a = {} for i = 1, 3 do a[i] = function() return i end end return a[1]() .. a[2]() .. a[3]() | 123",
        "local c = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return c(1) .. c(5) | 210",
        "return (pcall(error, 'x')) and 1 or 2 | 2",
        "local ok, e = pcall(function() error({code = 7}) end) return e.code | 7",
        "local s = 0 for i = 10, 1, -3 do s = s + i end return s | 22",
        "return math.max(1, 5, 3) .. math.floor(-1.5) .. math.fmod(7, 3) | 5-21",
        "return cjson.encode({a = 1, b = {1, 2}}) | {\"a\":1,\"b\":[1,2]}",
        "return cjson.decode('{\"a\":[1,{\"b\":null}]}').a[2].b == cjson.null and 'null' | null",
        "return loadstring('return 1 + 1')() | 2",
        "do local function f(n) if n == 0 then return 'deep' end return f(n - 1) end return f(1e5) end | deep",
        "local function f(...) return arg == nil and select('#', ...) end return tostring(f(1, nil)) | 2",
        "local function f(...) return arg.n end return f(1, nil) | 2"})
    void program_ofTheTable_hasItsResult(String program, String result) {
        try (Lua lua = new Lua()) {
            assertEquals(result, lua.run(program).strip(), program);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "return nope.x | test:1: attempt to index global 'nope' (a nil value)",
        "local t = {} return t.a.b | test:1: attempt to index field 'a' (a nil value)",
        "local t = {} t:m() | test:1: attempt to call method 'm' (a nil value)",
        "local x = {} return x + 1 | test:1: attempt to perform arithmetic on local 'x' (a table value)",
        "return 1 < 'x' | test:1: attempt to compare number with string",
        "return {} .. 'x' | test:1: attempt to concatenate a table value",
        "return ('x'):rep({}) | test:1: bad argument #1 to 'rep' (number expected, got table)",
        "return string.rep() | test:1: bad argument #1 to 'rep' (string expected, got no value)",
        "error('mine') | test:1: mine",
        "error('mine', 0) | mine",
        "return = 1 | test:1: unexpected symbol near '='",
        "x = abc 5 | test:1: unexpected symbol near '5'",
        "for i = 1, 'x' do end | test:1: 'for' limit must be a number",
        "local function f() return 1 + f() end f() | test:1: stack overflow"})
    void program_thatFails_hasLuasMessage(String program, String message) {
        try (Lua lua = new Lua()) {
            assertEquals("error: " + message, lua.run(program), program);
        }
    }

    @Test
    void error_ofNativeFunction_isLocatedAtItsCaller() {
        Globals globals = Globals.builder().standardLibraries().function("host", "fail", s -> {
            throw new LuaError("from the host");
        }).buildProtected();
        LuaRuntime runtime = new LuaRuntime(globals, new MemoryPool(1 << 20), done -> 1000);
        runtime.begin();
        try {
            runtime.run(LuaScript.compile("local x = 1\nlocal function f()\n  host.fail()\nend\nf()"
                    .getBytes(StandardCharsets.US_ASCII),
                    "@user_script", runtime.quota()));
        } catch (LuaError error) {
            assertEquals("from the host", error.getMessage());
            assertEquals("@user_script", error.source());
            assertEquals(3, error.line());
        } finally {
            runtime.end();
        }
    }

    @Test
    void script_sharedByThreads_runsInEach() throws InterruptedException {
        Globals globals = Globals.builder().standardLibraries().redisLibraries().buildProtected();
        MemoryPool pool = new MemoryPool(64 << 20);
        LuaScript script =
                LuaScript.compile(("local t = {} for i = 1, 1000 do t['k' .. i] = i end local s = 0 for k, v in pairs(t) do"
                +
                        " s = s + v + #k end return s .. cjson.encode({s}) .. string.format('%d', s)")
                                .getBytes(StandardCharsets.US_ASCII), "@shared",
                new Quota(pool, done -> 1_000_000));
        String[] results = new String[4];
        Thread[] threads = new Thread[results.length];
        for (int i = 0; i < threads.length; i++) {
            int number = i;
            threads[i] = new Thread(() -> {
                LuaRuntime runtime = new LuaRuntime(globals, pool, done -> 1000);
                for (int round = 0; round < 50; round++) {
                    runtime.begin();
                    results[number] = runtime.run(script).toString();
                    runtime.end();
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (String result : results) {
            assertEquals("504393[504393]504393", result);
        }
    }
}
