package kv.log;

import java.io.IOException;

/** The disk is full, or a quota reached: the one failure of the disk that passes. */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(String message, Throwable cause) {
        super(message, cause);
    }
}
