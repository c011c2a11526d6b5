package kv.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our server in a process of its own, as attackers and supervisors see it: its port, log, memory, CPU time, threads and exit
 * status.
 *
 * <p>Started by a {@link KvLaunch}. The log is read by a thread, unless the launch wants a log that nobody reads.
 * <p>Failure: what does not come within {@value #HANG_SECONDS} seconds never comes.
 */
final class KvProcess implements AutoCloseable {
    static final int HANG_SECONDS = 120;
    private static final Pattern READY = Pattern.compile("ready on [^,\\s]*:(\\d+)");
    private static final int CLOCK_TICKS_PER_SECOND = 100;
    private static final int LOG_LINES_MAX = 100_000;
    private static final int POLL_MILLIS = 100;
    private static final int SHOWN_MAX = 4_000;

    final Process process;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>(LOG_LINES_MAX);
    /** All that came, awaited or not. */
    private final List<String> all = Collections.synchronizedList(new ArrayList<>());
    private int port;

    KvProcess(Process process, boolean isLogRead) {
        this.process = process;
        if (isLogRead) {
            readLog();
        }
    }

    void readLog() {
        Thread reader = new Thread(this::takeLines, "log of the server under attack");
        reader.setDaemon(true);
        reader.start();
    }

    private void takeLines() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), WireClient.BYTES))) {
            for (String line; (line = lines.readLine()) != null;) {
                take(line);
            }
        } catch (IOException ended) {
            take("end of the log: " + ended.getMessage());
        }
    }

    private void take(String line) {
        if (all.size() < LOG_LINES_MAX) {
            all.add(line);
        }
        log.offer(line);
    }

    /** Until it says that it is ready. */
    KvProcess awaitReady() throws InterruptedException {
        Matcher ready = READY.matcher(awaitLog("ready on "));
        if (!ready.find()) {
            throw new IllegalStateException("no port in the line that says ready");
        }
        port = Integer.parseInt(ready.group(1));
        return this;
    }

    /** Where nobody reads the log, or where it need not get ready: told where it is to listen. */
    KvProcess at(int knownPort) {
        port = knownPort;
        return this;
    }

    int port() {
        return port;
    }

    WireClient client() throws IOException {
        return new WireClient(port);
    }

    /** The next log line with this text; those before it are dropped. */
    String awaitLog(String text) throws InterruptedException {
        StringBuilder seen = new StringBuilder();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
        while (System.nanoTime() < end) {
            boolean isLast = !process.isAlive();
            String line = log.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (line != null && line.contains(text)) {
                return line;
            }
            if (line == null && isLast) {
                break;
            }
            if (line != null && seen.length() < SHOWN_MAX) {
                seen.append(line).append('\n');
            }
        }
        throw new IllegalStateException("no log line with '" + text + "', alive " + process.isAlive() + ", but " + seen);
    }

    /** All log lines that have come. */
    List<String> logSoFar() {
        synchronized (all) {
            return List.copyOf(all);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether a new client is answered. */
    boolean answers() {
        try (WireClient client = client()) {
            return client.ask("PING").text().equals("PONG");
        } catch (IOException noAnswer) {
            return false;
        }
    }

    /** Sends a signal by its name and returns the exit status; -1 if it does not end. */
    int end(String signal) throws IOException, InterruptedException {
        signal(signal);
        return exitStatus();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /** -1 if it does not end. */
    int exitStatus() throws InterruptedException {
        return process.waitFor(HANG_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    long residentKib() throws IOException {
        return status("VmRSS");
    }

    int threads() throws IOException {
        return (int) status("Threads");
    }

    private long status(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + name + " of the server's process");
    }

    /** CPU time of all its threads so far. */
    long cpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1000 / CLOCK_TICKS_PER_SECOND;
    }

    /** Open descriptors, sockets among them. */
    int descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) all.count();
        }
    }

    /** Whether it comes true before long; looked at again and again. */
    static boolean becomes(BooleanSupplier condition) {
        return becomes(HANG_SECONDS, condition);
    }

    static boolean becomes(int seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Whether its memory gets below so much before long. */
    boolean shrinksTo(long kib) {
        return becomes(() -> {
            try {
                return residentKib() <= kib;
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
