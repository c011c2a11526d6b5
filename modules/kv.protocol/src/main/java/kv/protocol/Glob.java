package kv.protocol;

import java.nio.ByteBuffer;

/**
 * Matches bytes against a pattern as Redis does: {@code *} any bytes, {@code ?} one byte, {@code [a-z]} one of these, {@code
 * [^a-z]} one byte but these, {@code \x} the byte x itself. Stateless; any thread; allocates nothing.
 */
public final class Glob {

    // One backtrack point: when the part behind a star does not fit here, only the last star has to take one byte more, because
    // whatever an earlier star could take, the part between the two has already been found as far left as possible. A
    // recursion per star is exponential. Here each byte that a star takes costs at most one walk over the pattern behind it,
    // so steps <= (pattern + 1) * (bytes + 1): linear in the key for a given pattern, and the number of stars does not
    // matter. Once the key is used up the search is over, so a huge pattern costs no more than about the key squared / 4;
    // a server that wants a tighter bound limits the pattern's length.

    private Glob() {
    }

    /**
     * Whether {@code bytes} matches {@code pattern}; starts are absolute, lengths in bytes. Case counts. An unclosed bracket
     * ends with the pattern; a backslash at the very end stands for itself.
     */
    public static boolean matches(ByteBuffer pattern, int patternStart, int patternLength,
            ByteBuffer bytes, int start, int length) {
        return match(pattern, patternStart, patternLength, bytes, start, length) > 0;
    }

    /** The number of comparisons that were made (at least one), negated where there is no match. */
    static long match(ByteBuffer pattern, int patternStart, int patternLength, ByteBuffer bytes, int start, int length) {
        int patternEnd = patternStart + patternLength;
        int end = start + length;
        int p = patternStart;
        int at = start;
        int behindStar = -1;
        int starEnd = -1;
        long steps = 1;
        while (at < end) {
            steps++;
            if (p < patternEnd && pattern.get(p) == '*') {
                behindStar = ++p;
                starEnd = at;
                if (p == patternEnd) {
                    return steps;
                }
            } else if (p < patternEnd && matchesOne(pattern, p, patternEnd, bytes.get(at))) {
                p = next(pattern, p, patternEnd);
                at++;
            } else if (behindStar < 0) {
                return -steps;
            } else {
                p = behindStar;
                at = ++starEnd;
            }
        }
        while (p < patternEnd && pattern.get(p) == '*') {
            p++;
            steps++;
        }
        return p == patternEnd ? steps : -steps;
    }

    /** The index behind the pattern's element (not a star) at {@code p}. */
    private static int next(ByteBuffer pattern, int p, int end) {
        byte b = pattern.get(p);
        if (b == '\\' && p + 1 < end) {
            return p + 2;
        }
        if (b != '[') {
            return p + 1;
        }
        int at = p + 1;
        if (at < end && pattern.get(at) == '^') {
            at++;
        }
        while (at < end && pattern.get(at) != ']') {
            at = rangeEnd(pattern, at, end);
        }
        return Math.min(at + 1, end);
    }

    private static boolean matchesOne(ByteBuffer pattern, int p, int end, byte b) {
        byte element = pattern.get(p);
        return switch (element) {
            case '?' -> true;
            case '[' -> inBrackets(pattern, p + 1, end, b & 0xff);
            case '\\' -> b == (p + 1 < end ? pattern.get(p + 1) : element);
            default -> b == element;
        };
    }

    private static boolean inBrackets(ByteBuffer pattern, int start, int end, int value) {
        int at = start;
        boolean inverted = at < end && pattern.get(at) == '^';
        if (inverted) {
            at++;
        }
        boolean found = false;
        while (at < end && pattern.get(at) != ']') {
            int next = rangeEnd(pattern, at, end);
            boolean escaped = pattern.get(at) == '\\' && next - at == 2;
            int low = pattern.get(escaped ? at + 1 : at) & 0xff;
            int high = pattern.get(next - 1) & 0xff;
            found |= value >= Math.min(low, high) && value <= Math.max(low, high);
            at = next;
        }
        return found != inverted;
    }

    /** The index behind the member of a bracket at {@code at}: {@code \x}, {@code a-z} or one byte. */
    private static int rangeEnd(ByteBuffer pattern, int at, int end) {
        if (pattern.get(at) == '\\' && at + 1 < end) {
            return at + 2;
        }
        return at + 2 < end && pattern.get(at + 1) == '-' ? at + 3 : at + 1;
    }
}
