package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.lua.LuaError;
import kv.lua.LuaState;
import kv.lua.LuaString;
import kv.lua.LuaTable;
import kv.lua.Quota;

/**
 * The reply of a command that a script has called: RESP bytes on the heap, charged to the script, then values of the script.
 *
 * <p>Owner: one script run.
 */
final class CapturedReply extends LayeredOutput {
    private static final int START_BYTES = 4096;
    private static final int KEPT_BYTES = 64 << 10;
    private static final LuaString ERR = LuaString.of("err");
    private static final LuaString OK = LuaString.of("ok");
    private static final LuaString IGNORE = LuaString.of("ignore_error_stats_update");
    private static final LuaString STATUS_OK = LuaString.of("OK");

    private ByteBuffer buffer = allocate(START_BYTES);
    private Quota quota;

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    void begin(ReplyOutput outer, Quota charged) {
        surroundings = outer;
        quota = charged;
        if (buffer.capacity() > KEPT_BYTES) {
            buffer = allocate(START_BYTES);
        }
    }

    @Override
    public ByteBuffer reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            int size = 2 * buffer.capacity();
            if (size < 0) {
                throw new kv.lua.ScriptAbort(kv.lua.ScriptAbort.Reason.OUT_OF_MEMORY);
            }
            quota.charge(size);
            ByteBuffer larger = allocate(size);
            buffer.flip();
            larger.put(buffer);
            buffer = larger;
        }
        return buffer;
    }

    @Override
    public void discard() {
        buffer.clear();
    }

    @Override
    public void dropFirst(int bytes) {
        buffer.flip().position(bytes);
        buffer.compact();
    }

    @Override
    public boolean isFull() {
        return false;
    }

    // As values.

    /** Takes the reply as a value of the script, and is empty again. */
    Object take(LuaState state) {
        buffer.flip();
        state.quota().spendOn(buffer.limit());
        Object value = value(state);
        buffer.clear();
        return value;
    }

    /** Whether the reply is an error. */
    boolean isError() {
        return buffer.position() > 0 && buffer.get(0) == '-';
    }

    static LuaTable error(LuaState state, String codeAndText) {
        LuaTable table = new LuaTable(state.quota());
        table.put(ERR, text(state, codeAndText));
        table.put(IGNORE, Boolean.TRUE);
        return table;
    }

    static LuaString text(LuaState state, String text) {
        state.quota().charge(64L + text.length());
        return LuaString.of(text);
    }

    private LuaString line(LuaState state) {
        int start = buffer.position();
        int end = start;
        while (buffer.get(end) != '\r') {
            end++;
        }
        buffer.position(end + 2);
        return bytes(state, start, end - start);
    }

    private LuaString bytes(LuaState state, int start, int length) {
        state.quota().charge(64L + length);
        byte[] copy = new byte[length];
        buffer.get(start, copy);
        return LuaString.of(copy);
    }

    private long number() {
        boolean negative = buffer.get(buffer.position()) == '-';
        if (negative) {
            buffer.get();
        }
        long value = 0;
        for (byte digit = buffer.get(); digit != '\r'; digit = buffer.get()) {
            value = value * 10 + digit - '0';
        }
        buffer.get();
        return negative ? -value : value;
    }

    private Object value(LuaState state) {
        byte type = buffer.get();
        switch (type) {
            case ':' -> {
                return (double) number();
            }
            case '$' -> {
                int length = (int) number();
                if (length < 0) {
                    return Boolean.FALSE;
                }
                LuaString value = bytes(state, buffer.position(), length);
                buffer.position(buffer.position() + length + 2);
                return value;
            }
            case '+' -> {
                LuaTable status = new LuaTable(state.quota());
                if (buffer.get(buffer.position()) == 'O' && buffer.get(buffer.position() + 2) == '\r') {
                    line(state);
                    status.put(OK, STATUS_OK);
                } else {
                    status.put(OK, line(state));
                }
                return status;
            }
            case '-' -> {
                LuaTable table = new LuaTable(state.quota());
                table.put(ERR, line(state));
                table.put(IGNORE, Boolean.TRUE);
                return table;
            }
            case '*' -> {
                return array(state);
            }
            default -> {
                return version3(state, type);
            }
        }
    }

    private Object array(LuaState state) {
        long length = number();
        if (length < 0) {
            return Boolean.FALSE;
        }
        LuaTable table = new LuaTable(state.quota());
        state.push(table);
        for (int i = 1; i <= length; i++) {
            table.put(i, value(state));
        }
        return table;
    }

    /** What only version 3 has. */
    private Object version3(LuaState state, byte type) {
        switch (type) {
            case '_' -> {
                line(state);
                return null;
            }
            case '#' -> {
                return line(state).byteAt(0) == 't';
            }
            case ',' -> {
                LuaTable table = new LuaTable(state.quota());
                String text = line(state).toString();
                table.put(LuaString.of("double"), switch (text) {
                    case "inf" -> Double.POSITIVE_INFINITY;
                    case "-inf" -> Double.NEGATIVE_INFINITY;
                    case "nan" -> Double.NaN;
                    default -> Double.parseDouble(text);
                });
                return table;
            }
            case '%', '~' -> {
                long count = number();
                LuaTable table = new LuaTable(state.quota());
                LuaTable content = new LuaTable(state.quota());
                table.put(LuaString.of(type == '%' ? "map" : "set"), content);
                state.push(table);
                for (long i = 0; i < count; i++) {
                    Object key = value(state);
                    content.put(key, type == '%' ? value(state) : Boolean.TRUE);
                }
                return table;
            }
            case '=' -> {
                int length = (int) number();
                LuaTable table = new LuaTable(state.quota());
                LuaTable content = new LuaTable(state.quota());
                table.put(LuaString.of("verbatim_string"), content);
                int start = buffer.position();
                content.put(LuaString.of("format"), bytes(state, start, 3));
                content.put(LuaString.of("string"), bytes(state, start + 4, length - 4));
                buffer.position(start + length + 2);
                return table;
            }
            default -> throw new LuaError("unexpected reply of type " + (char) type);
        }
    }
}
