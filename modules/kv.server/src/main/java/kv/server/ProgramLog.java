package kv.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The log of the program kv-server: what slf4j-simple, or anybody else, prints to System.err goes through {@link LogStream} and
 * {@link LogQueue} to stderr. Who embeds a server keeps the log they have.
 */
final class ProgramLog {
    private final LogQueue queue;
    private final LogStream stream;

    /**
     * Before the first logger is made.
     *
     * @param onDeath is told if the log's thread dies
     */
    ProgramLog(LogLevel level, LogStyle style, Consumer<? super Throwable> onDeath) {
        queue = new LogQueue(new FileOutputStream(FileDescriptor.err), style, onDeath);
        stream = new LogStream(queue, level);
        queue.start(stream);
        System.setErr(new PrintStream(stream, false, StandardCharsets.UTF_8));
        // The logger lets everything through, without time and thread: level, time and count are the stream's. What the user sets
        // with -D stays.
        setDefault("defaultLogLevel", "trace");
        setDefault("showThreadName", "false");
        setDefault("showShortLogName", "true");
    }

    private static void setDefault(String name, String value) {
        String property = "org.slf4j.simpleLogger." + name;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Any thread, at any time: from now on, records of this level and the more important ones. */
    void level(LogLevel most) {
        stream.level(most);
    }

    /** The last lines. */
    LogTail tail() {
        return queue.tail();
    }

    /** Waits until all that was logged is written, at most so long. */
    void flush(long millisMax) throws InterruptedException {
        stream.look();
        queue.flush(millisMax);
    }
}
