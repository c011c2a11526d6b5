package kv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The libraries that Redis adds, and its protection of globals: the same expressions in redis-server and here. */
class RedisReferenceTest {

    /** As in {@link ReferenceTest}; each argument is a chunk, its results come back as one text. */
    private static final String SCRIPT = """
            local function show(v, depth)
              local t = type(v)
              if t == 'string' then return '"' .. v:gsub('0x%x%x%x%x%x%x+', 'ADDRESS'):gsub('[%c\\128-\\255]', function(c)
                return '\\\\' .. c:byte() end) .. '"' end
              if t == 'number' then return v ~= v and 'nan' or tostring(v) end
              if v == cjson.null then return 'NULL' end
              if t ~= 'table' then return (tostring(v):gsub('0x%x+', 'ADDRESS')) end
              if depth > 4 then return '{...}' end
              local parts = {}
              for k, x in pairs(v) do parts[#parts + 1] = '[' .. show(k, depth + 1) .. ']=' .. show(x, depth + 1) end
              return '{' .. table.concat(parts, ',') .. '}'
            end
            local function showAll(...)
              local parts = {}
              for i = 1, select('#', ...) do parts[i] = show((select(i, ...)), 0) end
              return table.concat(parts, ' ')
            end
            local out = {}
            for i, text in ipairs(ARGV) do
              local f, message = loadstring(text, '=t')
              out[i] = f and showAll(pcall(f)) or message
            end
            return out
            """;

    private static final String[] VALUES = {"nil", "true", "0", "1", "-1", "31", "32", "-32", "127", "128", "-128", "-129",
        "255", "256",
        "65535", "65536", "-32768", "-32769", "2^31", "2^31-1", "-2^31", "2^32", "2^53", "2^63", "-2^63", "2^64", "0.5",
            "-1.5", "1e100", "1e-5",
        "0.1", "1/3", "3.4e38", "math.huge", "-math.huge", "''", "'a'", "'10'", "'abc'", "'\\\\n\\t\\\"/\\127\\1'",
            "('x'):rep(31)", "('x'):rep(32)",
        "('x'):rep(256)", "('x'):rep(65536):sub(1, 70)", "'\\0a'", "'h\\195\\164'", "{}", "{1,2,3}", "{1,nil,3}", "{a=1}",
            "{a=1,b={2,{3}}}",
        "{[1]=1,[20]=2}", "{[1]=1,[2]=2,[5]=3}", "{[0]=1}", "{[1.5]=1}", "{[true]=1}", "{x='y',z={},w=cjson.null}",
            "{{},{{}}}", "cjson.null",
        "print", "string.len", "{1,2,x=3}", "{'a','b',{c='d'}}", "{one=1,two=2,three=3,four=4,five=5,six=6,seven=7}"};
    private static final String[] JSON = {"{}", "[]", "[1,2,3]", "{\"a\":1}", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}", "null",
        "true", "false",
        "1e5", "-0", "0x10", "01", "+1", "nan", "inf", "-inf", "Infinity", "1.5e-3", "\"a\"", "\"\\u00e4\"",
            "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
        "\"\\x\"", "\"a", "[1,2", "{\"a\"", "{\"a\":}", "{a:1}", "[1,]", "[,1]", "{,}", "tru", "nul", "", " ", "[1] x",
            "\"\\/\\b\\f\\n\\r\\t\"",
        "[[[[1]]]]", "{\"a\":1,\"a\":2}", "{\"\":1}", "1 2", "'a'", "[1e400]", "[\"\\u0000\"]", "[\"\\u12\"]", "\u0000\u0000[",
            "123456789012345678"};
    private static final String[] FORMATS = {"b", "B", "h", "H", "l", "L", "T", "i", "I", "i3", "I8", "i16", "i33", "i0", "f",
        "d", "s", "c3", "c0",
        "x", ">", "<", "!", "!4", "!3", "!8", " ", "z", "i99999999999", "c"};
    private static final String[] BITS = {"tobit", "bnot", "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror",
        "bswap", "tohex"};
    private static final String[] GLOBALS = {"return nope", "nope = 1", "_G.x = 1", "rawset(_G, 'x', 1)", "string.x = 1",
        "redis = 1",
        "setmetatable(_G, {})", "return getmetatable(_G).__index == nil", "getmetatable('').__index = nil", "return type(os)",
            "return io",
        "return pcall(function() return undefined end)", "local _ENV = {} return 1", "function f() end",
            "table.insert(string, 1)",
        "return rawget(_G, 'nope')", "return require", "return dofile", "return loadfile", "return debug", "return package",
            "return print",
        "setfenv(1, {}) x = 1 return x", "return getfenv() == _G", "return _VERSION", "local t = {} return t.x.y",
            "return math.random()",
        "math.randomseed(7) return math.random(), math.random(10), math.random(5, 9)", "return #KEYS, type(ARGV)", "cjson.x = 1",
        "return tostring(1700000000.123), 1700000000123, 1e14, 123456789.125", "return table.getn({1, 2}), math.log10(1000)",
        "return loadstring('return 1')()", "return coroutine.wrap(function() coroutine.yield(5) end)()", "return math.mod(5, 3)",
        "return string.gfind('a', 'a')()", "return load(function() return nil end)", "return collectgarbage('step') ~= nil",
        "return bit.band(cjson.decode('7'), 2)", "return tostring(cjson.null):sub(1, 8)",
        "return cjson.encode(setmetatable({}, {__index = {1}}))", "return table.concat({1, 2.5, 'x'}, '-')",
            "error({err = 'MY err'})",
        "error('plain')", "error()", "error(nil)", "return unpack({1, 2, 3}, 2)", "return select('#', unpack({}, 1, 7999))",
        "return select('#', unpack({}, 1, 8000))", "return string.format('%5.1f|%g|%q', 3.14159, 1e20, 'a\\nb')"};

    private static ReferenceRedis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = ReferenceRedis.start();
        assumeTrue(redis != null, "redis-server is not installed");
    }

    @AfterAll
    static void stop() throws Exception {
        if (redis != null) {
            redis.close();
        }
    }

    private static List<String> ours(List<String> chunks) {
        MemoryPool pool = new MemoryPool(64 << 20);
        LuaRuntime runtime = new LuaRuntime(Globals.builder().standardLibraries().redisLibraries().buildProtected(), pool,
                done -> 10_000);
        runtime.begin();
        try {
            LuaTable arguments = runtime.newTable(chunks.size(), 0);
            for (int i = 0; i < chunks.size(); i++) {
                arguments.put(i + 1, LuaString.ofLatin(chunks.get(i)));
            }
            runtime.setGlobal(LuaString.of("KEYS"), runtime.newTable(0, 0));
            runtime.setGlobal(LuaString.of("ARGV"), arguments);
            LuaTable result = (LuaTable) runtime.run(LuaScript.compile(SCRIPT.getBytes(StandardCharsets.ISO_8859_1),
                    "@user_script",
                    runtime.quota()));
            List<String> texts = new ArrayList<>();
            for (int i = 1; i <= result.length(); i++) {
                texts.add(result.get(i).toString());
            }
            return texts;
        } finally {
            runtime.setGlobal(LuaString.of("ARGV"), null);
            runtime.end();
        }
    }

    /** So that bounds of nesting are met, and not the end of a stack of 1 MiB: frames are larger before they are compiled. */
    private static List<String> oursWithDeepStack(List<String> chunks) throws Exception {
        FutureTask<List<String>> task = new FutureTask<>(() -> ours(chunks));
        new Thread(null, task, "deep", 16 << 20).start();
        return task.get();
    }

    private static void compare(List<String> chunks) throws Exception {
        List<String> wanted = redis.eval(SCRIPT, chunks);
        List<String> got = oursWithDeepStack(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            assertEquals(wanted.get(i), got.get(i), chunks.get(i));
        }
    }

    private static String value(Random random) {
        return VALUES[random.nextInt(VALUES.length)];
    }

    private static String values(Random random, int max) {
        StringBuilder list = new StringBuilder();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            list.append(value(random)).append(i > 1 ? ", " : "");
        }
        return list.toString();
    }

    private static String formats(Random random) {
        StringBuilder format = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            format.append(FORMATS[random.nextInt(FORMATS.length)]);
        }
        return format.toString();
    }

    @Test
    void globals_protected_sameWords() throws Exception {
        compare(List.of(GLOBALS));
    }

    @Test
    void json_oddTexts_sameValuesAndMessages() throws Exception {
        List<String> chunks = new ArrayList<>();
        for (String json : JSON) {
            chunks.add("return cjson.decode([==[" + json + "]==])");
            chunks.add("cjson.decode_invalid_numbers(false) return cjson.decode([==[" + json + "]==])");
            chunks.add("cjson.decode_invalid_numbers(true) return cjson.encode(cjson.decode([==[" + json + "]==]))");
        }
        for (String value : VALUES) {
            chunks.add("return cjson.encode(" + value + ")");
            chunks.add("return cjson.decode(cjson.encode(" + value + "))");
        }
        chunks.add("cjson.encode_sparse_array(true) return cjson.encode({[1]=1,[20]=2}),"
                + " cjson.encode_sparse_array(false, 2, 10)");
        chunks.add("cjson.encode_invalid_numbers('null') local s = cjson.encode({1/0})"
                + " cjson.encode_invalid_numbers(false) return s");
        chunks.add("cjson.encode_number_precision(3) local s = cjson.encode(1/3) cjson.encode_number_precision(14) return s");
        chunks.add("local t = {} t[1] = t return cjson.encode(t)");
        chunks.add("cjson.encode_max_depth(2) local ok, m = pcall(cjson.encode, {{{1}}}) cjson.encode_max_depth(1000) return m");
        chunks.add("cjson.decode_max_depth(2) local ok, m = pcall(cjson.decode, '[[[1]]]') cjson.decode_max_depth(1000)"
                + " return m");
        chunks.add("return cjson.encode(1, 2)");
        chunks.add("return cjson.encode()");
        chunks.add("return cjson.decode(1)");
        chunks.add("return cjson.encode_max_depth(0)");
        chunks.add("return cjson.encode_keep_buffer('x')");
        compare(chunks);
    }

    @Test
    void packing_oddValues_sameBytesAndMessages() throws Exception {
        Random random = new Random(17);
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            chunks.add("return cmsgpack.pack(" + values(random, 3) + ")");
            chunks.add("return cmsgpack.unpack(cmsgpack.pack(" + value(random) + "))");
            chunks.add("return cmsgpack.unpack(cmsgpack.pack(" + value(random) + "):sub(" + random.nextInt(4) + "))");
            chunks.add("local p = cmsgpack.pack(" + value(random) + ", " + value(random) + ") return cmsgpack.unpack_one(p, "
                    + random.nextInt(5) + ")");
            chunks.add("return struct.pack('" + formats(random) + "', " + value(random) + ", " + value(random) + ", "
                    + value(random) + ")");
            chunks.add("return struct.size('" + formats(random) + "')");
            chunks.add("return struct.unpack('" + formats(random) + "', '"
                    + "abcdefghijklmnopqrstuvwxyz".substring(random.nextInt(20)) + "', "
                    + (1 + random.nextInt(4)) + ")");
            chunks.add("return bit." + BITS[random.nextInt(BITS.length)] + "(" + values(random, 3) + ")");
        }
        compare(chunks);
    }
}
