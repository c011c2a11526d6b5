package kv.commands;

import java.nio.ByteBuffer;
import java.util.BitSet;
import kv.protocol.Numbers;

/**
 * {@code BITFIELD key [GET type offset | [OVERFLOW WRAP|SAT|FAIL] SET type offset value | INCRBY type offset increment ...]}:
 * numbers of 1 to 64 bits at any place in a value.
 */
final class BitfieldCommand {

    // All operations work on a copy of the bytes between the first and the last bit that they name; what of it may have changed
    // is written back at once. So there is one change, for which there is memory or not, and the reply follows it.

    private enum Kind { GET, SET, INCRBY }

    private enum Overflow { WRAP, SAT, FAIL }

    private final CommandContext c;
    private final boolean readOnly;

    // The operation at hand, and where the next one begins.
    private int nextArg;
    private Kind kind;
    private Overflow overflow = Overflow.WRAP;
    private boolean signed;
    private int bits;
    private long offset;
    private long operand;

    /** How many operations there are, and the bits that they, and those among them that write, are about; ends are exclusive. */
    private int count;
    private long first = Long.MAX_VALUE;
    private long end;
    private long firstWritten = Long.MAX_VALUE;
    private long writtenEnd;

    /** The copy: from this byte of the value on, so many. */
    private int fromByte;
    private int copiedBytes;
    private ByteBuffer copy;

    private BitfieldCommand(CommandContext c, boolean readOnly) {
        this.c = c;
        this.readOnly = readOnly;
    }

    static void bitfield(CommandContext c) {
        new BitfieldCommand(c, false).run();
    }

    static void bitfieldRo(CommandContext c) {
        new BitfieldCommand(c, true).run();
    }

    private void run() {
        if (!look()) {
            return;
        }
        if (readOnly && writtenEnd > 0) {
            c.error("ERR BITFIELD_RO only supports the GET subcommand");
            return;
        }
        int length = c.session.valueLength(c.key(0));
        if (writtenEnd == 0) {
            c.counted(length >= 0);
        }
        copy(Math.max(0, length));
        long[] results = new long[count];
        BitSet missing = new BitSet();
        execute(results, missing);
        if (writtenEnd == 0 || write()) {
            c.resp.arrayHeader(count);
            for (int i = 0; i < count; i++) {
                if (missing.get(i)) {
                    c.resp.nil();
                } else {
                    c.resp.integer(results[i]);
                }
            }
        }
    }

    /** Looks at all operations before any is executed; false if something is wrong, which is replied. */
    private boolean look() {
        nextArg = 2;
        while (nextArg < c.argCount()) {
            if (!next(true)) {
                return false;
            }
            if (kind != null) {
                count++;
                first = Math.min(first, offset);
                end = Math.max(end, offset + bits);
                if (kind != Kind.GET) {
                    firstWritten = Math.min(firstWritten, offset);
                    writtenEnd = Math.max(writtenEnd, offset + bits);
                }
            }
        }
        return true;
    }

    /** Reads an operation, or the word OVERFLOW, after which {@link #kind} is null. */
    private boolean next(boolean checks) {
        int arg = nextArg;
        int behind = c.argCount() - arg - 1;
        kind = null;
        if (c.request.argEquals(arg, "GET") && behind >= 2) {
            kind = Kind.GET;
        } else if (c.request.argEquals(arg, "SET") && behind >= 3) {
            kind = Kind.SET;
        } else if (c.request.argEquals(arg, "INCRBY") && behind >= 3) {
            kind = Kind.INCRBY;
        } else if (c.request.argEquals(arg, "OVERFLOW") && behind >= 1) {
            nextArg += 2;
            return takesOverflow(arg + 1);
        } else {
            c.syntaxError();
            return false;
        }
        if (!takesType(arg + 1) || !takesOffset(arg + 2)) {
            return false;
        }
        if (kind != Kind.GET) {
            if (checks && !c.request.argIsLong(arg + 3)) {
                c.notAnInteger();
                return false;
            }
            operand = c.request.argLong(arg + 3, 0);
        }
        nextArg = arg + (kind == Kind.GET ? 3 : 4);
        return true;
    }

    private boolean takesOverflow(int arg) {
        for (Overflow each : Overflow.values()) {
            if (c.request.argEquals(arg, each.name())) {
                overflow = each;
                return true;
            }
        }
        c.error("ERR Invalid OVERFLOW type specified");
        return false;
    }

    private boolean takesType(int arg) {
        byte letter = c.length(arg) > 1 ? c.bytes().get(c.start(arg)) : 0;
        long width = letter == 'i' || letter == 'u' ? numberBehindLetter(arg) : 0;
        signed = letter == 'i';
        bits = (int) width;
        if (width < 1 || width > (signed ? 64 : 63)) {
            c.error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
            return false;
        }
        return true;
    }

    /** {@code #n} is the n-th number of that type. */
    private boolean takesOffset(int arg) {
        if (c.length(arg) == 0 || c.bytes().get(c.start(arg)) != '#') {
            offset = BitCommands.parseOffset(c, arg);
            return offset >= 0;
        }
        long number = numberBehindLetter(arg);
        offset = number * bits;
        if (number < 0 || number > Long.MAX_VALUE / bits || offset >> 3 >= c.server.limits.valueBytesMax()) {
            c.error("ERR bit offset is not an integer or out of range");
            return false;
        }
        return true;
    }

    private long numberBehindLetter(int arg) {
        return Numbers.parse(c.bytes(), c.start(arg) + 1, c.length(arg) - 1, -1);
    }

    private void copy(int length) {
        long bytesEnd = Math.max(end + 7 >> 3, 0);
        fromByte = count == 0 ? 0 : (int) (first >> 3);
        int copyEnd = (int) Math.min(bytesEnd, Math.max(length, writtenEnd + 7 >> 3));
        copiedBytes = Math.max(0, copyEnd - fromByte);
        c.requireTimeFor(copiedBytes);
        copy = c.scratch.withRoom(copiedBytes).limit(copiedBytes);
        c.session.read(c.key(0), fromByte, copiedBytes, copy);
        while (copy.hasRemaining()) {
            copy.put((byte) 0);
        }
    }

    private void execute(long[] results, BitSet missing) {
        nextArg = 2;
        overflow = Overflow.WRAP;
        for (int number = 0; nextArg < c.argCount();) {
            next(false);
            if (kind != null) {
                long old = get();
                if (kind == Kind.GET) {
                    results[number] = old;
                } else {
                    change(old, number, results, missing);
                }
                number++;
            }
        }
    }

    private void change(long old, int number, long[] results, BitSet missing) {
        long base = kind == Kind.INCRBY ? old : operand;
        long increment = kind == Kind.INCRBY ? operand : 0;
        int beyond = signed ? signedOverflow(base, increment) : unsignedOverflow(base, increment);
        if (beyond != 0 && overflow == Overflow.FAIL) {
            missing.set(number);
            return;
        }
        long changed = beyond == 0 ? base + increment : overflow == Overflow.SAT ? limit(beyond) : base + increment;
        set(changed);
        results[number] = kind == Kind.SET ? old : get();
    }

    /** 1 if the sum is above the greatest number of this type, -1 if it is below the least, else 0. */
    private int signedOverflow(long base, long increment) {
        // In the arithmetic of Redis, which wraps: of 63 bits, the least number of 64 is above the greatest.
        long max = Long.MAX_VALUE >> 64 - bits;
        long upToMax = max - base;
        long downToMin = ~max - base;
        if (base > max || increment > upToMax && (bits < 64 || base >= 0 && increment > 0)) {
            return 1;
        }
        return base < ~max || increment < downToMin && (bits < 64 || base < 0 && increment < 0) ? -1 : 0;
    }

    private int unsignedOverflow(long base, long increment) {
        long max = -1L >>> 64 - bits;
        if (Long.compareUnsigned(base, max) > 0 || increment > 0 && increment > max - base) {
            return 1;
        }
        return increment < 0 && increment < -base ? -1 : 0;
    }

    private long limit(int beyond) {
        if (signed) {
            long max = Long.MAX_VALUE >> 64 - bits;
            return beyond > 0 ? max : ~max;
        }
        return beyond > 0 ? -1L >>> 64 - bits : 0;
    }

    /** Bits behind the copy are zeros. */
    private long get() {
        long value = 0;
        for (long at = offset; at < offset + bits;) {
            int taken = (int) Math.min(8 - (at & 7), offset + bits - at);
            value = value << taken | byteAt(at) >> 8 - (at & 7) - taken & (1 << taken) - 1;
            at += taken;
        }
        return signed ? value << 64 - bits >> 64 - bits : value;
    }

    private int byteAt(long bit) {
        int index = (int) ((bit >> 3) - fromByte);
        return index < copiedBytes ? copy.get(index) & 0xFF : 0;
    }

    private void set(long value) {
        for (long at = offset; at < offset + bits;) {
            int taken = (int) Math.min(8 - (at & 7), offset + bits - at);
            int shift = (int) (8 - (at & 7) - taken);
            int mask = (1 << taken) - 1 << shift;
            int part = (int) (value >> offset + bits - at - taken) << shift & mask;
            copy.put((int) ((at >> 3) - fromByte), (byte) (byteAt(at) & ~mask | part));
            at += taken;
        }
    }

    private boolean write() {
        int from = (int) (firstWritten >> 3);
        int bytes = (int) (writtenEnd + 7 >> 3) - from;
        boolean done = c.session.setRange(c.key(0), from, copy.clear(), from - fromByte, bytes) >= 0;
        if (!done) {
            c.outOfMemory();
        }
        return done;
    }
}
