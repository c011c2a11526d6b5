package kv.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A pattern for bytes as Redis has it: {@code *} any bytes, {@code ?} one byte, {@code [a-z]} one of these, {@code [^a-z]} one
 * byte but these, {@code \x} the byte x itself. An unclosed bracket ends with the pattern; a backslash at the very end stands for
 * itself.
 *
 * <p>Owner: one thread. Takes memory in proportion to the pattern, about 2 KiB for each 63 elements.
 */
public final class Glob {

    // The pattern is a chain of elements, each a set of bytes, and state i means: the first i of them are found. All states that
    // the bytes so far allow are the bits of a number, so that a byte moves them all at once: those whose element takes it go on
    // by one, and those with a star before that element may also stay (Shift-And; Navarro and Raffinot, Flexible Pattern
    // Matching in Strings). So a byte costs one step for each 64 elements, whatever the pattern is: there is nothing to
    // backtrack. Brackets cost only while the pattern is read. A walk back to the last star, which is shorter to write, took
    // (pattern + 1) * (bytes + 1) steps on "*aaa…b", and as much again for each byte of a bracket.

    /** The longest pattern that a server should take: a key of 64 KB then costs about a million steps. */
    public static final int PATTERN_BYTES_MAX = 1024;

    private static final int BYTE_VALUES = 256;

    private final int elements;
    /** Longs that hold a bit for each state, of which there is one more than elements. */
    private final int words;
    /** For each byte, {@code words} longs: bit i says that element i takes it. */
    private final long[] takes;
    /** Bit i: a star stands before element i, or, for the last state, at the end. */
    private final long[] stays;
    private final long[] states;

    private Glob(int elements) {
        this.elements = elements;
        this.words = (elements >>> 6) + 1;
        this.takes = new long[BYTE_VALUES * words];
        this.stays = new long[words];
        this.states = new long[words];
    }

    /** The pattern that stands in {@code pattern}, whose bytes are not needed any more afterwards; {@code start} is absolute. */
    public static Glob of(ByteBuffer pattern, int start, int length) {
        return of(pattern, start, length, false);
    }

    /** As {@link #of}, but the case of ASCII letters does not count. */
    public static Glob ignoringCase(ByteBuffer pattern, int start, int length) {
        return of(pattern, start, length, true);
    }

    private static Glob of(ByteBuffer pattern, int start, int length, boolean ignoreCase) {
        int end = start + length;
        int elements = 0;
        for (int at = start; at < end; at = GlobElement.end(pattern, at, end)) {
            if (pattern.get(at) != '*') {
                elements++;
            }
        }
        Glob glob = new Glob(elements);
        GlobElement element = new GlobElement(ignoreCase);
        int number = 0;
        for (int at = start; at < end; at = GlobElement.end(pattern, at, end)) {
            if (pattern.get(at) == '*') {
                glob.stays[number >>> 6] |= 1L << number;
            } else {
                element.read(pattern, at, end);
                glob.add(number++, element);
            }
        }
        return glob;
    }

    private void add(int number, GlobElement element) {
        for (int b = element.next(0); b >= 0; b = element.next(b + 1)) {
            takes[b * words + (number >>> 6)] |= 1L << number;
        }
    }

    /** Whether a byte costs one step: at most 63 elements. */
    public boolean isShort() {
        return words == 1;
    }

    /** Whether the bytes from {@code start} (absolute) on match. Allocates nothing. */
    public boolean matches(ByteBuffer bytes, int start, int length) {
        return words == 1 ? matchesShort(bytes, start, length) : matchesLong(bytes, start, length);
    }

    /** Whether all bytes match that begin with those from {@code start} (absolute) on: a star at the end takes the rest. */
    public boolean matchesWhateverFollows(ByteBuffer bytes, int start, int length) {
        int lastWord = elements >>> 6;
        long rest = stays[lastWord] & 1L << elements;
        return rest != 0 && matches(bytes, start, length);
    }

    private boolean matchesShort(ByteBuffer bytes, int start, int length) {
        long last = 1L << elements;
        long stay = stays[0];
        long restTaken = stay & last;
        long now = 1;
        for (int at = start, end = start + length; at < end; at++) {
            if ((now & restTaken) != 0) {
                return true;
            }
            now = (now & takes[bytes.get(at) & 0xff]) << 1 | now & stay;
            if (now == 0) {
                return false;
            }
        }
        return (now & last) != 0;
    }

    private boolean matchesLong(ByteBuffer bytes, int start, int length) {
        Arrays.fill(states, 0);
        states[0] = 1;
        int lastWord = elements >>> 6;
        long last = 1L << elements;
        for (int at = start, end = start + length; at < end; at++) {
            if ((states[lastWord] & stays[lastWord] & last) != 0) {
                return true;
            }
            int row = (bytes.get(at) & 0xff) * words;
            long carry = 0;
            long any = 0;
            for (int word = 0; word < words; word++) {
                long now = states[word];
                long moved = now & takes[row + word];
                long next = moved << 1 | carry | now & stays[word];
                carry = moved >>> 63;
                states[word] = next;
                any |= next;
            }
            if (any == 0) {
                return false;
            }
        }
        return (states[lastWord] & last) != 0;
    }
}
