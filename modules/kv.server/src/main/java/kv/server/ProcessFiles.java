package kv.server;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kv.commands.ServerView.ProcessUse;

/**
 * What this process has taken of the machine, from Linux's files about it. Any thread.
 *
 * <p>The files cost 60 us to read, more than all the rest of an INFO: a reading serves whoever asks within a tenth of a second.
 */
final class ProcessFiles {
    private static final long NANOS_PER_TICK = 10_000_000;
    /** Fields of /proc/self/stat behind the command's closing parenthesis. */
    private static final int USER_TICKS_FIELD = 11;
    private static final int SYSTEM_TICKS_FIELD = 12;
    private static final int FILE_BYTES_MAX = 1 << 14;
    private static final long KEPT_NANOS = 100_000_000;

    private static volatile Reading last;

    private ProcessFiles() {
    }

    /**
     * What the files say; all zero where there are none.
     *
     * @param fileBytes memory in the machine's that is mapped from files: the program itself
     * @param virtualBytes address space
     * @param threads of the process
     */
    record Reading(long atNanos, ProcessUse use, long fileBytes, long virtualBytes, long threads) {
    }

    static ProcessUse use() {
        return reading().use;
    }

    static Reading reading() {
        long now = System.nanoTime();
        Reading reading = last;
        if (reading == null || now - reading.atNanos > KEPT_NANOS) {
            reading = read(now);
            last = reading;
        }
        return reading;
    }

    private static Reading read(long now) {
        try {
            String stat = content("stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            String status = content("status");
            ProcessUse use = new ProcessUse(Long.parseLong(fields[USER_TICKS_FIELD]) * NANOS_PER_TICK,
                    Long.parseLong(fields[SYSTEM_TICKS_FIELD]) * NANOS_PER_TICK, number(status, "VmRSS:") << 10);
            return new Reading(now, use, number(status, "RssFile:") << 10, number(status, "VmSize:") << 10,
                    number(status, "Threads:"));
        } catch (IOException | RuntimeException notLinux) {
            return new Reading(now, new ProcessUse(0, 0, 0), 0, 0, 0);
        }
    }

    /** What is in a file about this process. */
    static String content(String name) throws IOException {
        try (FileInputStream in = new FileInputStream("/proc/self/" + name)) {
            return new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.ISO_8859_1);
        }
    }

    /** The word that comes next behind {@code from}. */
    static String word(String text, int from) {
        int start = from;
        while (Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = start;
        while (!Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return text.substring(start, end);
    }

    private static long number(String lines, String name) throws IOException {
        int line = lines.indexOf(name);
        if (line < 0) {
            throw new IOException("no " + name);
        }
        return Long.parseLong(word(lines, line + name.length()));
    }
}
