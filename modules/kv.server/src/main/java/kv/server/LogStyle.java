package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the lines of the log look. */
enum LogStyle {
    /** For people: time, level, text. */
    TEXT,
    /** For systemd's journal, which has the time, and takes the level from a number in front: {@code <4>WARN Main - …}. */
    JOURNAL,
    /** For collectors: an object a line. */
    JSON;

    /** @param setting a value of log-format; {@code auto} is for the journal where stderr leads there */
    static LogStyle named(String setting) {
        return switch (setting) {
            case "json" -> JSON;
            case "text" -> TEXT;
            default -> isJournal(System.getenv("JOURNAL_STREAM")) ? JOURNAL : TEXT;
        };
    }

    /**
     * systemd names device and inode of the stream that it has given; a program that was started from there may have another one.
     */
    private static boolean isJournal(String stream) {
        if (stream == null) {
            return false;
        }
        try {
            Path err = Path.of("/proc/self/fd/2");
            return stream.equals(Files.getAttribute(err, "unix:dev") + ":" + Files.getAttribute(err, "unix:ino"));
        } catch (IOException | RuntimeException notLinux) {
            return false;
        }
    }
}
