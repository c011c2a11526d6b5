package kv.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Log records on their way to stderr, and the thread {@code kv-log} that writes them. Nobody else ever waits for stderr: what
 * does not fit is dropped, and its count is logged when there is room again.
 *
 * <p>Bound: {@value #RECORDS_MAX} records and {@value #BYTES_MAX} bytes.
 * <p>Failure: an error of stderr (its reader is gone, the disk is full) drops what is being written; if the thread dies,
 * {@code onDeath} is told.
 */
final class LogQueue implements Runnable {
    static final int RECORDS_MAX = 1024;
    static final int BYTES_MAX = 1 << 20;
    private static final long LOOK_MILLIS = 1000;

    private final OutputStream out;
    private final Consumer<? super Throwable> onDeath;
    private final LogFormat format;
    private final LogTail tail = new LogTail();
    private final Thread thread = new Thread(this, "kv-log");
    private LogStream stream;

    // Guarded by this.
    private final ArrayDeque<LogRecord> records = new ArrayDeque<>();
    private int bytes;
    private long dropped;
    private boolean lookSoon;
    private long lookAtNanos;
    private boolean writing;

    LogQueue(OutputStream out, LogStyle style, Consumer<? super Throwable> onDeath) {
        this.out = out;
        this.format = new LogFormat(style);
        this.onDeath = onDeath;
        thread.setDaemon(true);
    }

    /** @param source is asked a second after each {@link #lookSoon} whether there is something to say */
    void start(LogStream source) {
        stream = source;
        thread.start();
    }

    /** Any thread: never waits. */
    synchronized void offer(LogRecord record) {
        int size = record.text().length;
        if (records.size() == RECORDS_MAX || bytes + size > BYTES_MAX) {
            dropped++;
            return;
        }
        records.add(record);
        bytes += size;
        notifyAll();
    }

    /** Any thread: the stream wants to be looked at in a second. */
    synchronized void lookSoon() {
        if (!lookSoon) {
            lookSoon = true;
            lookAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
            notifyAll();
        }
    }

    /** Waits until all is written, at most so long. */
    synchronized void flush(long millisMax) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        for (long left = millisMax; left > 0 && (writing || !records.isEmpty()) && thread.isAlive();
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
            wait(left);
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                for (LogRecord record : take()) {
                    write(record);
                }
                written();
            }
        } catch (Throwable death) {
            onDeath.accept(death);
        }
    }

    /** The last lines that were written. */
    LogTail tail() {
        return tail;
    }

    private void write(LogRecord record) {
        tail.add(record);
        try {
            out.write(format.bytes(record));
        } catch (IOException nobodyReads) {
            synchronized (this) {
                dropped++;
            }
        }
    }

    /** Waits for records. */
    private List<LogRecord> take() throws InterruptedException {
        while (true) {
            synchronized (this) {
                while (records.isEmpty() && !isLookDue()) {
                    wait(lookSoon ? TimeUnit.NANOSECONDS.toMillis(lookAtNanos - System.nanoTime()) + 1 : 0);
                }
                if (!isLookDue()) {
                    return drain();
                }
                lookSoon = false;
            }
            if (stream.look()) {
                lookSoon();
            }
        }
    }

    private boolean isLookDue() {
        return lookSoon && lookAtNanos - System.nanoTime() <= 0;
    }

    private List<LogRecord> drain() {
        List<LogRecord> batch = new ArrayList<>(records);
        records.clear();
        bytes = 0;
        if (dropped > 0) {
            String text = "log - " + dropped + " lines were lost: stderr was not read, or could not be written";
            batch.add(new LogRecord(System.currentTimeMillis(), LogLevel.WARN, text.getBytes(StandardCharsets.US_ASCII), 0));
            dropped = 0;
        }
        writing = true;
        return batch;
    }

    private synchronized void written() {
        writing = false;
        notifyAll();
    }
}
