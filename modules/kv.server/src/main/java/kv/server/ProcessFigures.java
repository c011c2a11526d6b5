package kv.server;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import kv.admin.MetricsText;

/**
 * What the process takes of its machine, in the names that all Prometheus clients use, and what the JVM's collections cost. From
 * Linux's own files; elsewhere those figures are left out. Any thread.
 */
final class ProcessFigures {
    private static final Path SELF = Path.of("/proc/self");
    private static final double TICKS_A_SECOND = 100;
    // Fields of /proc/self/stat after the command's closing parenthesis.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int THREADS = 17;
    private static final int VIRTUAL_BYTES = 20;

    private ProcessFigures() {
    }

    static void write(MetricsText text) {
        try {
            String stat = Files.readString(SELF.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            text.counter("process_cpu_seconds_total", "CPU time of the process.")
                    .sample((Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_A_SECOND);
            text.gauge("process_threads", "Threads of the process.").sample(Long.parseLong(fields[THREADS]));
            text.gauge("process_virtual_memory_bytes",
                    "Address space of the process.").sample(Long.parseLong(fields[VIRTUAL_BYTES]));
            text.gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.")
                    .sample(ProcessFiles.use().residentBytes());
            text.gauge("process_open_fds", "Open file descriptors.").sample(openDescriptors());
            text.gauge("process_max_fds", "How many file descriptors there may be.").sample(descriptorsMax());
        } catch (IOException | RuntimeException notLinux) {
            // They are left out: the others are no less true.
        }
        text.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.")
                .sample(ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
        collections(text);
    }

    private static long openDescriptors() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
            for (Path unused : descriptors) {
                count++;
            }
        }
        return count - 1; // the one that reads them
    }

    private static double descriptorsMax() throws IOException {
        for (String line : Files.readAllLines(SELF.resolve("limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.split("\\s{2,}")[1];
                return soft.equals("unlimited") ? Double.POSITIVE_INFINITY : Long.parseLong(soft);
            }
        }
        throw new IOException("no limit of open files");
    }

    private static void collections(MetricsText text) {
        text.counter("kv_collections_total", "Garbage collections of the JVM's heap.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.sample("collector", collector.getName(), Math.max(0, collector.getCollectionCount()));
        }
        text.counter("kv_collection_pause_seconds_total", "How long garbage collections have stopped all threads.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.sample("collector", collector.getName(), Math.max(0, collector.getCollectionTime()) / 1000.0);
        }
    }
}
