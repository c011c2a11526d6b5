package kv.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory the machine has: an upper bound of what any limit can come to. */
final class MachineMemory {
    private static final String TOTAL = "MemTotal:";
    private static final String KIBIBYTES = "kB";

    /** Without doubt; {@link Long#MAX_VALUE} where the system does not tell in a file, as Linux does. */
    static final long BYTES = read(Path.of("/proc/meminfo"));

    private MachineMemory() { }

    static long read(Path file) {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException | NumberFormatException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private static long parse(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(TOTAL) && line.endsWith(KIBIBYTES)) {
                return Long.parseLong(line.substring(TOTAL.length(), line.length() - KIBIBYTES.length()).trim()) << 10;
            }
        }
        return Long.MAX_VALUE;
    }
}
