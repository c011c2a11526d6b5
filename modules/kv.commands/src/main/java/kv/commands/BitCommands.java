package kv.commands;

import java.nio.ByteBuffer;
import java.util.function.ToLongFunction;
import kv.store.Deadline;

/**
 * The commands on single bits of a value, numbered from the highest bit of its first byte on. Each takes its key as argument 1,
 * but for BITOP.
 */
final class BitCommands {
    private static final int PIECE_BYTES = 64 << 10;

    /** Where a value is looked at: the bits from {@code first} to {@code last}; empty where first is greater. */
    private record Range(long first, long last) {
        boolean isEmpty() {
            return first > last;
        }
    }

    private BitCommands() {
    }

    /** The number of a bit as this argument writes it, or -1 where that is none of a value, which is replied. */
    static long parseOffset(CommandContext c, int arg) {
        if (c.request.argIsLong(arg)) {
            long offset = c.request.longValue();
            if (offset >= 0 && offset >> 3 < c.server.limits.valueBytesMax()) {
                return offset;
            }
        }
        c.error("ERR bit offset is not an integer or out of range");
        return -1;
    }

    /** {@code SETBIT key offset bit}: only the byte with that bit is touched, and what lies between the value's end and it. */
    static void setbit(CommandContext c) {
        long offset = parseOffset(c, 2);
        if (offset < 0) {
            return;
        }
        long bit = c.request.argLong(3, -1);
        if (bit != 0 && bit != 1) {
            c.error("ERR bit is not an integer or out of range");
            return;
        }
        int index = (int) (offset >> 3);
        int mask = 0x80 >> (offset & 7);
        ByteBuffer one = c.scratch.withRoom(1).put(0, (byte) 0).limit(1);
        int length = c.session.read(c.key(0), index, 1, one);
        int old = one.get(0);
        int changed = bit == 1 ? old | mask : old & ~mask;
        if (index >= length || changed != old) {
            c.requireTimeFor(index - Math.max(0, length));
            one.put(0, (byte) changed);
            if (c.session.setRange(c.key(0), index, one, 0, 1) < 0) {
                c.outOfMemory();
                return;
            }
        }
        c.resp.integer((old & mask) == 0 ? 0 : 1);
    }

    static void getbit(CommandContext c) {
        long offset = parseOffset(c, 2);
        if (offset >= 0) {
            ByteBuffer one = c.scratch.withRoom(1).put(0, (byte) 0).limit(1);
            c.counted(c.session.read(c.key(0), (int) (offset >> 3), 1, one) >= 0);
            c.resp.integer(one.get(0) >> 7 - (offset & 7) & 1);
        }
    }

    /** {@code BITCOUNT key [start end [BYTE | BIT]]}; what follows an absent key does not matter, as in Redis. */
    static void bitcount(CommandContext c) {
        int length = c.session.valueLength(c.key(0));
        if (!c.counted(length >= 0)) {
            c.resp.integer(0);
            return;
        }
        Range range;
        if (c.argCount() == 2) {
            range = new Range(0, 8L * length - 1);
        } else if (c.argCount() == 4 || c.argCount() == 5) {
            range = parseRange(c, 2, length, true);
        } else {
            c.syntaxError();
            return;
        }
        if (range != null) {
            answer(c, range, 0, value -> count(value));
        }
    }

    /**
     * {@code start [end [BYTE | BIT]]} from an argument on, of a value of this length; null if it is wrong, which is replied.
     *
     * @param backwardIsNone whether two numbers from the end in the wrong order are nothing, however far they are from it
     */
    private static Range parseRange(CommandContext c, int startArg, int length, boolean backwardIsNone) {
        boolean hasEnd = startArg + 1 < c.argCount();
        if (!c.request.argIsLong(startArg)) {
            c.notAnInteger();
            return null;
        }
        long start = c.request.longValue();
        // Redis looks at the numbers before the unit in BITCOUNT, and at the unit before the second number in BITPOS.
        if (!backwardIsNone && !hasValidUnit(c, startArg + 2)) {
            return null;
        }
        if (hasEnd && !c.request.argIsLong(startArg + 1)) {
            c.notAnInteger();
            return null;
        }
        long end = hasEnd ? c.request.longValue() : -1;
        if (backwardIsNone) {
            if (start < 0 && end < 0 && start > end) {
                return new Range(0, -1);
            }
            if (!hasValidUnit(c, startArg + 2)) {
                return null;
            }
        }
        boolean bits = startArg + 2 < c.argCount() && c.request.argEquals(startArg + 2, "BIT");
        long total = bits ? 8L * length : length;
        long first = Math.max(0, start < 0 ? start + total : start);
        long last = Math.min(total - 1, Math.max(0, end < 0 ? end + total : end));
        if (first > last) {
            return new Range(0, -1);
        }
        return bits ? new Range(first, last) : new Range(8 * first, 8 * last + 7);
    }

    private static boolean hasValidUnit(CommandContext c, int arg) {
        boolean valid = arg >= c.argCount() || c.request.argEquals(arg, "BIT") || c.request.argEquals(arg, "BYTE");
        if (!valid) {
            c.syntaxError();
        }
        return valid;
    }

    private static long count(ByteBuffer value) {
        long count = 0;
        int at = 0;
        for (; at + Long.BYTES <= value.limit(); at += Long.BYTES) {
            count += Long.bitCount(value.getLong(at));
        }
        for (; at < value.limit(); at++) {
            count += Integer.bitCount(value.get(at) & 0xFF);
        }
        return count;
    }

    /** Replies what is found in the bytes that a range is in; of many, when others may have the key again. */
    private static void answer(CommandContext c, Range range, long ifEmpty, ToLongFunction<ByteBuffer> finding) {
        if (range.isEmpty()) {
            c.resp.integer(ifEmpty);
            return;
        }
        int from = (int) (range.first >> 3);
        int length = (int) (range.last >> 3) - from + 1;
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom(length).limit(length);
        LateWork.read(c, 0, from, length, value);
        if (length > CommandContext.LATE_BYTES) {
            LateWork.after(c, () -> c.resp.integer(finding.applyAsLong(trimmed(value, range))));
        } else {
            c.resp.integer(finding.applyAsLong(trimmed(value, range)));
        }
    }

    /** From 0 to the buffer's limit, with zeros for the bits that do not belong to the range. */
    private static ByteBuffer trimmed(ByteBuffer value, Range range) {
        int last = value.limit() - 1;
        value.put(0, (byte) (value.get(0) & 0xFF >> (range.first & 7)));
        value.put(last, (byte) (value.get(last) & 0xFF00 >> (range.last & 7) + 1));
        return value;
    }

    /** {@code BITPOS key bit [start [end [BYTE | BIT]]]}: the first such bit; zeros follow a value if no end is given. */
    static void bitpos(CommandContext c) {
        if (!c.request.argIsLong(2)) {
            c.notAnInteger();
            return;
        }
        long bit = c.request.longValue();
        if (bit != 0 && bit != 1) {
            c.error("ERR The bit argument must be 1 or 0.");
            return;
        }
        int length = c.session.valueLength(c.key(0));
        if (!c.counted(length >= 0)) {
            c.resp.integer(bit == 1 ? -1 : 0);
        } else if (c.argCount() > 6) {
            c.syntaxError();
        } else {
            Range range = c.argCount() == 3 ? new Range(0, 8L * length - 1) : parseRange(c, 3, length, false);
            if (range != null) {
                answer(c, range, -1, value -> position(c, value, range, bit == 1));
            }
        }
    }

    private static long position(CommandContext c, ByteBuffer value, Range range, boolean wanted) {
        long base = range.first & ~7L;
        for (long bit = range.first; bit <= range.last;) {
            int at = (int) (bit - base >> 3);
            int rest = value.get(at) & 0xFF;
            if (!wanted) {
                rest = ~rest & 0xFF;
            }
            rest &= 0xFF >> (bit & 7);
            if (rest != 0) {
                long found = base + 8L * at + Integer.numberOfLeadingZeros(rest) - 24;
                return found <= range.last ? found : -1;
            }
            bit = base + 8L * (at + 1);
        }
        return !wanted && c.argCount() < 5 ? range.last + 1 : -1;
    }

    /** {@code BITOP AND|OR|XOR|NOT destination source [source ...]}: sources that are shorter end in zeros. */
    static void bitop(CommandContext c) {
        Operation operation = Operation.of(c, 1);
        if (operation == null) {
            c.syntaxError();
        } else if (operation == Operation.NOT && c.argCount() != 4) {
            c.error("ERR BITOP NOT must be called with a single source key.");
        } else {
            combine(c, operation);
        }
    }

    private enum Operation {
        AND, OR, XOR, NOT;

        /** Null: that argument is none. */
        static Operation of(CommandContext c, int arg) {
            for (Operation each : values()) {
                if (c.request.argEquals(arg, each.name())) {
                    return each;
                }
            }
            return null;
        }

        /** @param isFirst whether {@code theirs} is all there is so far */
        long apply(long ours, long theirs, boolean isFirst) {
            return switch (this) {
                case AND -> isFirst ? theirs : ours & theirs;
                case OR -> isFirst ? theirs : ours | theirs;
                case XOR -> isFirst ? theirs : ours ^ theirs;
                case NOT -> ~theirs;
            };
        }
    }

    private static void combine(CommandContext c, Operation operation) {
        int longest = 0;
        long total = 0;
        for (int source = 1; source < c.keyCount(); source++) {
            int length = Math.max(0, c.session.valueLength(c.key(source)));
            longest = Math.max(longest, length);
            total += length;
        }
        c.requireTimeFor(total);
        ByteBuffer result = c.scratch.withRoom(longest + PIECE_BYTES);
        for (int from = 0; from < longest; from += PIECE_BYTES) {
            combinePiece(c, operation, result, from, Math.min(PIECE_BYTES, longest - from), longest);
        }
        if (longest == 0) {
            c.session.delete(c.key(0));
        } else if (!c.put(0, result, 0, longest, Deadline.NONE)) {
            return;
        }
        c.resp.integer(longest);
    }

    /** Behind the result, from {@code piece} on, there is room for a piece of a source. */
    private static void combinePiece(CommandContext c, Operation operation, ByteBuffer result, int from, int length, int piece) {
        for (int source = 1; source < c.keyCount(); source++) {
            result.limit(piece + length).position(piece);
            c.session.read(c.key(source), from, length, result);
            while (result.hasRemaining()) {
                result.put((byte) 0);
            }
            result.clear();
            boolean isFirst = source == 1;
            int at = 0;
            for (; at + Long.BYTES <= length; at += Long.BYTES) {
                result.putLong(from + at, operation.apply(result.getLong(from + at), result.getLong(piece + at), isFirst));
            }
            for (; at < length; at++) {
                result.put(from + at, (byte) operation.apply(result.get(from + at), result.get(piece + at), isFirst));
            }
        }
    }
}
