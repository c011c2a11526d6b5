package kv.tls;

import java.io.IOException;

/** A file with keys or certificates is not what it should be. The message is for people, names the file, and quotes no secret. */
public final class BadTlsFileException extends IOException {
    private static final long serialVersionUID = 1L;

    BadTlsFileException(String message) {
        super(message);
    }

    /** The same, said of a file. */
    BadTlsFileException in(String file) {
        return new BadTlsFileException("'" + file + "': " + getMessage());
    }
}
