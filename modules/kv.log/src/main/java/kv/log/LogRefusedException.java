package kv.log;

import java.io.IOException;

/** This directory cannot be used as it is, through no damage of the log: of a running server, foreign, of a newer format. */
public final class LogRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public LogRefusedException(String message) {
        super(message);
    }
}
