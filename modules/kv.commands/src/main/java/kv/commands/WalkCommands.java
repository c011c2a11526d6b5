package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Glob;
import kv.store.StoreSession;

/** The commands that go over keys without naming them, but for KEYS. */
final class WalkCommands {
    private static final long INVALID_CURSOR = -1;

    private WalkCommands() {
    }

    /** {@code SCAN cursor [MATCH pattern] [COUNT n] [TYPE type]}. */
    static void scan(CommandContext c) {
        long cursor = parseCursor(c, 1);
        if (cursor == INVALID_CURSOR) {
            c.error("ERR invalid cursor");
            return;
        }
        Glob pattern = null;
        long count = 10;
        boolean strings = true;
        for (int arg = 2; arg < c.argCount(); arg += 2) {
            if (arg + 1 == c.argCount()) {
                c.syntaxError();
                return;
            } else if (c.request.argEquals(arg, "MATCH")) {
                pattern = KeyPattern.of(c, arg + 1);
                if (pattern == null) {
                    return;
                }
            } else if (c.request.argEquals(arg, "COUNT")) {
                if (!c.request.argIsLong(arg + 1)) {
                    c.notAnInteger();
                    return;
                }
                count = c.request.longValue();
                if (count < 1) {
                    c.syntaxError();
                    return;
                }
            } else if (c.request.argEquals(arg, "TYPE")) {
                strings = c.request.argEquals(arg + 1, "STRING");
            } else {
                c.syntaxError();
                return;
            }
        }
        if (pattern != null && !pattern.isShort()) {
            c.requireSlowLane();
        }
        c.keyScan.reply(c, cursor, count, pattern, strings);
    }

    /** As C's strtoul reads it, which Redis asks: a sign and leading zeros are allowed, and nothing at all is 0. */
    private static long parseCursor(CommandContext c, int arg) {
        ByteBuffer bytes = c.bytes();
        int at = c.start(arg);
        int end = at + c.length(arg);
        boolean negative = at < end && bytes.get(at) == '-';
        if (at < end && (negative || bytes.get(at) == '+')) {
            at++;
            if (at == end) {
                return INVALID_CURSOR;
            }
        }
        long cursor = 0;
        for (; at < end && bytes.get(at) != 0; at++) {
            int digit = bytes.get(at) - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(cursor, Long.divideUnsigned(-1L - digit, 10)) > 0) {
                return INVALID_CURSOR;
            }
            cursor = cursor * 10 + digit;
        }
        long signed = negative ? -cursor : cursor;
        return signed < 0 ? Long.MAX_VALUE : signed; // beyond all keys
    }

    static void randomkey(CommandContext c) {
        int reported = c.session.randomKey(c.client.database, c.now, c.resp::bulk);
        if (reported == StoreSession.HELD) {
            throw NotNow.HELD;
        }
        if (reported == 0) {
            c.resp.nil();
        }
    }
}
