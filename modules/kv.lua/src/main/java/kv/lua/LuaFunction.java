package kv.lua;

/** A function value: of a script ({@link LuaClosure}) or of the host ({@link NativeFunction}). */
public abstract class LuaFunction extends HeapObject {

    /** Its environment, where its globals are. */
    LuaTable environment;

    LuaFunction(LuaTable environment) {
        this.environment = environment;
    }
}
