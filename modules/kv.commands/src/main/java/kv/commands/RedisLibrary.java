package kv.commands;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import kv.lua.Globals;
import kv.lua.LuaError;
import kv.lua.LuaState;
import kv.lua.LuaString;
import kv.lua.LuaTable;

/** The functions of scripts that stand in {@code redis}, with Redis's words for their misuse. */
final class RedisLibrary {
    private static final LuaString ERR = LuaString.of("err");
    private static final LuaString OK = LuaString.of("ok");
    private static final byte[] CODE = {'E', 'R', 'R', ' '};
    private static final int VERSION_NUMBER = 0x07000F;
    private static final int REPLICATION_FLAGS = 3;
    /** A longer message is cut. */
    private static final int LOGGED_CHARS_MAX = 1024;
    /** What writing a line is worth. */
    private static final int LOG_STEPS = 200;
    private static final int LOG_WARNING = 3;

    private RedisLibrary() {
    }

    static Globals globals() {
        Globals.Builder to = Globals.builder().standardLibraries().redisLibraries();
        to.function("redis", "call", s -> ((ScriptRun) s.host()).call(s, true))
                .function("redis", "pcall", s -> ((ScriptRun) s.host()).call(s, false))
                .function("redis", "error_reply", RedisLibrary::errorReply).function("redis", "status_reply",
                        RedisLibrary::statusReply)
                .function("redis", "sha1hex", RedisLibrary::sha1hex).function("redis", "log", RedisLibrary::log)
                .function("redis", "setresp", RedisLibrary::setResp).function("redis", "set_repl", RedisLibrary::setRepl)
                .function("redis", "replicate_commands", s -> one(s, Boolean.TRUE))
                .function("redis", "breakpoint", s -> one(s, Boolean.FALSE)).function("redis", "debug", s -> 0)
                .function("redis", "acl_check_cmd", s -> ((ScriptRun) s.host()).checkCommand(s))
                .value("redis", "REDIS_VERSION", LuaString.of(ServerInfo.REDIS_VERSION))
                .value("redis", "REDIS_VERSION_NUM", (double) VERSION_NUMBER);
        String[] levels = {"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"};
        for (int level = 0; level < levels.length; level++) {
            to.value("redis", levels[level], (double) level);
        }
        to.value("redis", "REPL_NONE", 0.0).value("redis", "REPL_AOF", 1.0).value("redis", "REPL_SLAVE", 2.0)
                .value("redis", "REPL_REPLICA", 2.0).value("redis", "REPL_ALL", 3.0);
        return to.buildProtected();
    }

    private static int one(LuaState s, Object value) {
        s.push(value);
        return 1;
    }

    /** An error as Redis raises it: a table, with ERR in front if there is no code. */
    static LuaError raised(LuaState s, String message) {
        return new LuaError(errorTable(s, "ERR " + message));
    }

    private static LuaTable errorTable(LuaState s, String codeAndText) {
        LuaTable table = new LuaTable(s.quota());
        table.put(ERR, CapturedReply.text(s, codeAndText));
        return table;
    }

    private static LuaString onlyString(LuaState s) {
        return s.argumentCount() == 1 && s.argument(1) instanceof LuaString text ? text : null;
    }

    private static int errorReply(LuaState s) {
        LuaString text = onlyString(s);
        if (text == null) {
            return one(s, errorTable(s, "ERR wrong number or type of arguments"));
        }
        LuaTable table = new LuaTable(s.quota());
        s.quota().charge(128L + 2L * text.length());
        s.quota().spendOn(text.length());
        table.put(ERR, LuaString.of(errorLine(text.toByteArray())));
        return one(s, table);
    }

    /** Up to the first NUL, without a minus in front and line ends around; with ERR in front if there is no code. */
    private static byte[] errorLine(byte[] text) {
        int from = text.length > 0 && text[0] == '-' ? 1 : 0;
        int end = from;
        boolean hasCode = false;
        while (end < text.length && text[end] != 0) {
            hasCode |= text[end++] == ' ';
        }
        while (end > from && isLineEnd(text[end - 1])) {
            end--;
        }
        if (!hasCode) {
            byte[] line = new byte[CODE.length + end - from];
            System.arraycopy(CODE, 0, line, 0, CODE.length);
            System.arraycopy(text, from, line, CODE.length, end - from);
            return line;
        }
        while (from < end && isLineEnd(text[from])) {
            from++;
        }
        return Arrays.copyOfRange(text, from, end);
    }

    private static boolean isLineEnd(byte b) {
        return b == '\r' || b == '\n';
    }

    private static int statusReply(LuaState s) {
        LuaString text = onlyString(s);
        if (text == null) {
            return one(s, errorTable(s, "ERR wrong number or type of arguments"));
        }
        LuaTable table = new LuaTable(s.quota());
        table.put(OK, text);
        return one(s, table);
    }

    private static int sha1hex(LuaState s) {
        if (s.argumentCount() != 1) {
            throw raised(s, "wrong number of arguments");
        }
        byte[] bytes = s.argument(1) instanceof LuaString || s.argument(1) instanceof Double ? s.checkString(1).toByteArray()
                : new byte[0];
        s.quota().spend(bytes.length >> 4);
        try {
            s.pushText(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        return 1;
    }

    /** A line of the server's log, which lets lines of a kind pass once a second: a client shall not fill it. */
    private static int log(LuaState s) {
        if (s.argumentCount() < 2) {
            throw raised(s, "redis.log() requires two arguments or more.");
        }
        if (!(s.argument(1) instanceof Double level)) {
            throw raised(s, "First argument must be a number (log level).");
        }
        if (level < 0 || level > LOG_WARNING) {
            throw raised(s, "Invalid debug level.");
        }
        StringBuilder text = new StringBuilder();
        for (int argument = 2; argument <= s.argumentCount() && text.length() < LOGGED_CHARS_MAX; argument++) {
            if (s.argument(argument) instanceof LuaString || s.argument(argument) instanceof Double) {
                byte[] bytes = s.checkString(argument).toByteArray();
                s.quota().spend(LOG_STEPS + (bytes.length >> 4));
                text.append(argument == 2 ? "" : " ");
                text.append(new String(bytes, 0, Math.min(bytes.length, LOGGED_CHARS_MAX), StandardCharsets.UTF_8));
            }
        }
        text.setLength(Math.min(text.length(), LOGGED_CHARS_MAX));
        ((ScriptRun) s.host()).outer.server.view.scriptLog(level.intValue(), text.toString().replaceAll("\\p{Cntrl}", " "));
        return 0;
    }

    private static int setResp(LuaState s) {
        if (s.argumentCount() != 1) {
            throw raised(s, "redis.setresp() requires one argument.");
        }
        double version = s.argument(1) instanceof Double number ? number : 0;
        if ((int) version != 2 && (int) version != 3) {
            throw raised(s, "RESP version must be 2 or 3.");
        }
        ((ScriptRun) s.host()).setResp((int) version);
        return 0;
    }

    private static int setRepl(LuaState s) {
        if (s.argumentCount() != 1) {
            throw raised(s, "redis.set_repl() requires two arguments.");
        }
        double flags = s.argument(1) instanceof Double number ? number : 0;
        if (((int) flags & ~REPLICATION_FLAGS) != 0) {
            throw raised(s, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return 0;
    }
}
