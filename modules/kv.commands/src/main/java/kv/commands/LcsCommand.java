package kv.commands;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code LCS key1 key2 [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN]}: the longest sequence of bytes that two values have in common,
 * or where it lies in them.
 *
 * <p>Bound: the product of the lengths, {@value #CELLS_MAX}.
 */
final class LcsCommand {

    // The usual table of the lengths of all pairs of prefixes, of which two rows are kept. The way back needs to know of a cell
    // only which neighbour is longer, where the bytes differ: one bit. So a table takes 2 MiB at most, and some 20 ms.

    private static final long CELLS_MAX = 16L << 20;
    /** Some 1 ms. */
    private static final long SHORT_CELLS_MAX = 1L << 20;

    /** Bytes that are the same in both: from {@code first} to {@code last} in one, from {@code otherFirst} on in the other. */
    private record Match(int first, int last, int otherFirst) {
        int length() {
            return last - first + 1;
        }
    }

    private final CommandContext c;
    private boolean lengthOnly;
    private boolean places;
    private boolean withLengths;
    private long shortest;

    private byte[] one;
    private byte[] other;
    private int length;
    private long[] upIsLonger;

    private LcsCommand(CommandContext c) {
        this.c = c;
    }

    static void lcs(CommandContext c) {
        new LcsCommand(c).run();
    }

    private void run() {
        if (!parse()) {
            return;
        }
        long cells = Math.max(0L, c.session.valueLength(c.key(0))) * Math.max(0, c.session.valueLength(c.key(1)));
        if (cells > CELLS_MAX) {
            c.error("ERR String too long for LCS");
            return;
        }
        if (cells > SHORT_CELLS_MAX) {
            c.requireSlowLane();
        }
        one = value(0);
        other = value(1);
        LateWork.after(c, this::compute);
    }

    private void compute() {
        fill();
        if (places) {
            replyPlaces();
        } else if (lengthOnly) {
            c.resp.integer(length);
        } else {
            replySequence();
        }
    }

    private boolean parse() {
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "IDX")) {
                places = true;
            } else if (c.request.argEquals(arg, "LEN")) {
                lengthOnly = true;
            } else if (c.request.argEquals(arg, "WITHMATCHLEN")) {
                withLengths = true;
            } else if (c.request.argEquals(arg, "MINMATCHLEN") && arg + 1 < c.argCount()) {
                if (!c.request.argIsLong(++arg)) {
                    c.notAnInteger();
                    return false;
                }
                shortest = c.request.longValue();
            } else {
                c.syntaxError();
                return false;
            }
        }
        if (places && lengthOnly) {
            c.error("ERR If you want both the length and indexes, please just use IDX.");
            return false;
        }
        return true;
    }

    private byte[] value(int number) {
        int bytes = c.session.valueLength(c.key(number));
        c.counted(bytes >= 0);
        byte[] value = new byte[Math.max(0, bytes)];
        LateWork.read(c, number, 0, value.length, ByteBuffer.wrap(value));
        return value;
    }

    private void fill() {
        boolean wayBack = places || !lengthOnly;
        upIsLonger = new long[wayBack ? (int) (((long) one.length * other.length + 63) / 64) : 0];
        int[] above = new int[other.length + 1];
        int[] row = new int[other.length + 1];
        long cell = 0;
        for (byte of : one) {
            for (int j = 1; j <= other.length; j++, cell++) {
                if (of == other[j - 1]) {
                    row[j] = above[j - 1] + 1;
                } else if (above[j] > row[j - 1]) {
                    row[j] = above[j];
                    if (wayBack) {
                        upIsLonger[(int) (cell >> 6)] |= 1L << cell;
                    }
                } else {
                    row[j] = row[j - 1];
                }
            }
            int[] done = above;
            above = row;
            row = done;
        }
        length = above[other.length];
    }

    private boolean isUpLonger(int i, int j) {
        long cell = (long) i * other.length + j;
        return (upIsLonger[(int) (cell >> 6)] >> cell & 1) == 1;
    }

    private void replySequence() {
        byte[] sequence = new byte[length];
        int left = length;
        for (int i = one.length - 1, j = other.length - 1; i >= 0 && j >= 0;) {
            if (one[i] == other[j]) {
                sequence[--left] = one[i--];
                j--;
            } else if (isUpLonger(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        c.resp.bulk(ByteBuffer.wrap(sequence), 0, length);
    }

    private void replyPlaces() {
        List<Match> matches = matches();
        c.resp.mapHeader(2);
        c.resp.bulk("matches");
        c.resp.arrayHeader(matches.size());
        for (Match match : matches) {
            c.resp.arrayHeader(withLengths ? 3 : 2);
            replyPlace(match.first, match.length());
            replyPlace(match.otherFirst, match.length());
            if (withLengths) {
                c.resp.integer(match.length());
            }
        }
        c.resp.bulk("len");
        c.resp.integer(length);
    }

    private void replyPlace(int first, int bytes) {
        c.resp.arrayHeader(2);
        c.resp.integer(first);
        c.resp.integer(first + bytes - 1);
    }

    /** From the last to the first, without those that are too short. */
    private List<Match> matches() {
        List<Match> matches = new ArrayList<>();
        int bytes = 0;
        int i = one.length - 1;
        int j = other.length - 1;
        while (i >= 0 && j >= 0) {
            if (one[i] == other[j]) {
                i--;
                j--;
                bytes++;
                continue;
            }
            add(matches, i + 1, j + 1, bytes);
            bytes = 0;
            if (isUpLonger(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        add(matches, i + 1, j + 1, bytes);
        return matches;
    }

    private void add(List<Match> matches, int first, int otherFirst, int bytes) {
        if (bytes > 0 && bytes >= shortest) {
            matches.add(new Match(first, first + bytes - 1, otherFirst));
        }
    }
}
