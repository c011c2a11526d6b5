/**
 * Lua 5.1 as far as Redis opens it: an interpreter that charges all memory before it is taken, counts every instruction, and
 * knows neither files nor processes nor the store.
 *
 * <p>In reading order: {@link kv.lua.Globals}, {@link kv.lua.LuaScript}, {@link kv.lua.LuaRuntime}, {@link kv.lua.LuaState},
 * {@link kv.lua.Quota}.
 */
module kv.lua {
    exports kv.lua;
}
