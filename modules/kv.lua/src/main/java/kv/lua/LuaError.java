package kv.lua;

/**
 * An error of a script, on its way to a {@code pcall} or to the host.
 *
 * <p>Beside its value it carries where it was raised, as Redis reports it: the source and line of the innermost function of
 * the script.
 */
public final class LuaError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Object value;
    private transient String source;
    private int line;

    public LuaError(Object value) {
        super(null, null, false, false);
        this.value = value;
    }

    public LuaError(String message) {
        this(LuaString.ofLatin(message));
    }

    /** What was given to {@code error}: null, Boolean, Double, {@link LuaString}, {@link LuaTable} … */
    public Object value() {
        return value;
    }

    LuaError raisedAt(String sourceName, int lineNumber) {
        if (source == null) {
            source = sourceName;
            line = lineNumber;
        }
        return this;
    }

    /** The name of the chunk, as given when it was compiled, or null if no function of a script was running. */
    public String source() {
        return source;
    }

    /** Of {@link #source}; -1 if it is not known. */
    public int line() {
        return source == null ? -1 : line;
    }

    @Override
    public String getMessage() {
        if (value instanceof LuaString || value instanceof Double) {
            return value.toString();
        }
        return "(error object is not a string)";
    }
}
