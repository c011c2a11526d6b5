package kv.server;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.protocol.Numbers;
import kv.store.ExpireResult;
import kv.store.PutResult;
import kv.store.StoreSession;

/** The commands on string values. All take their key as argument 1. */
final class StringCommands {
    private StringCommands() {
    }

    static void get(CommandContext c) {
        c.replyValue(1);
    }

    static void strlen(CommandContext c) {
        c.resp.integer(Math.max(0, c.store.valueLength(c.bytes(), c.start(1), c.length(1))));
    }

    // ---- SET and its kin

    /** {@code SET key value}, the usual one, at once; with options, under the key's lock. */
    static void set(CommandContext c) {
        if (hasLongValue(c, 2)) return;
        if (c.argCount() == 3) {
            replySet(c, put(c, 1, 2, StoreSession.NO_DEADLINE));
            return;
        }
        SetOptions options = SetOptions.parse(c);
        if (options == null) return;
        lockKey(c);
        try {
            boolean exists = c.store.valueLength(c.bytes(), c.start(1), c.length(1)) >= 0;
            boolean refused = options.onlyIfAbsent && exists || options.onlyIfPresent && !exists;
            if (refused) {
                if (options.replyOld) c.replyValue(1); else c.replies.missing();
            } else if (options.replyOld) {
                putAndReplyOld(c, options.deadline);
            } else if (putOrEnd(c, 2, options.deadline)) {
                c.replies.ok();
            } else {
                c.outOfMemory();
            }
        } finally {
            c.store.unlock();
        }
    }

    private static void replySet(CommandContext c, PutResult result) {
        if (result == PutResult.OUT_OF_MEMORY) c.outOfMemory(); else c.replies.ok();
    }

    private static PutResult put(CommandContext c, int keyArg, int valueArg, long deadline) {
        return c.store.putUntil(c.bytes(), c.start(keyArg), c.length(keyArg), c.bytes(), c.start(valueArg), c.length(valueArg), deadline);
    }

    /** A value whose end has passed already is as good as none. */
    private static boolean putOrEnd(CommandContext c, int valueArg, long deadline) {
        if (Deadlines.isPast(c, deadline)) {
            c.store.delete(c.bytes(), c.start(1), c.length(1));
            return true;
        }
        return put(c, 1, valueArg, deadline) != PutResult.OUT_OF_MEMORY;
    }

    /** The old value is kept aside: whether it is the reply is known only after the new one has found room. */
    private static void putAndReplyOld(CommandContext c, long deadline) {
        int length = c.store.valueLength(c.bytes(), c.start(1), c.length(1));
        ByteBuffer old = c.scratch.withRoom(Math.max(0, length));
        c.store.read(c.bytes(), c.start(1), c.length(1), old);
        if (!putOrEnd(c, 2, deadline)) {
            c.outOfMemory();
        } else if (length < 0) {
            c.replies.missing();
        } else {
            c.resp.bulk(old, 0, length);
        }
    }

    static void setnx(CommandContext c) {
        if (hasLongValue(c, 2)) return;
        lockKey(c);
        try {
            if (c.store.valueLength(c.bytes(), c.start(1), c.length(1)) >= 0) {
                c.resp.integer(0);
            } else if (put(c, 1, 2, StoreSession.NO_DEADLINE) == PutResult.OUT_OF_MEMORY) {
                c.outOfMemory();
            } else {
                c.resp.integer(1);
            }
        } finally {
            c.store.unlock();
        }
    }

    static void setex(CommandContext c) {
        setWithTime(c, Deadlines.Unit.SECONDS);
    }

    static void psetex(CommandContext c) {
        setWithTime(c, Deadlines.Unit.MILLIS);
    }

    private static void setWithTime(CommandContext c, Deadlines.Unit unit) {
        if (hasLongValue(c, 3)) return;
        long deadline = Deadlines.parseLife(c, 2, unit);
        if (deadline != Deadlines.INVALID) replySet(c, put(c, 1, 3, deadline));
    }

    static void getset(CommandContext c) {
        if (hasLongValue(c, 2)) return;
        lockKey(c);
        try {
            putAndReplyOld(c, StoreSession.NO_DEADLINE);
        } finally {
            c.store.unlock();
        }
    }

    static void getdel(CommandContext c) {
        lockKey(c);
        try {
            c.replyValue(1);
            c.store.delete(c.bytes(), c.start(1), c.length(1));
        } finally {
            c.store.unlock();
        }
    }

    static void getex(CommandContext c) {
        if (c.argCount() == 2) {
            c.replyValue(1);
            return;
        }
        if (!SetOptions.isGetEx(c)) {
            c.syntaxError();
            return;
        }
        lockKey(c);
        try {
            if (c.store.valueLength(c.bytes(), c.start(1), c.length(1)) < 0) {
                c.replies.missing();
                return;
            }
            long deadline = SetOptions.parseGetEx(c);
            if (deadline == Deadlines.INVALID) return;
            if (Deadlines.isPast(c, deadline)) {
                c.replyValue(1);
                c.store.delete(c.bytes(), c.start(1), c.length(1));
            } else if (c.store.expireAt(c.bytes(), c.start(1), c.length(1), deadline) == ExpireResult.OUT_OF_MEMORY) {
                c.outOfMemory();
            } else {
                c.replyValue(1);
            }
        } finally {
            c.store.unlock();
        }
    }

    // ---- several keys

    static void mget(CommandContext c) {
        lockKeys(c, 1, 1);
        try {
            c.resp.arrayHeader(c.argCount() - 1);
            for (int arg = 1; arg < c.argCount(); arg++) c.replyValue(arg);
        } finally {
            c.store.unlock();
        }
    }

    static void mset(CommandContext c) {
        if (hasOddPairs(c) || hasLongValue(c, 2)) return;
        lockKeys(c, 1, 2);
        try {
            if (putAll(c)) c.replies.ok(); else c.outOfMemory();
        } finally {
            c.store.unlock();
        }
    }

    static void msetnx(CommandContext c) {
        if (hasOddPairs(c) || hasLongValue(c, 2)) return;
        lockKeys(c, 1, 2);
        try {
            for (int arg = 1; arg < c.argCount(); arg += 2) {
                if (c.store.valueLength(c.bytes(), c.start(arg), c.length(arg)) >= 0) {
                    c.resp.integer(0);
                    return;
                }
            }
            if (putAll(c)) c.resp.integer(1); else c.outOfMemory();
        } finally {
            c.store.unlock();
        }
    }

    private static boolean hasOddPairs(CommandContext c) {
        if (c.argCount() % 2 == 1) return false;
        c.error("ERR wrong number of arguments for '" + c.request.command().name() + "' command");
        return true;
    }

    private static boolean putAll(CommandContext c) {
        for (int arg = 1; arg < c.argCount(); arg += 2) {
            if (put(c, arg, arg + 1, StoreSession.NO_DEADLINE) == PutResult.OUT_OF_MEMORY) return false;
        }
        return true;
    }

    // ---- parts of a value

    static void append(CommandContext c) {
        lockKey(c);
        try {
            int oldLength = Math.max(0, c.store.valueLength(c.bytes(), c.start(1), c.length(1)));
            int added = c.length(2);
            if (isTooLong(c, (long) oldLength + added)) return;
            ByteBuffer value = c.scratch.withRoom(oldLength + added);
            c.store.read(c.bytes(), c.start(1), c.length(1), value);
            value.put(oldLength, c.bytes(), c.start(2), added);
            if (store(c, value, oldLength + added)) c.resp.integer(oldLength + added);
        } finally {
            c.store.unlock();
        }
    }

    static void setrange(CommandContext c) {
        if (!c.request.argIsLong(2)) {
            c.notAnInteger();
            return;
        }
        long offset = c.request.longValue();
        if (offset < 0) {
            c.error("ERR offset is out of range");
            return;
        }
        lockKey(c);
        try {
            int oldLength = Math.max(0, c.store.valueLength(c.bytes(), c.start(1), c.length(1)));
            int put = c.length(3);
            if (put == 0) {
                c.resp.integer(oldLength);
                return;
            }
            if (offset > c.server.config.maxValueBytes() || isTooLong(c, offset + put)) {
                if (offset > c.server.config.maxValueBytes()) tooLong(c);
                return;
            }
            int length = Math.max(oldLength, (int) offset + put);
            ByteBuffer value = c.scratch.withRoom(length);
            c.store.read(c.bytes(), c.start(1), c.length(1), value);
            for (int i = oldLength; i < offset; i++) value.put(i, (byte) 0);
            value.put((int) offset, c.bytes(), c.start(3), put);
            if (store(c, value, length)) c.resp.integer(length);
        } finally {
            c.store.unlock();
        }
    }

    static void getrange(CommandContext c) {
        if (!c.request.argIsLong(2)) {
            c.notAnInteger();
            return;
        }
        long from = c.request.longValue();
        if (!c.request.argIsLong(3)) {
            c.notAnInteger();
            return;
        }
        long to = c.request.longValue();
        ByteBuffer value = c.scratch.withRoom(Math.max(0, c.store.valueLength(c.bytes(), c.start(1), c.length(1))));
        int length = c.store.read(c.bytes(), c.start(1), c.length(1), value);
        while (length > value.capacity()) { // it has grown meanwhile
            value = c.scratch.withRoom(length);
            length = c.store.read(c.bytes(), c.start(1), c.length(1), value);
        }
        boolean backwards = from < 0 && to < 0 && from > to;
        if (from < 0) from = Math.max(0, from + length);
        if (to < 0) to = Math.max(0, to + length);
        to = Math.min(to, length - 1);
        if (length <= 0 || from > to || backwards) {
            c.resp.bulk("");
        } else {
            c.resp.bulk(value, (int) from, (int) (to - from + 1));
        }
    }

    /**
     * Whether this argument, or every second one behind it, is longer than a value may be: RESP's parser lets each be as long as a
     * key, where that is more. Replies the error.
     */
    private static boolean hasLongValue(CommandContext c, int first) {
        for (int arg = first; arg < c.argCount(); arg += 2) {
            if (isTooLong(c, c.length(arg))) return true;
        }
        return false;
    }

    private static boolean isTooLong(CommandContext c, long length) {
        if (length <= c.server.config.maxValueBytes()) return false;
        tooLong(c);
        return true;
    }

    private static void tooLong(CommandContext c) {
        c.error("ERR string exceeds maximum allowed size (max-value-size)");
    }

    /** Writes a changed value back, its expiry kept. */
    private static boolean store(CommandContext c, ByteBuffer value, int length) {
        PutResult result = c.store.putUntil(c.bytes(), c.start(1), c.length(1), value, 0, length, StoreSession.KEEP_EXPIRY);
        if (result == PutResult.OUT_OF_MEMORY) c.outOfMemory();
        return result != PutResult.OUT_OF_MEMORY;
    }

    // ---- numbers

    static void incr(CommandContext c) {
        add(c, 1);
    }

    static void decr(CommandContext c) {
        add(c, -1);
    }

    static void incrby(CommandContext c) {
        if (c.request.argIsLong(2)) add(c, c.request.longValue()); else c.notAnInteger();
    }

    static void decrby(CommandContext c) {
        if (!c.request.argIsLong(2)) {
            c.notAnInteger();
        } else if (c.request.longValue() == Long.MIN_VALUE) {
            c.error("ERR decrement would overflow");
        } else {
            add(c, -c.request.longValue());
        }
    }

    private static void add(CommandContext c, long delta) {
        lockKey(c);
        try {
            ByteBuffer value = c.scratch.withRoom(Numbers.LONG_BYTES_MAX + 1);
            int length = c.store.read(c.bytes(), c.start(1), c.length(1), value);
            long old = 0;
            if (length >= 0) {
                old = length > Numbers.LONG_BYTES_MAX ? Long.MIN_VALUE : Numbers.parse(value, 0, length, Long.MIN_VALUE);
                if (old == Long.MIN_VALUE && (length > Numbers.LONG_BYTES_MAX || Numbers.parse(value, 0, length, 0) == 0)) {
                    c.notAnInteger();
                    return;
                }
            }
            long sum = old + delta;
            if (((old ^ sum) & (delta ^ sum)) < 0) {
                c.error("ERR increment or decrement would overflow");
                return;
            }
            Numbers.append(value.clear(), sum);
            if (store(c, value, value.position())) c.resp.integer(sum);
        } finally {
            c.store.unlock();
        }
    }

    /** In decimal arithmetic: 17 fractional digits, as Redis prints its long doubles. */
    static void incrbyfloat(CommandContext c) {
        BigDecimal increment = Decimals.parse(c.bytes(), c.start(2), c.length(2));
        if (increment == null) {
            c.error(Decimals.isInfinity(c.request.toString(2)) ? "ERR increment would produce NaN or Infinity"
                    : "ERR value is not a valid float");
            return;
        }
        lockKey(c);
        try {
            ByteBuffer value = c.scratch.withRoom(Decimals.BYTES_MAX);
            int length = c.store.read(c.bytes(), c.start(1), c.length(1), value);
            BigDecimal old = length < 0 ? BigDecimal.ZERO : length > value.capacity() ? null : Decimals.parse(value, 0, length);
            if (old == null) {
                c.error("ERR value is not a valid float");
                return;
            }
            byte[] sum = Decimals.text(old.add(increment)).getBytes(StandardCharsets.US_ASCII);
            value = c.scratch.withRoom(sum.length).put(sum);
            if (store(c, value, sum.length)) c.resp.bulk(value, 0, sum.length);
        } finally {
            c.store.unlock();
        }
    }

    // ---- locks

    private static void lockKey(CommandContext c) {
        c.store.include(c.bytes(), c.start(1), c.length(1));
        c.store.lock();
    }

    private static void lockKeys(CommandContext c, int first, int step) {
        for (int arg = first; arg < c.argCount(); arg += step) c.store.include(c.bytes(), c.start(arg), c.length(arg));
        c.store.lock();
    }
}
