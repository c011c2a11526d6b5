package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import kv.lua.LuaNumbers;
import kv.lua.LuaString;
import kv.lua.LuaTable;
import kv.lua.Quota;

/** What a script returns, as a reply, by Redis's rules. */
final class ScriptReply {
    private static final int DEPTH_MAX = 500;
    /** A longer error, or status, is cut: no client shows as much, and all of it is copied some times. */
    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final LuaString ERR = LuaString.of("err");
    private static final LuaString OK = LuaString.of("ok");
    private static final LuaString DOUBLE = LuaString.of("double");
    private static final LuaString BIG_NUMBER = LuaString.of("big_number");
    private static final LuaString VERBATIM = LuaString.of("verbatim_string");
    private static final LuaString STRING = LuaString.of("string");
    private static final LuaString MAP = LuaString.of("map");
    private static final LuaString SET = LuaString.of("set");

    private final CommandContext c;
    private final Quota quota;

    ScriptReply(CommandContext c, Quota quota) {
        this.c = c;
        this.quota = quota;
    }

    /** Counts all values first, at the script's cost, before a byte of them is written: a table may contain itself. */
    void write(Object result) {
        count(result, 0);
        put(result, 0);
    }

    private void count(Object value, int depth) {
        quota.spend(4);
        if (value instanceof LuaString string) {
            quota.spendOn(string.length());
        }
        if (!(value instanceof LuaTable table) || depth > DEPTH_MAX) {
            return;
        }
        LuaTable content = content(table);
        if (content != null) {
            for (int at = content.nextUsed(0); at >= 0; at = content.nextUsed(at + 1)) {
                count(content.keyAt(at), depth + 1);
                count(content.valueAt(at), depth + 1);
            }
            return;
        }
        for (int i = 1; table.get(i) != null; i++) {
            count(table.get(i), depth + 1);
        }
    }

    /** Of a map or a set, or null. */
    private static LuaTable content(LuaTable table) {
        return table.get(MAP) instanceof LuaTable map ? map : table.get(SET) instanceof LuaTable set ? set : null;
    }

    private void put(Object value, int depth) {
        if (value instanceof LuaString string) {
            bulk(string);
        } else if (value instanceof Double number) {
            c.resp.integer(LuaNumbers.toLong(number));
        } else if (value instanceof Boolean bool) {
            putBoolean(bool);
        } else if (!(value instanceof LuaTable table)) {
            c.resp.nil();
        } else if (depth > DEPTH_MAX) {
            c.resp.error("ERR reached lua stack limit");
        } else {
            putTable(table, depth);
        }
    }

    /** Scripts speak version 2, where true is 1 and false is nothing. */
    private void putBoolean(boolean value) {
        if (value) {
            c.resp.integer(1);
        } else {
            c.resp.nil();
        }
    }

    private void bulk(LuaString string) {
        ByteBuffer bytes = ByteBuffer.wrap(string.toByteArray()).order(ByteOrder.nativeOrder());
        c.resp.bulk(bytes, 0, bytes.capacity());
    }

    /** Of a line of the reply: an error, or a status. */
    static String text(LuaString string) {
        byte[] bytes = new byte[Math.min(string.length(), LINE_BYTES_MAX)];
        string.copyTo(0, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void putTable(LuaTable table, int depth) {
        if (table.get(ERR) instanceof LuaString error) {
            c.error(text(error));
        } else if (table.get(OK) instanceof LuaString status) {
            c.resp.simple(text(status));
        } else if (table.get(DOUBLE) instanceof Double number) {
            c.resp.doubleValue(number);
        } else if (table.get(BIG_NUMBER) instanceof LuaString digits) {
            bulk(digits);
        } else if (table.get(VERBATIM) instanceof LuaTable verbatim && verbatim.get(STRING) instanceof LuaString string) {
            c.resp.verbatim(text(string));
        } else if (table.get(MAP) instanceof LuaTable map) {
            c.resp.mapHeader(size(map));
            for (int at = map.nextUsed(0); at >= 0; at = map.nextUsed(at + 1)) {
                put(map.keyAt(at), depth + 1);
                put(map.valueAt(at), depth + 1);
            }
        } else if (table.get(SET) instanceof LuaTable set) {
            c.resp.setHeader(size(set));
            for (int at = set.nextUsed(0); at >= 0; at = set.nextUsed(at + 1)) {
                put(set.keyAt(at), depth + 1);
            }
        } else {
            int length = 0;
            while (table.get(length + 1) != null) {
                length++;
            }
            c.resp.arrayHeader(length);
            for (int i = 1; i <= length; i++) {
                put(table.get(i), depth + 1);
            }
        }
    }

    private static int size(LuaTable table) {
        int size = 0;
        for (int at = table.nextUsed(0); at >= 0; at = table.nextUsed(at + 1)) {
            size++;
        }
        return size;
    }
}
