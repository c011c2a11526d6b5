package kv.log;

import java.io.IOException;

/** Something is damaged or missing that is known to have been on the disk. The message says what and where. */
public final class LogDamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean truncatable;

    LogDamagedException(String message, boolean truncatable) {
        super(message);
        this.truncatable = truncatable;
    }

    /** Whether the log can be opened by giving up all from the damage on; a backup is always the better way out. */
    public boolean isTruncatable() {
        return truncatable;
    }
}
