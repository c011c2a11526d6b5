package kv.lua;

/** Ends a script from outside; no {@code pcall} of the script catches it, and nothing the script did may count. */
public final class ScriptAbort extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a script was ended. */
    public enum Reason {
        /** Its memory is used up. */
        OUT_OF_MEMORY,
        /** The host gave no further slice: run it again where there is more time. */
        OUT_OF_STEPS,
        /** The host was told to kill it. */
        KILLED
    }

    private final Reason reason;

    public ScriptAbort(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
