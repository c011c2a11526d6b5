package kv.rdb;

import java.io.IOException;

/** A file that is damaged, no RDB file, or one with something in it that is not known here. The message says where. */
public final class RdbRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RdbRefusedException(String message) {
        super(message);
    }
}
