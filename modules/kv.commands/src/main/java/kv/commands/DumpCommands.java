package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.protocol.Numbers;
import kv.rdb.Crc64;
import kv.rdb.Lzf;
import kv.store.Deadline;

/**
 * DUMP and RESTORE of strings, in the form of Redis 7.0: a byte for the type, the value, two bytes for the form's version and a
 * checksum of eight. Each takes its key as argument 1. What is dumped here is not packed; what Redis has packed is unpacked.
 */
final class DumpCommands {
    private static final int VERSION = 10;
    private static final int END_BYTES = 2 + Long.BYTES;
    private static final int HEAD_BYTES_MAX = 6;
    private static final int STRING_TYPE = 0;
    /** The longest text of a number that is dumped as one. */
    private static final int NUMBER_BYTES_MAX = 11;

    // The first byte of a value: what its upper two bits say of its length, and what it is instead if both are set.
    private static final int LENGTH_OF_14_BITS = 0x40;
    private static final int LENGTH_OF_32_BITS = 0x80;
    private static final int LENGTH_OF_64_BITS = 0x81;
    private static final int NUMBER_OF_8_BITS = 0xC0;
    private static final int NUMBER_OF_16_BITS = 0xC1;
    private static final int NUMBER_OF_32_BITS = 0xC2;
    private static final int PACKED = 0xC3;

    private static final long WRONG = -1;

    private DumpCommands() {
    }

    static void dump(CommandContext c) {
        int length = c.session.valueLength(c.key(0));
        if (!c.counted(length >= 0)) {
            c.resp.nil();
            return;
        }
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom(length + 1 + HEAD_BYTES_MAX + END_BYTES);
        int from = 1 + HEAD_BYTES_MAX;
        LateWork.read(c, 0, 0, length, value.position(from));
        LateWork.after(c, () -> replyDump(c, value, from, length));
    }

    /** @param valueStart in front of it there is room for the head, and behind it for the end */
    private static void replyDump(CommandContext c, ByteBuffer value, int valueStart, int valueLength) {
        int from = valueStart;
        int length = valueLength;
        value.clear();
        ByteBuffer number = asNumber(value, from, length);
        if (number != null) {
            value.put(from, number, 0, number.limit());
            length = number.limit();
        } else {
            from = putLength(value, from, length);
            length += 1 + HEAD_BYTES_MAX - from;
        }
        value.put(--from, (byte) STRING_TYPE);
        value.order(ByteOrder.LITTLE_ENDIAN).putShort(from + 1 + length, (short) VERSION);
        value.putLong(from + 3 + length, checksum(value, from, from + 3 + length)).order(ByteOrder.nativeOrder());
        c.resp.bulk(value, from, 1 + length + END_BYTES);
    }

    private static long checksum(ByteBuffer littleEndian, int start, int end) {
        Crc64 sum = new Crc64();
        sum.update(littleEndian, start, end);
        return sum.value();
    }

    /** A value that is the text of a number of up to 32 bits, as such; null for any other. */
    private static ByteBuffer asNumber(ByteBuffer value, int start, int length) {
        if (length > NUMBER_BYTES_MAX) {
            return null;
        }
        long number = Numbers.parse(value, start, length, Long.MIN_VALUE);
        if (number != (int) number) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (number == (byte) number) {
            bytes.put((byte) NUMBER_OF_8_BITS).put((byte) number);
        } else if (number == (short) number) {
            bytes.put((byte) NUMBER_OF_16_BITS).putShort((short) number);
        } else {
            bytes.put((byte) NUMBER_OF_32_BITS).putInt((int) number);
        }
        return bytes.flip();
    }

    /** In front of the value; returns where it begins now. */
    private static int putLength(ByteBuffer value, int start, int length) {
        if (length < LENGTH_OF_14_BITS) {
            value.put(start - 1, (byte) length);
            return start - 1;
        }
        if (length < 1 << 14) {
            value.put(start - 2, (byte) (LENGTH_OF_14_BITS | length >> 8)).put(start - 1, (byte) length);
            return start - 2;
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            value.put(start - 1 - i, (byte) (length >> 8 * i));
        }
        value.put(start - 1 - Integer.BYTES, (byte) LENGTH_OF_32_BITS);
        return start - 1 - Integer.BYTES;
    }

    /** {@code RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]}. */
    static void restore(CommandContext c) {
        boolean replaces = false;
        boolean isMoment = false;
        int useArg = 0;
        for (int arg = 4; arg < c.argCount(); arg++) {
            boolean hasMore = arg + 1 < c.argCount();
            if (c.request.argEquals(arg, "REPLACE")) {
                replaces = true;
            } else if (c.request.argEquals(arg, "ABSTTL")) {
                isMoment = true;
            } else if (hasMore && isUse(c, arg) && (useArg == 0 || c.length(useArg) == c.length(arg))) {
                useArg = arg++;
                if (!isUseValid(c, useArg)) {
                    return;
                }
            } else {
                c.syntaxError();
                return;
            }
        }
        if (!replaces && c.exists(0)) {
            c.error("BUSYKEY Target key name already exists.");
        } else if (!c.request.argIsLong(2)) {
            c.notAnInteger();
        } else if (c.request.longValue() < 0) {
            c.error("ERR Invalid TTL value, must be >= 0");
        } else {
            long life = c.request.longValue();
            long end = isMoment ? life : c.now + life; // too long a life has ended already, as in Redis
            restore(c, life == 0 ? Deadline.NONE : Math.min(end, Deadline.NONE - 1));
        }
    }

    /** What Redis would know of the key's use: checked, and of no consequence. */
    private static boolean isUse(CommandContext c, int arg) {
        return c.request.argEquals(arg, "IDLETIME") || c.request.argEquals(arg, "FREQ");
    }

    private static boolean isUseValid(CommandContext c, int arg) {
        boolean isFrequency = c.request.argEquals(arg, "FREQ");
        if (!c.request.argIsLong(arg + 1)) {
            c.notAnInteger();
        } else if (c.request.longValue() < 0 || isFrequency && c.request.longValue() > 255) {
            c.error(isFrequency ? "ERR Invalid FREQ value, must be >= 0 and <= 255" : "ERR Invalid IDLETIME value, must be >= 0");
        } else {
            return true;
        }
        return false;
    }

    private static void restore(CommandContext c, long deadline) {
        ByteBuffer payload = c.bytes().slice(c.start(3), c.length(3)).order(ByteOrder.LITTLE_ENDIAN);
        int end = payload.limit() - END_BYTES;
        if (end < 0 || (payload.getShort(end) & 0xFFFF) > VERSION
                || payload.getLong(end + 2) != checksum(payload, 0, end + 2)) {
            c.error("ERR DUMP payload version or checksum are wrong");
            return;
        }
        payload.limit(end);
        if (end > 0 && payload.get() != STRING_TYPE) {
            c.error("ERR Bad data format: only strings can be restored");
            return;
        }
        int length = decode(c, payload);
        if (length >= 0) {
            if (Deadline.isPast(deadline, c.now)) {
                c.session.delete(c.key(0));
            } else if (!c.put(0, c.scratch.withRoom(length), 0, length, deadline)) {
                return;
            }
            c.resp.ok();
        }
    }

    /** Puts the value into the scratch and returns its length; negative if it is wrong, which is replied. */
    private static int decode(CommandContext c, ByteBuffer payload) {
        int first = payload.hasRemaining() ? payload.get() & 0xFF : PACKED + 1;
        int numberBytes = first == NUMBER_OF_8_BITS ? 1 : first == NUMBER_OF_16_BITS ? 2 : first == NUMBER_OF_32_BITS ? 4 : 0;
        if (numberBytes > 0 && payload.remaining() >= numberBytes) {
            ByteBuffer text = c.scratch.withRoom(Numbers.LONG_BYTES_MAX);
            Numbers.append(text, numberBytes == 1 ? payload.get() : numberBytes == 2 ? payload.getShort() : payload.getInt());
            return text.position();
        }
        long packed = first == PACKED && payload.hasRemaining() ? length(payload, payload.get() & 0xFF) : WRONG;
        long length = first != PACKED ? length(payload, first)
                : packed >= 0 && payload.hasRemaining() ? length(payload, payload.get() & 0xFF) : WRONG;
        if (length < 0 || payload.remaining() < (first == PACKED ? packed : length)) {
            c.error("ERR Bad data format");
            return -1;
        }
        if (ValueLimit.isExceededBy(c, length)) {
            return -1;
        }
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom((int) length).limit((int) length);
        if (first != PACKED) {
            value.put(0, payload, payload.position(), (int) length);
        } else if (!Lzf.decompress(payload.limit(payload.position() + (int) packed), value)) {
            c.error("ERR Bad data format");
            return -1;
        }
        return (int) length;
    }

    /** The length that begins with this byte, or WRONG. */
    private static long length(ByteBuffer payload, int first) {
        if (first < LENGTH_OF_14_BITS) {
            return first;
        }
        if (first < LENGTH_OF_32_BITS) {
            return payload.hasRemaining() ? (first & 0x3F) << 8 | payload.get() & 0xFF : WRONG;
        }
        if (first == LENGTH_OF_32_BITS && payload.remaining() >= Integer.BYTES) {
            return Integer.reverseBytes(payload.getInt()) & 0xFFFFFFFFL;
        }
        boolean isLong = first == LENGTH_OF_64_BITS && payload.remaining() >= Long.BYTES;
        return isLong ? Math.max(WRONG, Long.reverseBytes(payload.getLong())) : WRONG;
    }
}
