package kv.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how far a start has come that has much to load: the admin port at any time, a terminal by a bar, the log now and then.
 *
 * <p>Owner: the thread that starts the server.
 */
final class StartProgress {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);
    private static final long BAR_NANOS = 200_000_000;
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int BAR_CHARS = 40;
    private static final String ERASE_LINE = "\r\033[K";

    private final Consumer<String> status;
    /** Null if nobody sees it. */
    private final PrintStream terminal;
    private final LongSupplier nanoClock;
    private String what = "starting";
    private long toldNanos;
    private boolean hasBar;

    /** @param status is given each line of how it stands */
    StartProgress(Consumer<String> status, PrintStream terminal, LongSupplier nanoClock) {
        this.status = status;
        this.terminal = terminal;
        this.nanoClock = nanoClock;
    }

    /** Of an embedded server, which keeps off the program's streams. */
    static StartProgress quiet(Consumer<String> status) {
        return new StartProgress(status, null, System::nanoTime);
    }

    /** Of a program. */
    static StartProgress ofProgram(Consumer<String> status) {
        return new StartProgress(status, isTerminal() ? System.err : null, System::nanoTime);
    }

    private static boolean isTerminal() {
        try {
            String stderr = Path.of("/proc/self/fd/2").toRealPath().toString();
            return stderr.startsWith("/dev/pts/") || stderr.startsWith("/dev/tty");
        } catch (IOException | RuntimeException notLinux) {
            return false;
        }
    }

    /** Something else is being done from now on. */
    void begin(String doing) {
        end();
        what = doing;
        toldNanos = nanoClock.getAsLong();
        status.accept(doing);
    }

    void at(long done, long total) {
        long percent = total <= 0 ? 0 : Math.min(100, done * 100 / total);
        String line = what + ": " + percent + " % of " + (total >> 20) + " MiB";
        status.accept(line);
        long now = nanoClock.getAsLong();
        if (now - toldNanos < (terminal != null ? BAR_NANOS : LINE_NANOS)) {
            return;
        }
        toldNanos = now;
        if (terminal == null) {
            LOG.info(line);
        } else {
            int filled = (int) (percent * BAR_CHARS / 100);
            terminal.print(ERASE_LINE + "[" + "#".repeat(filled) + ".".repeat(BAR_CHARS - filled) + "] " + line);
            terminal.flush();
            hasBar = true;
        }
    }

    /** The terminal is as it was. */
    void end() {
        if (hasBar) {
            terminal.print(ERASE_LINE);
            terminal.flush();
            hasBar = false;
        }
    }
}
