package kv.lua;

import java.util.ArrayDeque;

/** Counts the bytes that a script can still reach. Owner: its thread. */
final class Reachability {

    // An explicit stack of what is yet to be visited instead of recursion: a list of a million tables is as deep as it is
    // long. It
    // takes memory that is not charged, at most some bytes for each object that is.

    private final LuaRuntime runtime;
    private final ArrayDeque<Object> pending = new ArrayDeque<>();
    private int pass;
    private long bytes;
    private long visited;

    Reachability(LuaRuntime runtime) {
        this.runtime = runtime;
    }

    long liveBytes(int passNumber) {
        pass = passNumber;
        bytes = 4096;
        visited = 0;
        pending.clear();
        see(runtime.main());
        see(runtime.table());
        while (!pending.isEmpty()) {
            visit(pending.pop());
        }
        return bytes;
    }

    /** Objects and slots looked at in the last pass. */
    long visited() {
        return visited;
    }

    private void see(Object value) {
        if (value instanceof LuaString string) {
            if (string.mark != pass) {
                string.mark = pass;
                bytes += Quota.STRING_BYTES + string.length();
                visited++;
            }
        } else if (value instanceof HeapObject object && object.mark != pass) {
            if (object instanceof LuaTable table && table.readOnly && table != runtime.table()
                    || object instanceof NativeFunction host && host.environment == null || object == Userdata.NULL) {
                return;
            }
            object.mark = pass;
            pending.push(object);
        }
    }

    private void visit(Object object) {
        visited++;
        if (object instanceof LuaTable table) {
            visit(table);
        } else if (object instanceof LuaClosure closure) {
            bytes += Quota.CLOSURE_BYTES + 4L * closure.upValues.length;
            see(closure.environment);
            for (UpValue upValue : closure.upValues) {
                if (upValue != null && upValue.mark != pass) {
                    upValue.mark = pass;
                    bytes += 48;
                    see(upValue.get());
                }
            }
        } else if (object instanceof LuaState state) {
            visit(state);
        } else if (object instanceof NativeFunction host) {
            bytes += Quota.CLOSURE_BYTES + 24;
            see(host.environment);
            if (host.body instanceof Holder holder) {
                see(holder.held());
            }
        } else if (object instanceof Userdata userdata) {
            bytes += 32;
            see(userdata.metatable);
        }
    }

    /** The body of a function that holds a value of the script. */
    interface Holder extends NativeFunction.Body {
        Object held();
    }

    private void visit(LuaTable table) {
        bytes += Quota.TABLE_BYTES + table.bodyBytes();
        see(table.metatable);
        Object[] array = table.arrayPart();
        for (Object value : array) {
            see(value);
        }
        Object[] keys = table.nodeKeys();
        Object[] values = table.nodeValues();
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                see(keys[i]);
                see(values[i]);
            } else if (keys[i] instanceof LuaString key && key.mark != pass) {
                // A dead key stays in its node, so it is still there.
                see(key);
            }
        }
        visited += array.length + keys.length;
    }

    private void visit(LuaState state) {
        bytes += (long) state.stack.length * Quota.STACK_SLOT_BYTES + (long) state.frames.length * Quota.FRAME_BYTES + 200;
        Object[] stack = state.stack;
        int live = Math.min(stack.length, Math.max(state.top, state.frame.top));
        for (int i = 0; i < live; i++) {
            see(stack[i]);
        }
        for (int i = live; i < stack.length; i++) {
            stack[i] = null;
        }
        for (int i = 0; i <= state.frameIndex; i++) {
            see(state.frames[i].function);
        }
        for (int i = state.frameIndex + 1; i < state.frames.length && state.frames[i] != null; i++) {
            state.frames[i].function = null;
        }
        see(state.environment);
        visited += stack.length;
    }
}
