package kv.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * How requests look in a protocol, and the one right reply to each: keys are 'k' and a number with leading zeros, values are
 * letters a to p drawn from the key, so every byte of a reply is known beforehand.
 *
 * <p>Owner: one load thread. Positions are indexes of the arrays given; nothing is allocated per request.
 */
final class Wire {

    // The form of every protocol is the same: start, key, [middle, value,] end; and for a hit: start, [key, middle,] value, end.
    // So three protocols are three sets of literals, and no code of their own.

    enum Protocol {
        TEXT, RESP, MEMCACHE;

        /** @throws IllegalArgumentException if there is none of this name */
        static Protocol named(String name) {
            for (Protocol protocol : values()) {
                if (protocol.label().equals(name)) {
                    return protocol;
                }
            }
            throw new IllegalArgumentException("--proto '" + name + "' is none of text, resp, memcache");
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What {@link #check} says of a reply that was due. Positive numbers are lengths, so these are none. */
    static final int INCOMPLETE = 0;
    /** Not the reply that was due. */
    static final int WRONG = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final Protocol protocol;
    private final int keySize;
    private final int valueSize;
    private final byte[] getStart;
    private final byte[] setStart;
    private final byte[] setMiddle;
    private final byte[] requestEnd;
    private final byte[] hitStart;
    private final byte[] hitMiddle;
    private final byte[] hitEnd;
    private final byte[] stored;
    private final byte[] missing;
    private final int hitLength;
    private final byte[] due;

    Wire(Protocol protocol, int keySize, int valueSize) {
        this.protocol = protocol;
        this.keySize = keySize;
        this.valueSize = valueSize;
        switch (protocol) {
            case TEXT -> {
                getStart = ascii("GET ");
                setStart = ascii("SET ");
                setMiddle = ascii(" ");
                requestEnd = ascii("\n");
                hitStart = ascii("VALUE ");
                hitMiddle = null;
                hitEnd = ascii("\n");
                stored = ascii("OK\n");
                missing = ascii("NOT_FOUND\n");
            }
            case RESP -> {
                getStart = ascii("*2\r\n$3\r\nGET\r\n$" + keySize + "\r\n");
                setStart = ascii("*3\r\n$3\r\nSET\r\n$" + keySize + "\r\n");
                setMiddle = ascii("\r\n$" + valueSize + "\r\n");
                requestEnd = ascii("\r\n");
                hitStart = ascii("$" + valueSize + "\r\n");
                hitMiddle = null;
                hitEnd = ascii("\r\n");
                stored = ascii("+OK\r\n");
                missing = ascii("$-1\r\n");
            }
            default -> {
                getStart = ascii("get ");
                setStart = ascii("set ");
                setMiddle = ascii(" 0 0 " + valueSize + "\r\n");
                requestEnd = ascii("\r\n");
                hitStart = ascii("VALUE ");
                hitMiddle = ascii(" 0 " + valueSize + "\r\n");
                hitEnd = ascii("\r\nEND\r\n");
                stored = ascii("STORED\r\n");
                missing = ascii("END\r\n");
            }
        }
        hitLength = hitStart.length + (hitMiddle == null ? 0 : keySize + hitMiddle.length) + valueSize + hitEnd.length;
        due = new byte[hitLength];
    }

    /** No request is longer. */
    int requestBytesMax() {
        return setStart.length + keySize + setMiddle.length + valueSize + requestEnd.length;
    }

    /** No reply that is right is longer. */
    int replyBytesMax() {
        return Math.max(hitLength, 16);
    }

    /** Puts a request at {@code at}; returns where it ends. */
    int putRequest(byte[] out, int at, boolean isGet, int key) {
        int end = putKey(out, put(out, at, isGet ? getStart : setStart), key);
        if (!isGet) {
            end = putValue(out, put(out, end, setMiddle), key);
        }
        return put(out, end, requestEnd);
    }

    /** The reply to a GET of a key that is there: puts it at {@code at}; returns where it ends. */
    int putHit(byte[] out, int at, int key) {
        int end = put(out, at, hitStart);
        if (hitMiddle != null) {
            end = put(out, putKey(out, end, key), hitMiddle);
        }
        return put(out, putValue(out, end, key), hitEnd);
    }

    boolean isMissing(byte[] in, int from, int to) {
        return startsWith(in, from, to, missing);
    }

    /** The length of the reply "missing". */
    int missingLength() {
        return missing.length;
    }

    /** The length of the reply if it is the one due, {@link #INCOMPLETE}, or {@link #WRONG}. */
    int check(byte[] in, int from, int to, boolean isGet, int key) {
        if (!isGet) {
            if (startsWith(in, from, to, stored)) {
                return stored.length;
            }
            return isPrefix(in, from, to, stored) ? INCOMPLETE : WRONG;
        }
        if (to - from < hitLength) {
            return checkPart(in, from, to);
        }
        putHit(due, 0, key);
        return Arrays.equals(in, from, from + hitLength, due, 0, hitLength) ? hitLength : WRONG;
    }

    /** Too short for the hit due: it may be its beginning, or another reply. */
    private int checkPart(byte[] in, int from, int to) {
        if (isPrefix(in, from, to, missing)) {
            return INCOMPLETE;
        }
        if (!isPrefix(in, from, to, hitStart) && !startsWith(in, from, to, hitStart)) {
            return WRONG;
        }
        // In the other protocols the start, or the line that it begins, says how long the value is.
        // In the text protocol a shorter reply shows by its line end; with other replies behind it, it soon is not short any
        // more.
        boolean mayEndEarly = protocol == Protocol.TEXT && in[to - 1] == '\n';
        boolean otherLength = protocol == Protocol.MEMCACHE && replyLength(in, from, to) > 0;
        return mayEndEarly || otherLength ? WRONG : INCOMPLETE;
    }

    /** The length of the reply that begins at {@code from}, whatever it says; 0 if it is incomplete. */
    int replyLength(byte[] in, int from, int to) {
        int lineEnd = indexOf(in, from, to, (byte) '\n');
        if (lineEnd < 0) {
            return 0;
        }
        long length = lineEnd + 1 - from;
        if (protocol == Protocol.RESP && in[from] == '$' && in[from + 1] != '-') {
            length += decimal(in, from + 1, lineEnd) + 2;
        } else if (protocol == Protocol.MEMCACHE && isHit(in, from, to)) {
            int blank = lineEnd;
            while (in[blank] != ' ') {
                blank--;
            }
            length += decimal(in, blank + 1, lineEnd) + hitEnd.length;
        }
        return length <= to - from ? (int) length : 0;
    }

    /** Whether a reply is the server's own statement that it failed. */
    boolean isError(byte[] in, int from, int to) {
        if (protocol == Protocol.RESP) {
            return in[from] == '-';
        }
        String start = new String(in, from, Math.min(to - from, 16), StandardCharsets.ISO_8859_1);
        return start.contains("ERR");
    }

    private boolean isHit(byte[] in, int from, int to) {
        return startsWith(in, from, to, hitStart);
    }

    private int putKey(byte[] out, int at, int key) {
        int end = at + keySize;
        out[at] = 'k';
        int rest = key;
        for (int i = end - 1; i > at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    private int putValue(byte[] out, int at, int key) {
        long state = mix(key + 1);
        int end = at + valueSize;
        int i = at;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            state += GOLDEN_GAMMA;
            LONGS.set(out, i, letters(state));
        }
        if (i < end) {
            long last = letters(state + GOLDEN_GAMMA);
            for (; i < end; i++, last >>>= Byte.SIZE) {
                out[i] = (byte) last;
            }
        }
        return end;
    }

    private static long letters(long state) {
        return (mix(state) & 0x0f0f0f0f0f0f0f0fL) + 0x6161616161616161L;
    }

    /** A good mixture of the bits of {@code x} (the end of SplitMix64). */
    static long mix(long x) {
        long a = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }

    private static int put(byte[] out, int at, byte[] literal) {
        System.arraycopy(literal, 0, out, at, literal.length);
        return at + literal.length;
    }

    private static boolean startsWith(byte[] in, int from, int to, byte[] literal) {
        return to - from >= literal.length && Arrays.equals(in, from, from + literal.length, literal, 0, literal.length);
    }

    /** Whether the bytes there are fewer than the literal, and as it begins. */
    private static boolean isPrefix(byte[] in, int from, int to, byte[] literal) {
        int length = to - from;
        return length < literal.length && Arrays.equals(in, from, to, literal, 0, length);
    }

    private static int indexOf(byte[] in, int from, int to, byte wanted) {
        for (int i = from; i < to; i++) {
            if (in[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static long decimal(byte[] in, int from, int to) {
        long number = 0;
        for (int i = from; i < to && in[i] >= '0' && in[i] <= '9'; i++) {
            number = Math.min(number * 10 + in[i] - '0', 1L << 40);
        }
        return number;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
