package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is printed to System.err, to what comes out of the pipe, with readers that are slow, gone or asleep. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogQueueTest {
    /** A pipe whose reader takes one write at a time, when it is asked to. */
    private static final class Pipe extends OutputStream {
        final SynchronousQueue<String> writes = new SynchronousQueue<>();
        /** A permit for each write that has begun. */
        final Semaphore begun = new Semaphore(0);

        @Override
        public void write(int oneByte) {
            throw new AssertionError("a byte alone");
        }

        @Override
        public void write(byte[] bytes) {
            begun.release();
            try {
                writes.put(new String(bytes, StandardCharsets.UTF_8));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        /** The next line, without its time. */
        String take() throws InterruptedException {
            String line = writes.take();
            assertTrue(line.matches("(?s)\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} .*\n"), line);
            return line.substring(24, line.length() - 1);
        }
    }

    private final Pipe pipe = new Pipe();
    private final List<Throwable> deaths = new ArrayList<>();
    private final LogQueue queue = new LogQueue(pipe, LogStyle.TEXT, deaths::add);
    private final LogStream stream = new LogStream(queue, LogLevel.INFO);
    private final PrintStream err = new PrintStream(stream, false, StandardCharsets.UTF_8);

    private void log(String line) {
        err.println(line);
        err.flush();
    }

    @Test
    void record_ofALogger_hasTimeAndLevel() throws InterruptedException {
        queue.start(stream);
        log("INFO Main - grün");
        assertEquals("INFO Main - grün", pipe.take());
        log("DEBUG Main - not asked for");
        stream.level(LogLevel.DEBUG);
        log("DEBUG Main - asked for");
        assertEquals("DEBUG Main - asked for", pipe.take());
    }

    @Test
    void record_withStackTrace_isOneWhoseFurtherLinesAreIndented() throws InterruptedException {
        queue.start(stream);
        err.println("ERROR Worker - failed");
        new IllegalStateException("two\nlines").printStackTrace(err);
        err.flush();
        String record = pipe.take();
        assertTrue(record.startsWith("ERROR Worker - failed\n\tjava.lang.IllegalStateException: two\n\tlines\n\tat kv.server"),
                record);
    }

    @Test
    void record_controlCharacters_areShownAsQuestionMarks() throws InterruptedException {
        queue.start(stream);
        log("WARN Main - \u001b[31mred\r2026-01-01 forged\u007f");
        assertEquals("WARN Main - ?[31mred?2026-01-01 forged?", pipe.take());
    }

    @Test
    void record_tooLong_isCut() throws InterruptedException {
        queue.start(stream);
        log("WARN " + "x".repeat(1 << 20));
        assertEquals(16 << 10, pipe.take().length());
    }

    @Test
    void printed_withoutAFlush_comesByItself() throws InterruptedException {
        queue.start(stream);
        err.println("a word of the JDK's");
        assertEquals("WARN a word of the JDK's", pipe.take());
    }

    @Test
    void offer_nobodyReads_neverWaitsAndCountsWhatIsLost() throws InterruptedException {
        queue.start(stream);
        log("INFO first");
        pipe.begun.acquire();
        stream.level(LogLevel.TRACE);
        for (int i = 0; i < 5000; i++) {
            log("TRACE line " + i); // returns, though the thread is stuck in a write
        }
        assertEquals("INFO first", pipe.take());
        int lines = 0;
        String line;
        while ((line = pipe.take()).startsWith("TRACE line " + lines)) {
            lines++;
        }
        assertEquals(LogQueue.RECORDS_MAX, lines, "those that fitted, in order");
        assertEquals("WARN log - " + (5000 - lines) + " lines were lost: stderr was not read, or could not be written", line);
    }

    @Test
    void offer_longLines_areBoundedInBytes() throws InterruptedException {
        queue.start(stream);
        stream.level(LogLevel.TRACE);
        for (int i = 0; i < 200; i++) {
            log("TRACE " + "x".repeat(16_000));
        }
        int lines = 0;
        while (pipe.take().startsWith("TRACE")) {
            lines++;
        }
        assertTrue(lines <= 1 + 2 * LogQueue.BYTES_MAX / 16_000, lines + " lines");
    }

    @Test
    void flush_nobodyReads_returnsInTime() throws InterruptedException {
        queue.start(stream);
        log("INFO one");
        queue.flush(1);
        assertEquals("INFO one", pipe.take());
        queue.flush(60_000);
    }

    @Test
    void gate_floodOfOneKind_isOneLineASecondAndACount() throws InterruptedException {
        queue.start(stream);
        for (int i = 0; i < 1000; i++) {
            log("WARN Server - attack from 127.0.0.1:" + i);
        }
        assertEquals("WARN Server - attack from 127.0.0.1:0", pipe.take());
        String count;
        do {
            count = pipe.take();
        } while (count.matches("WARN Server - attack from 127.0.0.1:\\d+")); // of another second, if this one took long
        assertTrue(count.matches("WARN Server - attack from .*\\(\\d+ more like this were left out\\)"), count);
    }

    @Test
    void write_stderrIsBroken_countsAndGoesOn() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        List<String> written = new ArrayList<>();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int oneByte) {
                throw new AssertionError("a byte alone");
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                if (failed.getCount() > 0) {
                    failed.countDown();
                    throw new IOException("no space left on device");
                }
                written.add(new String(bytes, StandardCharsets.UTF_8).substring(24));
            }
        };
        LogQueue other = new LogQueue(broken, LogStyle.TEXT, deaths::add);
        LogStream otherStream = new LogStream(other, LogLevel.INFO);
        other.start(otherStream);
        other.offer(new LogRecord(0, LogLevel.INFO, new byte[] {'a'}, 0));
        failed.await();
        other.flush(60_000);
        other.offer(new LogRecord(0, LogLevel.INFO, new byte[] {'b'}, 0));
        other.flush(60_000);
        assertEquals(List.of("INFO b\n", "WARN log - 1 lines were lost: stderr was not read, or could not be written\n"),
                written);
        assertEquals(List.of(), deaths);
    }

    @Test
    void thread_thatDies_isReported() throws InterruptedException {
        CountDownLatch died = new CountDownLatch(1);
        OutOfMemoryError death = new OutOfMemoryError("planted");
        LogQueue dying = new LogQueue(new OutputStream() {
            @Override
            public void write(int oneByte) {
                throw death;
            }

            @Override
            public void write(byte[] bytes) {
                throw death;
            }
        }, LogStyle.TEXT, reason -> {
            deaths.add(reason);
            died.countDown();
        });
        dying.start(new LogStream(dying, LogLevel.INFO));
        dying.offer(new LogRecord(0, LogLevel.INFO, new byte[] {'a'}, 0));
        died.await();
        assertEquals(List.of(death), deaths);
    }
}
