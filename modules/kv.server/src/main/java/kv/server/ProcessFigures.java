package kv.server;

import java.io.File;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import kv.admin.MetricsText;

/**
 * What the process takes of its machine, in the names that all Prometheus clients use, and what the JVM's collections cost. From
 * Linux's own files; elsewhere those figures are left out. Any thread.
 */
final class ProcessFigures {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final File DESCRIPTORS = new File("/proc/self/fd");
    private static final String LIMIT_NAME = "Max open files";
    private static final double START_SECONDS = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    private ProcessFigures() {
    }

    static void write(MetricsText text) {
        ProcessFiles.Reading process = ProcessFiles.reading();
        if (process.threads() > 0) { // else this is not Linux
            text.counter("process_cpu_seconds_total", "CPU time of the process.")
                    .sample((process.use().userNanos() + process.use().systemNanos()) / NANOS_PER_SECOND);
            text.gauge("process_threads", "Threads of the process.").sample(process.threads());
            text.gauge("process_virtual_memory_bytes", "Address space of the process.").sample(process.virtualBytes());
            text.gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.")
                    .sample(process.use().residentBytes());
            descriptors(text);
        }
        text.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.").sample(START_SECONDS);
        collections(text);
    }

    private static void descriptors(MetricsText text) {
        String[] open = DESCRIPTORS.list();
        if (open != null) {
            text.gauge("process_open_fds", "Open file descriptors.").sample(open.length - 1); // but the one that reads them
        }
        try {
            String limits = ProcessFiles.content("limits");
            int line = limits.indexOf(LIMIT_NAME);
            if (line >= 0) {
                String soft = ProcessFiles.word(limits, line + LIMIT_NAME.length());
                text.gauge("process_max_fds", "How many file descriptors there may be.")
                        .sample(soft.equals("unlimited") ? Double.POSITIVE_INFINITY : Long.parseLong(soft));
            }
        } catch (IOException notReadable) {
            // It is left out: the others are no less true.
        }
    }

    private static void collections(MetricsText text) {
        text.counter("kv_collections_total", "Garbage collections of the JVM's heap.");
        for (GarbageCollectorMXBean collector : COLLECTORS) {
            text.sample("collector", collector.getName(), Math.max(0, collector.getCollectionCount()));
        }
        text.counter("kv_collection_pause_seconds_total", "How long garbage collections have stopped all threads.");
        for (GarbageCollectorMXBean collector : COLLECTORS) {
            text.sample("collector", collector.getName(), Math.max(0, collector.getCollectionTime()) / 1000.0);
        }
    }
}
