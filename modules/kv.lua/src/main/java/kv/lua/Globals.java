package kv.lua;

/**
 * What a script finds: the libraries of Lua and of the host. Frozen, it is read by all threads; each {@link LuaRuntime} gives its
 * scripts a table of globals of their own, made from it.
 *
 * <pre>{@code
 * Globals globals = Globals.builder().standardLibraries().redisLibraries().function("redis", "call", body).buildProtected();
 * }</pre>
 */
public final class Globals {

    static final LuaString N = LuaString.of("n");
    static final NativeFunction NEXT = new NativeFunction("next", BaseLibrary::next);

    final LuaTable stringMetatable;
    /** Copied for each runtime. */
    final LuaTable template;
    final boolean isProtected;

    private Globals(Builder built, boolean isProtected) {
        template = built.table;
        stringMetatable = built.stringMetatable;
        this.isProtected = isProtected;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects functions, then freezes them. */
    public static final class Builder {

        private final Quota quota = Quota.unlimited();
        private final LuaTable table = new LuaTable(quota);
        private final LuaTable stringMetatable = new LuaTable(quota);

        private Builder() {
        }

        /** The libraries that are Lua's own, without files, processes, and the debug library. */
        public Builder standardLibraries() {
            BaseLibrary.open(this);
            CoroutineLibrary.open(this);
            StringLibrary.open(this);
            TableLibrary.open(this);
            MathLibrary.open(this);
            stringMetatable.put(LuaString.of("__index"), table.get(LuaString.of("string")));
            return this;
        }

        /** cjson, cmsgpack, struct and bit, and Redis's own {@code pcall}. */
        public Builder redisLibraries() {
            JsonLibrary.open(this);
            MessagePackLibrary.open(this);
            StructLibrary.open(this);
            BitLibrary.open(this);
            return function(null, "pcall", ProtectedCalls::pcallWithText);
        }

        /** @param library null for a global function */
        public Builder function(String library, String name, NativeFunction.Body body) {
            return value(library, name, new NativeFunction(name, body));
        }

        /** @param value Boolean, Double, {@link LuaString}, {@link LuaFunction}, or null to take the name away */
        public Builder value(String library, String name, Object value) {
            LuaTable target = table;
            if (library != null) {
                LuaString key = LuaString.of(library);
                if (!(table.get(key) instanceof LuaTable)) {
                    table.put(key, new LuaTable(quota));
                }
                target = (LuaTable) table.get(key);
            }
            target.put(LuaString.of(name), value);
            return this;
        }

        /** Scripts may change everything: for one runtime only. */
        Globals build() {
            return new Globals(this, false);
        }

        /**
         * Scripts may change nothing, and a global that does not exist is an error, in Redis's words. What Redis itself has taken
         * away since CVE-2025-46818 is not there either: getfenv, setfenv, newproxy.
         */
        public Globals buildProtected() {
            for (String name : new String[] {"getfenv", "setfenv", "newproxy"}) {
                table.put(LuaString.of(name), null);
            }
            LuaTable metatable = new LuaTable(quota);
            metatable.put(LuaString.of("__index"), new NativeFunction("__index", Globals::missing));
            table.metatable = metatable;
            table.freeze(quota);
            stringMetatable.freeze(quota);
            return new Globals(this, true);
        }
    }

    private static int missing(LuaState state) {
        if (state.argumentCount() != 2) {
            throw state.error("Wrong number of arguments to luaProtectedTableError");
        }
        LuaString name = Values.toLuaString(state, state.argument(2));
        if (name == null) {
            throw state.error("Second argument to luaProtectedTableError must be a string or number");
        }
        throw state.error("Script attempted to access nonexistent global variable '" + name.untilNul() + "'");
    }
}
