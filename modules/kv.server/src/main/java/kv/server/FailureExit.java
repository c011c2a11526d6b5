package kv.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Ends the process, with status 1 and one line on stderr, when one of its threads has died: a server that goes on without a
 * thread listens and does not answer, and no supervisor would notice.
 *
 * <p>Any thread may call, several may at once; the first one's line is written. Does not return.
 */
final class FailureExit implements Consumer<Throwable>, Thread.UncaughtExceptionHandler {
    /*
     * It must work when there is no memory and nobody reads stderr. So all it needs is made beforehand, a thread included: that
     * one writes, and if it gets stuck in that, the thread that failed halts the process without the line. Copying a String's
     * characters, unparking, parking, writing bytes to a file and halting allocate nothing on the heap, once they have been done
     * before. The stack trace does: it comes last, and only if it can.
     */
    private static final int STATUS = 1;
    private static final long WRITE_NANOS_MAX = 500_000_000;
    private static final long FLUSH_MILLIS_MAX = 150;
    private static final int LINE_BYTES_MAX = 2048;
    private static final int FRAMES_MAX = 8;
    private static final byte[] NAME = ascii("kv-server: ");
    private static final byte[] THREAD = ascii("ending, because thread ");
    private static final byte[] DIED = ascii(" died: ");

    private final FileOutputStream err;
    private boolean claimed; // guarded by this
    private boolean rehearsing;
    private final byte[] line = new byte[LINE_BYTES_MAX];
    private int length;
    private volatile boolean composed;
    private volatile ProgramLog log;
    private final Thread writer = new Thread(this::writeWhenComposed, "kv-exit");

    FailureExit() {
        this(new FileOutputStream(FileDescriptor.err));
    }

    FailureExit(FileOutputStream err) {
        this.err = err;
        writer.setDaemon(true);
    }

    /** Before anything can fail. */
    void start() {
        rehearse();
        writer.start();
    }

    /**
     * Runs all of it once but for the halt and the line. What runs for the first time resolves names, links call sites and loads
     * classes, on the heap: with a full one, the handler itself failed, and left the zombie that it is there to prevent.
     */
    private void rehearse() {
        try {
            Class.forName("java.lang.Shutdown");
        } catch (ClassNotFoundException otherJdk) {
            // then it is loaded when it is needed, if it can be
        }
        rehearsing = true;
        uncaughtException(Thread.currentThread(), new OutOfMemoryError("rehearsal"));
        uncaughtException(Thread.currentThread(), new StackOverflowError());
        write();
        halt();
        claimed = false;
        composed = false;
        length = 0;
        rehearsing = false;
    }

    /** What is in this log already is written before the last line, as far as there is time. */
    void flushFirst(ProgramLog before) {
        log = before;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable death) {
        accept(death);
    }

    /** The calling thread, one of the server's, has died of this. */
    @Override
    public void accept(Throwable failure) {
        boolean first = claim();
        try {
            if (first) {
                compose(Thread.currentThread().getName(), failure);
            }
        } catch (Throwable noMemory) {
            // what is composed so far is said
        } finally {
            end(first);
        }
    }

    /** The server cannot run, for this reason. */
    void cannotRun(String reason) {
        boolean first = claim();
        if (first) {
            add(NAME);
            add(reason);
        }
        end(first);
    }

    private synchronized boolean claim() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** Only the first caller has a line; all wait for it to be written. */
    private void end(boolean first) {
        if (first) {
            composed = true;
            LockSupport.unpark(writer);
        }
        if (first && !writer.isAlive()) { // there was no thread to be had for it
            write();
        }
        long waitNanos = writer.isAlive() ? WRITE_NANOS_MAX : 1;
        long begunNanos = System.nanoTime();
        while (System.nanoTime() - begunNanos < waitNanos) {
            LockSupport.parkNanos(waitNanos);
        }
        halt();
    }

    private void halt() {
        Runtime runtime = Runtime.getRuntime();
        if (!rehearsing) {
            runtime.halt(STATUS);
        }
    }

    private void compose(String thread, Throwable failure) {
        add(NAME);
        add(THREAD);
        add(thread);
        add(DIED);
        add(failure.getClass().getName());
        String message = failure.getMessage();
        if (message != null) {
            add((byte) ':');
            add((byte) ' ');
            add(message);
        }
        if (!(failure instanceof VirtualMachineError)) {
            addFrames(failure);
        }
    }

    private void addFrames(Throwable failure) {
        StackTraceElement[] frames = failure.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES_MAX, frames.length); i++) {
            add(i == 0 ? " at " : " < ");
            add(frames[i].getClassName().substring(frames[i].getClassName().lastIndexOf('.') + 1) + "."
                    + frames[i].getMethodName() + ":" + frames[i].getLineNumber());
        }
        if (failure.getCause() != null) {
            add(" cause ");
            add(failure.getCause().toString());
        }
    }

    private void add(byte[] bytes) {
        for (byte each : bytes) {
            add(each);
        }
    }

    /** What is no printable ASCII becomes a question mark: one line, whatever the message says. */
    private void add(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            add((byte) (c >= ' ' && c < 0x7F ? c : '?'));
        }
    }

    private void add(byte each) {
        if (length < (each == '\n' ? line.length : line.length - 1)) { // one is left for the newline
            line[length++] = each;
        }
    }

    private void writeWhenComposed() {
        while (!composed) {
            LockSupport.park(this);
        }
        flushLog();
        write();
        halt();
    }

    private void write() {
        add((byte) '\n');
        try {
            err.write(line, 0, rehearsing ? 0 : length);
        } catch (IOException nobodyReads) {
            // there is nobody to tell
        }
    }

    private void flushLog() {
        try {
            if (log != null) {
                log.flush(FLUSH_MILLIS_MAX);
            }
        } catch (Throwable noMemory) {
            // the line is what counts
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
