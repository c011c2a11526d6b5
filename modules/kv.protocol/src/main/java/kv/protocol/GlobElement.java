package kv.protocol;

import java.nio.ByteBuffer;

/** One element of a {@link Glob}'s pattern, no star: the set of bytes that it takes. Reused from element to element. */
final class GlobElement {
    private static final int WORDS = 4;

    private final boolean ignoreCase;
    /** A bit for each byte. */
    private final long[] set = new long[WORDS];

    GlobElement(boolean ignoreCase) {
        this.ignoreCase = ignoreCase;
    }

    /** The index behind the element, or the star, at {@code at}. */
    static int end(ByteBuffer pattern, int start, int end) {
        byte b = pattern.get(start);
        if (b == '\\' && start + 1 < end) {
            return start + 2;
        }
        if (b != '[') {
            return start + 1;
        }
        int at = start + 1;
        if (at < end && pattern.get(at) == '^') {
            at++;
        }
        while (at < end && pattern.get(at) != ']') {
            at = memberEnd(pattern, at, end);
        }
        return Math.min(at + 1, end);
    }

    /** The index behind the member of a bracket at {@code at}: {@code \x}, {@code a-z} or one byte. */
    private static int memberEnd(ByteBuffer pattern, int at, int end) {
        if (pattern.get(at) == '\\' && at + 1 < end) {
            return at + 2;
        }
        return at + 2 < end && pattern.get(at + 1) == '-' ? at + 3 : at + 1;
    }

    /** Becomes the element at {@code at}. */
    void read(ByteBuffer pattern, int at, int end) {
        for (int word = 0; word < WORDS; word++) {
            set[word] = 0;
        }
        byte b = pattern.get(at);
        switch (b) {
            case '?' -> invert();
            case '[' -> readBracket(pattern, at + 1, end);
            default -> {
                byte taken = b == '\\' && at + 1 < end ? pattern.get(at + 1) : b;
                addRange(taken & 0xff, taken & 0xff);
                foldCase();
            }
        }
    }

    private void readBracket(ByteBuffer pattern, int start, int end) {
        int at = start;
        boolean inverted = at < end && pattern.get(at) == '^';
        if (inverted) {
            at++;
        }
        while (at < end && pattern.get(at) != ']') {
            int next = memberEnd(pattern, at, end);
            boolean escaped = pattern.get(at) == '\\' && next - at == 2;
            addRange(pattern.get(escaped ? at + 1 : at) & 0xff, pattern.get(next - 1) & 0xff);
            at = next;
        }
        foldCase();
        if (inverted) {
            invert();
        }
    }

    /** Either end may be the higher one. */
    private void addRange(int one, int other) {
        int low = Math.min(lower(one), lower(other));
        int high = Math.max(lower(one), lower(other));
        for (int word = low >>> 6; word <= high >>> 6; word++) {
            long from = word == low >>> 6 ? -1L << low : -1L;
            long to = word == high >>> 6 ? -1L >>> 63 - (high & 63) : -1L;
            set[word] |= from & to;
        }
    }

    private int lower(int b) {
        return ignoreCase && b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    /** An upper-case letter is in it just if the lower-case one is: both are in the second word, 32 bits apart. */
    private void foldCase() {
        if (ignoreCase) {
            long letters = (1L << 26) - 1 << ('A' & 63);
            set[1] = set[1] & ~letters | set[1] >>> 'a' - 'A' & letters;
        }
    }

    private void invert() {
        for (int word = 0; word < WORDS; word++) {
            set[word] = ~set[word];
        }
    }

    /** The first byte from {@code b} on that it takes, or -1. */
    int next(int b) {
        for (int word = b >>> 6; word < WORDS; word++) {
            long left = word == b >>> 6 ? set[word] & -1L << b : set[word];
            if (left != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(left);
            }
        }
        return -1;
    }
}
