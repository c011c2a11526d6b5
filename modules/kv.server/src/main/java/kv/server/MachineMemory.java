package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this process may count on: the machine's, or its container's limit where that is less.
 * Read from Linux's own files; elsewhere java.base does not tell, and four times the largest heap is taken: there, set
 * max-memory to a size.
 */
final class MachineMemory {
    private MachineMemory() {
    }

    static long bytes() {
        long physical = meminfoBytes();
        if (physical == 0) return 4 * Runtime.getRuntime().maxMemory();
        long limit = Math.min(cgroupBytes("/sys/fs/cgroup/memory.max"), cgroupBytes("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        return Math.min(physical, limit);
    }

    private static long meminfoBytes() {
        try {
            String first = Files.readString(Path.of("/proc/meminfo")).lines().findFirst().orElse("");
            String digits = first.replaceAll("\\D", ""); // MemTotal:       24737564 kB
            return digits.isEmpty() ? 0 : Long.parseLong(digits) << 10;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static long cgroupBytes(String file) {
        try {
            return Long.parseLong(Files.readString(Path.of(file)).trim());
        } catch (IOException | NumberFormatException noLimit) { // "max", or no such file
            return Long.MAX_VALUE;
        }
    }
}
