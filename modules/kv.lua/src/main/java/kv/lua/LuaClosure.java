package kv.lua;

/** A function of a script: code, and the variables it has caught. */
final class LuaClosure extends LuaFunction {

    final Prototype prototype;
    final UpValue[] upValues;

    LuaClosure(Prototype prototype, LuaTable environment) {
        super(environment);
        this.prototype = prototype;
        this.upValues = new UpValue[prototype.upValueCount];
    }
}
