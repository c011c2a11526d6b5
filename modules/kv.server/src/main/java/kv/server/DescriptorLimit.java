package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many connections the process's limit of open files allows. A connection is a descriptor; without this look, those beyond
 * the limit would wait unanswered instead of being told.
 */
final class DescriptorLimit {
    /** For what is no connection: the image, selectors, listeners, the log, a program that is run for a moment. */
    static final int RESERVED = 32;
    private static final String LINE = "Max open files";

    private DescriptorLimit() {
    }

    /** The limit in force; Long.MAX_VALUE where there is none, or the system does not tell. */
    static long descriptors() {
        try {
            return descriptors(Files.readAllLines(Path.of("/proc/self/limits")));
        } catch (IOException notLinux) {
            return Long.MAX_VALUE;
        }
    }

    /** Of lines such as {@code Max open files            1024                 4096                 files}. */
    static long descriptors(List<String> limits) {
        for (String line : limits) {
            if (!line.startsWith(LINE)) {
                continue;
            }
            String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
            return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
        }
        return Long.MAX_VALUE;
    }

    /** So many of the connections wanted can be open at once; at least one. */
    static int connections(int wanted, long descriptors) {
        return (int) Math.max(1, Math.min(wanted, descriptors - RESERVED));
    }
}
