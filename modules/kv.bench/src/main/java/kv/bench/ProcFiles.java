package kv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU times and memory from Linux's /proc. Units: seconds, KiB. */
final class ProcFiles {
    /** Ticks a second in these files, on every architecture that a JDK of ours runs on. */
    private static final double TICKS_PER_SECOND = 100;
    /** Fields behind the command's name: the 12th and 13th are utime and stime. */
    private static final int USER_FIELD = 11;

    private ProcFiles() {
    }

    /** User and system time of a process, all its threads, ended ones included. */
    static double processCpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name, in parentheses, may hold blanks and parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1])) / TICKS_PER_SECOND;
    }

    /** Time that all processes of the machine have used: how busy it was otherwise says how far to trust a measurement. */
    static double machineCpuSeconds() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/stat")).get(0);
        String[] fields = line.trim().split("\\s+");
        long ticks = 0;
        for (int i = 1; i <= 8 && i < fields.length; i++) {
            boolean isIdle = i == 4 || i == 5;
            if (!isIdle) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** A figure of /proc/PID/status, such as VmRSS. */
    static long processKib(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + field + " of process " + pid);
    }
}
