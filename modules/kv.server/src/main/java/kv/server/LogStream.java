package kv.server;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * What is behind System.err in the program kv-server: takes what the logger prints, a record up to each flush, and hands it to
 * the {@link LogQueue} unless its level is not wanted or the {@link LogGate} says that there were too many of its kind. Never
 * blocks, whatever becomes of stderr.
 *
 * <p>slf4j-simple prints {@code LEVEL Logger - message}, a stack trace if there is one, and flushes. What others print (the
 * JDK, for instance) and do not flush is taken for a record after a second.
 */
final class LogStream extends OutputStream {
    private static final int RECORD_BYTES_MAX = 16 << 10;

    private final LogQueue queue;
    private final LogGate gate = new LogGate();
    private final byte[] record = new byte[RECORD_BYTES_MAX];
    private int length;
    private boolean unflushed;
    private volatile LogLevel level;

    LogStream(LogQueue queue, LogLevel level) {
        this.queue = queue;
        this.level = level;
    }

    /** Any thread, at any time. */
    void level(LogLevel most) {
        level = most;
    }

    @Override
    public synchronized void write(int oneByte) {
        if (length < record.length) {
            record[length++] = (byte) oneByte;
        }
        awaitFlush();
    }

    /** What is longer than a record may be is cut off. */
    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
        int taken = Math.min(count, record.length - length);
        System.arraycopy(bytes, offset, record, length, taken);
        length += taken;
        awaitFlush();
    }

    private void awaitFlush() {
        if (!unflushed) {
            unflushed = true;
            queue.lookSoon();
        }
    }

    @Override
    public synchronized void flush() {
        unflushed = false;
        int end = length;
        length = 0;
        while (end > 0 && (record[end - 1] == '\n' || record[end - 1] == '\r')) {
            end--;
        }
        if (end == 0) {
            return;
        }
        LogLevel of = LogLevel.of(record, end);
        if (of.compareTo(level) > 0) {
            return;
        }
        long leftOut = gate.admit(of, record, end, System.nanoTime());
        if (leftOut < 0) {
            queue.lookSoon();
            return;
        }
        byte[] text = Arrays.copyOfRange(record, of.prefixBytes(record, end), end);
        queue.offer(new LogRecord(System.currentTimeMillis(), of, text, leftOut));
    }

    /**
     * Once a second after {@link LogQueue#lookSoon}: takes what nobody has flushed, and says what was left out.
     *
     * @return whether there will be something to say later
     */
    synchronized boolean look() {
        if (unflushed) {
            flush();
        }
        if (gate.hasLeftOut()) {
            gate.dueCounts(System.nanoTime(), System.currentTimeMillis()).forEach(queue::offer);
        }
        return gate.hasLeftOut();
    }
}
