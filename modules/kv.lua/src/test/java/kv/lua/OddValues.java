package kv.lua;

import java.util.Random;

/** Calls of library functions with arguments that nobody would think of, as source text. */
final class OddValues {

    private static final String[] VALUES = {"nil", "true", "false", "0", "-0", "1", "-1", "2", "3", "-3", "2.5", "-2.5", "7",
        "16", "36",
        "37", "255", "256", "1e15", "2^31", "2^32", "2^53", "-2^63", "2^63", "2^64", "1e300", "-1e300", "1e-300", "math.huge",
        "-math.huge", "0.1", "1/3", "123456789012345678", "\"\"", "\"a\"", "\"10\"", "\"-10\"", "\"0x10\"", "\" 5 \"",
            "\"1e2\"", "\"z\"",
        "\"abc def ghi\"", "\"%d+\"", "\"(%a+) (%a+)\"", "\"(a)(b)\"", "\"a\\0b\"", "\"\\0\"", "\"%s\"", "\"%d %s\"",
            "\"%5.2f|%-8d|%+i\"",
        "\"%q\"", "\"%c\"", "\"%x\"", "\"[a-c]+\"", "\"[^%s]*\"", "\"(()\"", "\"%\"", "\"[a\"", "\"%b()\"", "\"%f[%w]%w+\"",
            "\"a-\"",
        "\"^a\"", "\"c$\"", "\".\"", "\"()\"", "\"%1\"", "\"(.)%1\"", "\"f(a(b)c)d\"", "\"aaaaaaaaaaaaaaaaaaaab\"",
            "\"x\\ny\\rz\\\"\\\\\"", "{}",
        "{1,2,3}", "{1,nil,3}", "{\"x\",\"y\",\"z\"}", "{3,1,2}", "{1,\"a\",true}", "{n=2}", "{a=1,b=2}", "{{}}",
        "setmetatable({},{__tostring=function() return \"T\" end})", "setmetatable({},{__index=function(t,k) return k end})",
        "setmetatable({},{__metatable=1})", "type", "function() end", "function(...) return ... end",
            "function(a,b) return a end",
        "function() error(\"E\") end", "string.len", "math.max", "coroutine.create(function() end)", "_VERSION"};

    private static final String[] FUNCTIONS = {"assert", "error", "getfenv", "getmetatable", "ipairs", "load", "loadstring",
        "next",
        "pairs", "pcall", "rawequal", "rawget", "rawset", "select", "setmetatable", "tonumber", "tostring", "type",
            "unpack",
        "xpcall", "newproxy", "string.byte", "string.char", "string.find", "string.format", "string.gmatch", "string.gsub",
            "string.len",
        "string.lower", "string.match", "string.rep", "string.reverse", "string.sub", "string.upper", "string.gfind",
            "table.concat",
        "table.foreach", "table.foreachi", "table.getn", "table.insert", "table.maxn", "table.remove", "table.setn", "table.sort",
        "math.abs", "math.acos", "math.asin", "math.atan", "math.atan2", "math.ceil", "math.cos", "math.cosh", "math.deg",
            "math.exp",
        "math.floor", "math.fmod", "math.frexp", "math.ldexp", "math.log", "math.log10", "math.max", "math.min", "math.mod",
            "math.modf",
        "math.pow", "math.rad", "math.sin", "math.sinh", "math.sqrt", "math.tan", "math.tanh", "coroutine.create",
            "coroutine.resume",
        "coroutine.running", "coroutine.status", "coroutine.wrap", "coroutine.yield"};

    private static final String[] OPERATORS = {"+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or"};

    private OddValues() {
    }

    static String value(Random random) {
        return VALUES[random.nextInt(VALUES.length)];
    }

    /** One expression list. */
    static String call(Random random) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return "(" + value(random) + ") " + OPERATORS[random.nextInt(OPERATORS.length)] + " (" + value(random) + ")";
        }
        if (kind == 1) {
            return new String[] {"-(", "#(", "not ("}[random.nextInt(3)] + value(random) + ")";
        }
        String function = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
        StringBuilder call = new StringBuilder(function).append('(');
        for (int i = random.nextInt(5); i > 0; i--) {
            call.append(value(random)).append(i > 1 ? "," : "");
        }
        // As a C int these are far below zero: the reference moves some 10^9 elements, and we run out of steps.
        boolean isEndless = function.equals("table.insert") && call.toString().matches(".*(2\\^31|1e15|123456789012345678).*");
        return isEndless ? value(random) : call.append(')').toString();
    }
}
