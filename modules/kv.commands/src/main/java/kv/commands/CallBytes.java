package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.lua.LuaNumbers;
import kv.lua.LuaState;
import kv.lua.LuaString;
import kv.lua.ScriptAbort;

/** The arguments of a script's call as the bytes of a request; charged to the script. Owner: one script run. */
final class CallBytes {
    private static final int KEPT_BYTES = 64 << 10;
    private static final int NUMBER_ROOM = 32;

    private ByteBuffer bytes = allocate(4096);

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** What {@link #encode} has made. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Keeps no more than a little memory. */
    void release() {
        if (bytes.capacity() > KEPT_BYTES) {
            bytes = allocate(KEPT_BYTES);
        }
    }

    /** False if an argument is neither string nor number. */
    boolean encode(LuaState state, int count) {
        bytes.clear();
        room(state, NUMBER_ROOM);
        header('*', count);
        for (int i = 1; i <= count; i++) {
            Object value = state.argument(i);
            if (value instanceof LuaString string) {
                int length = string.length();
                room(state, (long) length + NUMBER_ROOM);
                header('$', length);
                string.copyTo(0, bytes.array(), bytes.position(), length);
                bytes.position(bytes.position() + length);
            } else if (value instanceof Double number) {
                String text = LuaNumbers.showAll(number);
                room(state, 2L * NUMBER_ROOM);
                header('$', text.length());
                ascii(text);
            } else {
                return false;
            }
            bytes.put((byte) '\r').put((byte) '\n');
        }
        bytes.flip();
        state.quota().spendOn(bytes.limit());
        return true;
    }

    private void header(char type, int number) {
        bytes.put((byte) type);
        if (number < 10) {
            bytes.put((byte) ('0' + number));
        } else {
            ascii(Integer.toString(number));
        }
        bytes.put((byte) '\r').put((byte) '\n');
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes.put((byte) text.charAt(i));
        }
    }

    private void room(LuaState state, long needed) {
        if (bytes.remaining() >= needed) {
            return;
        }
        long size = Math.max(2L * bytes.capacity(), bytes.position() + needed);
        state.quota().charge(size);
        if (size > Integer.MAX_VALUE - 16) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
        }
        ByteBuffer larger = allocate((int) size);
        bytes.flip();
        larger.put(bytes);
        bytes = larger;
    }
}
