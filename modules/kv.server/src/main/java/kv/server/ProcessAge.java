package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * How long this program has been running; asked by its main thread. From Linux's own files, in steps of 10 ms: the start that
 * {@code ProcessHandle} tells there is counted from a boot time in whole seconds, and off by as much. The main thread's age,
 * not the process's: a script that has become the JVM by exec may have been busy before, building it.
 */
final class ProcessAge {
    private static final long MILLIS_PER_TICK = 10;
    /** Field of /proc/thread-self/stat after the command's closing parenthesis: start time, in ticks since boot. */
    private static final int START_FIELD = 19;

    private ProcessAge() {
    }

    static long millis() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            long startMillis = Long.parseLong(stat.substring(stat.lastIndexOf(')')
                    + 2).split(" ")[START_FIELD]) * MILLIS_PER_TICK;
            String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
            return Math.round(Double.parseDouble(uptime) * 1000) - startMillis;
        } catch (IOException | RuntimeException notLinux) {
            return ProcessHandle.current().info().startInstant()
                    .map(start -> Duration.between(start, Instant.now()).toMillis()).orElse(0L);
        }
    }
}
