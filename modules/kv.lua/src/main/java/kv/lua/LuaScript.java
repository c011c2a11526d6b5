package kv.lua;

/** A compiled chunk. Immutable: any number of threads may run it at once. */
public final class LuaScript {

    final Prototype prototype;

    private LuaScript(Prototype prototype) {
        this.prototype = prototype;
    }

    /**
     * @param text Lua source; binary chunks are refused
     * @param chunkName as messages show it: {@code @name} for a file's name, else the text itself
     * @param quota is charged for what the compiled script takes, and for the compiler's work
     * @throws LuaError with Lua's message if the text is no Lua
     */
    public static LuaScript compile(byte[] text, String chunkName, Quota quota) {
        quota.spend(text.length >>> 2);
        return new LuaScript(Parser.parse(text, chunkName, quota));
    }
}
