package kv.lua;

/** A variable that closures share: a slot of a stack while its block runs, its own after that. */
final class UpValue {

    /** Null once closed. */
    LuaState owner;
    int index;
    Object value;
    /** The next open one of the same stack, further down. */
    UpValue next;
    int mark;

    UpValue(LuaState owner, int index, UpValue next) {
        this.owner = owner;
        this.index = index;
        this.next = next;
    }

    Object get() {
        LuaState open = owner;
        return open == null ? value : open.stack[index];
    }

    void set(Object newValue) {
        LuaState open = owner;
        if (open == null) {
            value = newValue;
        } else {
            open.stack[index] = newValue;
        }
    }

    void close() {
        value = owner.stack[index];
        owner = null;
        next = null;
    }
}
