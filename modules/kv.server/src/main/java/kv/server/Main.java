package kv.server;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program kv-server: settings, start, and a clean stop on TERM or INT.
 *
 * <p>A JVM ends with 143 on TERM. To end with 0, the shutdown hook only opens a latch; the main thread stops the server and
 * joins its threads; then the hook halts the JVM with 0.
 */
public final class Main {
    private static final int EXIT_CANNOT_RUN = 1;
    private static final int EXIT_USAGE = 2;
    private static final long STOP_MILLIS_MAX = 1_900;

    private Main() {
    }

    /** See {@code kv-server --help}. */
    public static void main(String[] args) throws InterruptedException {
        CommandLine commandLine;
        try {
            commandLine = CommandLine.parse(args, System.getenv());
        } catch (UsageException wrong) {
            System.err.println("kv-server: " + wrong.getMessage());
            System.exit(EXIT_USAGE);
            return;
        }
        switch (commandLine.action()) {
            case HELP -> System.out.print(CommandLine.help());
            case VERSION -> System.out.println("kv-server " + KvServer.version() + " (JDK " + System.getProperty("java.version") + ")");
            case CHECK_CONFIG -> System.out.println("settings are valid");
            case RUN -> run(commandLine.config());
        }
    }

    private static void run(ServerConfig config) throws InterruptedException {
        configureLogging(config.logLevel());
        Logger log = LoggerFactory.getLogger(Main.class);
        CountDownLatch stopRequested = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> haltWhenStopped(stopRequested, stopped), "kv-shutdown"));
        KvServer server;
        try {
            server = KvServer.start(config);
        } catch (IOException | RuntimeException failure) {
            System.err.println("kv-server: " + failure.getMessage());
            Runtime.getRuntime().halt(EXIT_CANNOT_RUN);
            return;
        }
        log.info("ready on {} in {} ms", server.addressText(), ProcessAge.millis());
        if (config.cpuAffinity()) CpuAffinity.bind(server.threadGroups());
        stopRequested.await();
        log.info("stopping");
        server.close();
        log.info("stopped");
        stopped.countDown();
    }

    private static void haltWhenStopped(CountDownLatch stopRequested, CountDownLatch stopped) {
        stopRequested.countDown();
        boolean inTime = false;
        try {
            inTime = stopped.await(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
        if (!inTime) System.err.println("kv-server: did not stop within " + STOP_MILLIS_MAX + " ms");
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(inTime ? 0 : EXIT_CANNOT_RUN);
    }

    /** Before the first logger is made. What the user sets with -D stays. */
    private static void configureLogging(String level) {
        setDefault("org.slf4j.simpleLogger.defaultLogLevel", level);
        setDefault("org.slf4j.simpleLogger.showDateTime", "true");
        setDefault("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
        setDefault("org.slf4j.simpleLogger.showThreadName", "false");
        setDefault("org.slf4j.simpleLogger.showShortLogName", "true");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) System.setProperty(property, value);
    }
}
