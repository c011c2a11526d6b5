package kv.log;

import java.util.OptionalLong;

/** Names of the files in a log's directory. What is not one of these is none of ours. */
final class FileNames {
    static final String LOCK = "LOCK";
    static final String FORMAT = "FORMAT";
    /** Made, but not complete yet: may be deleted at any time. */
    static final String UNFINISHED_SUFFIX = ".tmp";
    private static final String SEGMENT_SUFFIX = ".log";
    private static final String CHECKPOINT_SUFFIX = ".checkpoint";
    private static final int DIGITS = 16;

    private FileNames() {
    }

    static String segment(long number) {
        return hex(number) + SEGMENT_SUFFIX;
    }

    /** @param position where the log is to be replayed from, after it */
    static String checkpoint(long position) {
        return hex(position) + CHECKPOINT_SUFFIX;
    }

    static OptionalLong segmentNumber(String name) {
        return number(name, SEGMENT_SUFFIX);
    }

    static OptionalLong checkpointPosition(String name) {
        return number(name, CHECKPOINT_SUFFIX);
    }

    static boolean isUnfinished(String name) {
        return name.endsWith(UNFINISHED_SUFFIX);
    }

    static boolean isOurs(String name) {
        return name.equals(LOCK) || name.equals(FORMAT) || segmentNumber(name).isPresent() || checkpointPosition(name).isPresent()
                || isUnfinished(name);
    }

    private static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    private static OptionalLong number(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = "0123456789abcdef".indexOf(name.charAt(i));
            if (digit < 0) {
                return OptionalLong.empty();
            }
            number = number << 4 | digit;
        }
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
