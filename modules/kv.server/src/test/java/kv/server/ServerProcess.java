package kv.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The program kv-server in a process of its own, under a shell's limits. */
final class ServerProcess implements AutoCloseable {
    /** A program that is started with HUP ignored (nohup) never hears it: where env can, the server is started as usual. */
    private static final String START = "; usual='env --default-signal=HUP'; $usual true 2> /dev/null || usual=;"
            + " exec $usual \"$@\"";
    private static final Pattern READY = Pattern.compile("ready on 127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private int port;

    /** @param shellLimit a shell's command before the server is started, such as {@code ulimit -n 100} */
    ServerProcess(String shellLimit, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", shellLimit + START, "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:MaxDirectMemorySize=256m",
                "-cp", classPath(), "kv.server.Main", "--port", "0", "--bind", "127.0.0.1", "--max-memory", "64m", "--workers",
                "2"));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(this::readLog, "log of the server's process");
        reader.setDaemon(true);
        reader.start();
        Matcher ready = READY.matcher(awaitLog("ready on "));
        if (!ready.find()) {
            throw new IOException("no port in the line that says ready");
        }
        port = Integer.parseInt(ready.group(1));
    }

    /** The places of all modules that do not come with the JDK, and of the log, whichever path they are on here. */
    private static String classPath() {
        Stream<String> modules = ModuleLayer.boot().configuration().modules().stream()
                .map(module -> module.reference().location().orElseThrow()).filter(place -> place.getScheme().equals("file"))
                .map(place -> Path.of(place).toString());
        return Stream.concat(modules,
                Stream.of(place(LoggerFactory.getILoggerFactory().getClass()))).collect(Collectors.joining(":"));
    }

    static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void readLog() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null;) {
                log.add(line);
            }
        } catch (IOException ended) {
            log.add("end of the log: " + ended.getMessage());
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The next log line with this text; those before it are dropped. For ever: the test's timeout bounds it. */
    String awaitLog(String text) throws InterruptedException {
        String line;
        do {
            line = log.take();
        } while (!line.contains(text));
        return line;
    }

    /** How many of the log lines not yet awaited have this text. */
    long countLog(String text) {
        return log.stream().filter(line -> line.contains(text)).count();
    }

    /** Waits until it ends by itself, and returns the exit status. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Sends TERM and returns the exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** The exit status of one that ends by itself. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
