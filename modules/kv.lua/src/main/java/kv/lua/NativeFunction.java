package kv.lua;

/**
 * A function of the host. Its {@link Body} finds its arguments in the state, pushes its results and returns their number.
 *
 * <p>One that scripts on several threads call must keep nothing of its own.
 */
public final class NativeFunction extends LuaFunction {

    /** What it does. */
    @FunctionalInterface
    public interface Body {

        /** @return how many results were pushed */
        int call(LuaState state);
    }

    final String name;
    final Body body;

    public NativeFunction(String name, Body body) {
        super(null);
        this.name = name;
        this.body = body;
        this.identity = name.hashCode() | 1;
    }

    /** One made while a script runs, charged to it. */
    static NativeFunction charged(Quota quota, String name, LuaTable environment, Body body) {
        quota.charge(Quota.CLOSURE_BYTES + 24L);
        NativeFunction made = new NativeFunction(name, body);
        made.identity = 0;
        made.environment = environment;
        return made;
    }
}
