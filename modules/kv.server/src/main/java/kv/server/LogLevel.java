package kv.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Levels of the log, the most important first. */
enum LogLevel {
    ERROR, WARN, INFO, DEBUG, TRACE;

    private final byte[] word = name().getBytes(StandardCharsets.US_ASCII);

    /** @param setting a value of log-level, such as {@code info} */
    static LogLevel named(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** The level whose name the text begins with; WARN for what did not come through a logger, such as a JDK's own message. */
    static LogLevel of(byte[] text, int length) {
        for (LogLevel level : values()) {
            if (level.begins(text, length)) {
                return level;
            }
        }
        return WARN;
    }

    /** How many bytes of the text are the level's name and the blank after it. */
    int prefixBytes(byte[] text, int length) {
        return begins(text, length) ? word.length + 1 : 0;
    }

    private boolean begins(byte[] text, int length) {
        if (length <= word.length || text[word.length] != ' ') {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (text[i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
