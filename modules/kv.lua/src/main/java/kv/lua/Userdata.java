package kv.lua;

/** A value without content: what {@code newproxy} makes, and {@code cjson.null}. */
final class Userdata extends HeapObject {

    /** {@code cjson.null}: Redis's is the null pointer. */
    static final Userdata NULL = new Userdata();

    static {
        NULL.identity = -1;
    }

    LuaTable metatable;
}
