package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this process may count on: the machine's, or the limit of its service or container where that is less.
 * Read from Linux's own files; elsewhere java.base does not tell, and four times the largest heap is taken: there, set
 * max-memory to a size.
 */
final class MachineMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final long PHYSICAL_BYTES = meminfoBytes();
    private static final CgroupLimit GROUP = new CgroupLimit(Path.of("/"));

    private MachineMemory() {
    }

    /** As it was when first asked for. */
    static long bytes() {
        return isKnown() ? Math.min(PHYSICAL_BYTES, GROUP.bytes()) : 4 * Runtime.getRuntime().maxMemory();
    }

    /** Whether the system has told; else it is a guess. */
    static boolean isKnown() {
        return PHYSICAL_BYTES > 0;
    }

    /** The file that tells. */
    static String source() {
        return !isKnown() ? "a guess" : GROUP.bytes() < PHYSICAL_BYTES ? GROUP.file().toString() : MEMINFO.toString();
    }

    private static long meminfoBytes() {
        try {
            String first = Files.readString(MEMINFO).lines().findFirst().orElse("");
            String digits = first.replaceAll("\\D", ""); // MemTotal:       24737564 kB
            return digits.isEmpty() ? 0 : Long.parseLong(digits) << 10;
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
