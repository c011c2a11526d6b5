package kv.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** Of the time to stop, for the last lines of the log, where nobody may be reading stderr. */
    private static final long FLUSH_MILLIS_MAX = 200;

    private Main() {
    }

    /** See {@code kv-server --help}. */
    public static void main(String[] args) throws InterruptedException {
        Hangup.take();
        CommandLine commandLine;
        try {
            commandLine = CommandLine.parse(args, System.getenv());
            if (commandLine.action() == CommandLine.Action.RUN || commandLine.action() == CommandLine.Action.CHECK_CONFIG) {
                requireFits(commandLine.config().memoryPlan());
            }
        } catch (UsageException wrong) {
            System.err.println("kv-server: " + wrong.getMessage());
            System.exit(EXIT_USAGE);
            return;
        }
        switch (commandLine.action()) {
            case HELP -> System.out.print(CommandLine.help());
            case VERSION -> System.out.println("kv-server " + KvServer.version() + " (JDK " + System.getProperty("java.version")
                    + ")");
            case CHECK_CONFIG -> {
                for (String notice : commandLine.notices()) {
                    System.err.println("kv-server: " + notice);
                }
                System.out.println("settings are valid");
            }
            case CHECK_LOG -> System.exit(DataCheck.run(commandLine.config().dataDirectory(), System.out));
            case RUN -> run(commandLine);
        }
    }

    /** Else the kernel would end the process, with all its data, when it is full. */
    private static void requireFits(MemoryPlan memory) throws UsageException {
        if (MachineMemory.isKnown() && !memory.fits()) {
            throw new UsageException(memory.text() + ": more than there is; set max-memory or max-buffer-memory lower, or -Xmx in"
                    + " JAVA_OPTS");
        }
    }

    private static void run(CommandLine commandLine) throws InterruptedException {
        FailureExit failureExit = new FailureExit();
        CountDownLatch stopRequested = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean serving = new AtomicBoolean();
        try {
            failureExit.start();
            Thread.setDefaultUncaughtExceptionHandler(failureExit);
            ServerConfig config = commandLine.config();
            ProgramLog programLog = new ProgramLog(LogLevel.named(config.logLevel()), LogStyle.named(config.logFormat()),
                    failureExit);
            failureExit.flushFirst(programLog);
            Runtime.getRuntime().addShutdownHook(
                    new Thread(() -> haltWhenStopped(stopRequested, stopped, serving, programLog, config.stopTimeoutMillis()),
                            "kv-shutdown"));
            LiveSettings settings = new LiveSettings(config, commandLine.sources());
            settings.onChange(Setting.LOG_LEVEL, now -> programLog.level(LogLevel.named(now.logLevel())));
            serve(commandLine, settings, failureExit, programLog.tail(), stopRequested, serving);
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            failureExit.cannotRun(String.valueOf(failure.getMessage())); // nothing is undone, since the process ends
        }
        stopped.countDown();
    }

    private static void serve(CommandLine commandLine, LiveSettings settings, FailureExit failureExit, LogTail tail,
            CountDownLatch stopRequested, AtomicBoolean serving) throws IOException, InterruptedException {
        Logger log = LoggerFactory.getLogger(Main.class);
        for (String notice : commandLine.notices()) {
            log.warn(notice);
        }
        ServerConfig config = commandLine.config();
        KvServer server = KvServer.startProgram(settings, failureExit, tail, commandLine.rdbImport(),
                Main::exitSoon);
        serving.set(true);
        Hangup.onSignal(() -> {
            settings.reload();
            server.reloadAccess();
            server.readFilesAgain();
        });
        FirstReply.await(server.allAddresses().get(0));
        logStart(log, commandLine);
        if (config.adminPort() >= 0) {
            log.info("admin port on {}", KvServer.text(server.adminAddresses()));
        }
        if (config.tlsPort() >= 0) {
            log.info("TLS on {}", KvServer.text(server.tlsAddresses()));
        }
        if (!config.unixSocket().isEmpty()) {
            log.info("socket {}, mode {}", config.unixSocket(), config.text(Setting.UNIX_SOCKET_MODE));
        }
        log.info("ready on {} in {} ms", KvServer.text(config.port() < 0 ? server.tlsAddresses() : server.addresses()),
                ProcessAge.millis());
        if (config.cpuAffinity()) {
            CpuAffinity.bind(server.threadGroups());
        }
        stopRequested.await();
        log.info("stopping");
        server.close();
        log.info("stopped");
    }

    /** As on TERM. The caller may be one of those that {@link System#exit} waits for. */
    private static void exitSoon() {
        new Thread(() -> System.exit(0), "kv-shutdown-request").start();
    }

    /** Who runs, within which limits, by which settings. */
    private static void logStart(Logger log, CommandLine commandLine) {
        ServerConfig config = commandLine.config();
        log.info("kv-server {}, JDK {}, {} {} {}, process {}", KvServer.version(), System.getProperty("java.version"),
                System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"),
                ProcessHandle.current().pid());
        log.info("settings: {}, then environment and command line",
                commandLine.sources().file() == null ? "no file" : Path.of(commandLine.sources().file()).toAbsolutePath());
        log.info("memory: {}", config.memoryPlan().text());
        log.info("threads: {} event loops, {} workers; connections: at most {}", config.eventLoops(), config.workers(),
                DescriptorLimit.connections(config.maxConnections(), DescriptorLimit.descriptors()));
    }

    private static void haltWhenStopped(CountDownLatch stopRequested, CountDownLatch stopped, AtomicBoolean serving,
            ProgramLog programLog, long stopMillis) {
        stopRequested.countDown();
        boolean inTime = false;
        try {
            // Who is still loading has told nobody anything yet: a start may end at any point, as by a crash.
            inTime = !serving.get() || stopped.await(stopMillis - FLUSH_MILLIS_MAX, TimeUnit.MILLISECONDS);
            if (!inTime) {
                System.err.println("kv-server: did not stop within " + stopMillis + " ms");
            }
            programLog.flush(FLUSH_MILLIS_MAX);
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(inTime ? 0 : EXIT_CANNOT_RUN);
    }
}
