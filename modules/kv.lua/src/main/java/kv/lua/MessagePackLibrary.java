package kv.lua;

import java.nio.ByteBuffer;

/** {@code cmsgpack}. */
final class MessagePackLibrary {

    private static final int NESTING_MAX = 16;
    private static final int DECODE_NESTING_MAX = 200;

    private MessagePackLibrary() {
    }

    static void open(Globals.Builder to) {
        to.function("cmsgpack", "pack", MessagePackLibrary::pack).function("cmsgpack", "unpack", s -> unpack(s, 0, 0))
                .function("cmsgpack", "unpack_one", s -> unpack(s, 1, StringLibrary.optionalLong(s, 2, 0)))
                .function("cmsgpack", "unpack_limit", s -> unpack(s, s.checkLong(2), StringLibrary.optionalLong(s, 3, 0)))
                .value("cmsgpack", "_NAME", LuaString.of("cmsgpack")).value("cmsgpack", "_VERSION",
                        LuaString.of("lua-cmsgpack 0.4.0"))
                .value("cmsgpack", "_COPYRIGHT", LuaString.of("Copyright (C) 2012, Salvatore Sanfilippo"))
                .value("cmsgpack", "_DESCRIPTION", LuaString.of("MessagePack C implementation for Lua"));
    }

    // Packing.

    private static int pack(LuaState s) {
        int count = s.argumentCount();
        if (count == 0) {
            throw s.argumentError(0, "MessagePack pack needs input.");
        }
        try (ByteSink out = new ByteSink(s.quota)) {
            for (int i = 1; i <= count; i++) {
                pack(s, out, s.argument(i), 0);
            }
            s.push(out.toLuaString());
        }
        return 1;
    }

    private static void pack(LuaState s, ByteSink out, Object value, int level) {
        s.quota.spend(1);
        if (value instanceof LuaString string) {
            packHeader(out, string.length(), 0xa0, 32, 0xd9, 0xda);
            out.add(string);
        } else if (value instanceof Double number) {
            packNumber(out, number);
        } else if (value instanceof Boolean bool) {
            out.add(bool ? 0xc3 : 0xc2);
        } else if (value instanceof LuaTable table && level < NESTING_MAX) {
            packTable(s, out, table, level);
        } else {
            out.add(0xc0);
        }
    }

    /** @param oneByte the code for a length of one byte, 0 if there is none */
    private static void packHeader(ByteSink out, int length, int fixed, int fixedLimit, int oneByte, int twoBytes) {
        if (length < fixedLimit) {
            out.add(fixed | length);
        } else if (oneByte != 0 && length <= 0xff) {
            out.add(oneByte);
            out.add(length);
        } else if (length <= 0xffff) {
            out.add(twoBytes);
            big(out, length, 2);
        } else {
            out.add(twoBytes + 1);
            big(out, length, 4);
        }
    }

    private static void big(ByteSink out, long value, int size) {
        for (int i = size - 1; i >= 0; i--) {
            out.add((int) (value >>> 8 * i));
        }
    }

    private static void packNumber(ByteSink out, double number) {
        if (number == (double) Values.toLong(number)) {
            packInteger(out, Values.toLong(number));
        } else if (number == (float) number) {
            out.add(0xca);
            big(out, Float.floatToRawIntBits((float) number), 4);
        } else {
            out.add(0xcb);
            big(out, Double.doubleToRawLongBits(number), 8);
        }
    }

    private static void packInteger(ByteSink out, long n) {
        if (n >= 0) {
            if (n <= 127) {
                out.add((int) n);
            } else {
                int power = n <= 0xff ? 0 : n <= 0xffff ? 1 : n <= 0xffffffffL ? 2 : 3;
                out.add(0xcc + power);
                big(out, n, 1 << power);
            }
        } else if (n >= -32) {
            out.add((int) n);
        } else {
            int power = n >= -128 ? 0 : n >= -32768 ? 1 : n >= Integer.MIN_VALUE ? 2 : 3;
            out.add(0xd0 + power);
            big(out, n, 1 << power);
        }
    }

    private static void packTable(LuaState s, ByteSink out, LuaTable table, int level) {
        int entries = 0;
        double max = 0;
        boolean isArray = true;
        for (int i = table.nextUsed(0); i >= 0; i = table.nextUsed(i + 1)) {
            entries++;
            if (table.keyAt(i) instanceof Double key && key > 0 && key == (int) (double) key) {
                max = Math.max(max, key);
            } else {
                isArray = false;
            }
        }
        s.quota.spend(entries);
        if (isArray && max == entries) {
            int length = table.length();
            packHeader(out, length, 0x90, 16, 0, 0xdc);
            for (int i = 1; i <= length; i++) {
                pack(s, out, table.get(i), level + 1);
            }
            return;
        }
        packHeader(out, entries, 0x80, 16, 0, 0xde);
        for (int i = table.nextUsed(0); i >= 0; i = table.nextUsed(i + 1)) {
            pack(s, out, table.keyAt(i), level + 1);
            pack(s, out, table.valueAt(i), level + 1);
        }
    }

    // Unpacking.

    private static int unpack(LuaState s, long limit, long offset) {
        LuaString input = s.checkString(1);
        if (offset < 0 || limit < 0) {
            throw s.error("Invalid request to unpack with offset of " + (int) offset + " and limit of " + input.length() + ".");
        }
        if (offset > input.length()) {
            throw s.error("Start offset " + (int) offset + " greater than input length " + input.length() + ".");
        }
        boolean all = limit == 0 && offset == 0;
        ByteBuffer in = ByteBuffer.wrap(input.bytes, (int) offset, input.length() - (int) offset);
        int first = s.top;
        if (!all) {
            s.push(null);
        }
        for (long i = 0; in.hasRemaining() && (all || i < limit); i++) {
            decode(s, in, 0);
        }
        if (!all) {
            s.stack[first] = (double) (in.hasRemaining() ? in.position() : -1);
        }
        return s.top - first;
    }

    private static LuaError missing(LuaState s) {
        return s.error("Missing bytes in input.");
    }

    private static void need(LuaState s, ByteBuffer in, long bytes) {
        if (in.remaining() < bytes) {
            throw missing(s);
        }
    }

    /** Decodes one value, pushes it. */
    private static void decode(LuaState s, ByteBuffer in, int level) {
        need(s, in, 1);
        s.quota.spend(1);
        s.checkRoom(1, "too many return values at once; use unpack_one or unpack_limit instead.");
        if (level > DECODE_NESTING_MAX) {
            throw s.error("Bad data format in input.");
        }
        int code = in.get() & 0xff;
        switch (code) {
            case 0xc0 -> s.push(null);
            case 0xc2 -> s.push(Boolean.FALSE);
            case 0xc3 -> s.push(Boolean.TRUE);
            case 0xca -> {
                need(s, in, 4);
                s.push(in.getFloat());
            }
            case 0xcb -> {
                need(s, in, 8);
                s.push(in.getDouble());
            }
            case 0xcc, 0xcd, 0xce, 0xcf -> {
                long value = big(s, in, 1 << code - 0xcc);
                s.push(value >= 0 ? value : (double) (value >>> 1 | value & 1) * 2);
            }
            case 0xd0, 0xd1, 0xd2, 0xd3 -> {
                int size = 1 << code - 0xd0;
                int unused = 64 - 8 * size;
                s.push(big(s, in, size) << unused >> unused);
            }
            case 0xd9, 0xda, 0xdb -> decodeString(s, in, big(s, in, 1 << code - 0xd9));
            case 0xdc, 0xdd -> decodeArray(s, in, big(s, in, code == 0xdc ? 2 : 4), level);
            case 0xde, 0xdf -> decodeMap(s, in, big(s, in, code == 0xde ? 2 : 4), level);
            default -> {
                if (code < 0x80) {
                    s.push(code);
                } else if (code >= 0xe0) {
                    s.push((byte) code);
                } else if (code >= 0xa0 && code < 0xc0) {
                    decodeString(s, in, code & 0x1f);
                } else if (code < 0x90) {
                    decodeMap(s, in, code & 0xf, level);
                } else if (code < 0xa0) {
                    decodeArray(s, in, code & 0xf, level);
                } else {
                    throw s.error("Bad data format in input.");
                }
            }
        }
    }

    private static long big(LuaState s, ByteBuffer in, int size) {
        need(s, in, size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | in.get() & 0xff;
        }
        return value;
    }

    private static void decodeString(LuaState s, ByteBuffer in, long length) {
        need(s, in, length);
        int at = in.position();
        s.pushBytes(in.array(), at, at + (int) length);
        in.position(at + (int) length);
    }

    private static void decodeArray(LuaState s, ByteBuffer in, long length, int level) {
        LuaTable table = new LuaTable(s.quota);
        s.push(table);
        for (long i = 1; i <= length; i++) {
            decode(s, in, level + 1);
            table.put((int) i, s.stack[s.top - 1]);
            s.pop();
        }
    }

    private static void decodeMap(LuaState s, ByteBuffer in, long length, int level) {
        LuaTable table = new LuaTable(s.quota);
        s.push(table);
        for (long i = 0; i < length; i++) {
            decode(s, in, level + 1);
            decode(s, in, level + 1);
            Metamethods.rawSet(s, table, s.stack[s.top - 2], s.stack[s.top - 1]);
            s.pop();
            s.pop();
        }
    }
}
