package kv.commands;

/** A setting cannot have this value, now or ever: its message says why, in ASCII and without line ends. */
public final class SettingRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** The setting, as who wanted it called it. */
    private final String name;

    /** A refusal for a reason. */
    public SettingRefusedException(String name, String reason) {
        super(reason);
        this.name = name;
    }

    /** The setting. */
    public String name() {
        return name;
    }
}
