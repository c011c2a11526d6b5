package kv.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last lines of the log, for who looks on from elsewhere. Any thread. Bound: {@value #LINES_MAX} lines of {@value
 * #CHARS_MAX}.
 */
final class LogTail {
    static final int LINES_MAX = 100;
    static final int CHARS_MAX = 500;

    private final LogFormat format = new LogFormat(LogStyle.TEXT);
    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(LogRecord record) {
        String line = new String(format.bytes(record), StandardCharsets.UTF_8).stripTrailing();
        lines.addLast(line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + " …");
        if (lines.size() > LINES_MAX) {
            lines.removeFirst();
        }
    }

    /** The latest last. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
