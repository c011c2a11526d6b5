package kv.server;

import java.nio.ByteBuffer;
import kv.protocol.Numbers;
import kv.store.PutResult;
import kv.store.StoreSession;

/** The commands on keys whatever their values: presence, life, names. */
final class KeyCommands {
    private static final String NO_FREQUENCIES = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. "
            + "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

    private KeyCommands() {
    }

    /** DEL and UNLINK; in the text protocol always of one key. */
    static void del(CommandContext c) {
        if (c.argCount() == 2) {
            c.replies.deleted(c.store.delete(c.bytes(), c.start(1), c.length(1)) ? 1 : 0);
            return;
        }
        long deleted = 0;
        for (int arg = 1; arg < c.argCount(); arg++) {
            if (c.store.delete(c.bytes(), c.start(arg), c.length(arg))) deleted++;
        }
        c.replies.deleted(deleted);
    }

    /** EXISTS and TOUCH: a key named twice counts twice. */
    static void exists(CommandContext c) {
        long present = 0;
        for (int arg = 1; arg < c.argCount(); arg++) {
            if (exists(c, arg)) present++;
        }
        c.resp.integer(present);
    }

    private static boolean exists(CommandContext c, int keyArg) {
        return c.store.valueLength(c.bytes(), c.start(keyArg), c.length(keyArg)) >= 0;
    }

    static void type(CommandContext c) {
        c.resp.simple(exists(c, 1) ? "string" : "none");
    }

    // ---- life

    static void expire(CommandContext c) {
        expire(c, Deadlines.Unit.SECONDS, false);
    }

    static void pexpire(CommandContext c) {
        expire(c, Deadlines.Unit.MILLIS, false);
    }

    static void expireat(CommandContext c) {
        expire(c, Deadlines.Unit.SECONDS, true);
    }

    static void pexpireat(CommandContext c) {
        expire(c, Deadlines.Unit.MILLIS, true);
    }

    private static void expire(CommandContext c, Deadlines.Unit unit, boolean absolute) {
        boolean nx = false;
        boolean xx = false;
        boolean gt = false;
        boolean lt = false;
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "NX")) {
                nx = true;
            } else if (c.request.argEquals(arg, "XX")) {
                xx = true;
            } else if (c.request.argEquals(arg, "GT")) {
                gt = true;
            } else if (c.request.argEquals(arg, "LT")) {
                lt = true;
            } else {
                c.error("ERR Unsupported option " + c.quoted(arg));
                return;
            }
        }
        if (nx && (xx || gt || lt)) {
            c.error("ERR NX and XX, GT or LT options at the same time are not compatible");
            return;
        }
        if (gt && lt) {
            c.error("ERR GT and LT options at the same time are not compatible");
            return;
        }
        long deadline = Deadlines.parseAny(c, 2, unit, absolute);
        if (deadline == Deadlines.INVALID) return;
        c.store.include(c.bytes(), c.start(1), c.length(1));
        c.store.lock();
        try {
            long now = c.store.deadlineMillis(c.bytes(), c.start(1), c.length(1));
            boolean lasts = now == StoreSession.NO_DEADLINE;
            if (now == StoreSession.ABSENT || nx && !lasts || xx && lasts || gt && (lasts || deadline <= now)
                    || lt && !lasts && deadline >= now) {
                c.resp.integer(0);
            } else if (Deadlines.isPast(c, deadline)) {
                c.store.delete(c.bytes(), c.start(1), c.length(1));
                c.resp.integer(1);
            } else {
                replyExpired(c, deadline);
            }
        } finally {
            c.store.unlock();
        }
    }

    private static void replyExpired(CommandContext c, long deadline) {
        switch (c.store.expireAt(c.bytes(), c.start(1), c.length(1), deadline)) {
            case CHANGED -> c.resp.integer(1);
            case ABSENT -> c.resp.integer(0);
            case OUT_OF_MEMORY -> c.outOfMemory();
        }
    }

    static void persist(CommandContext c) {
        c.store.include(c.bytes(), c.start(1), c.length(1));
        c.store.lock();
        try {
            long deadline = c.store.deadlineMillis(c.bytes(), c.start(1), c.length(1));
            if (deadline == StoreSession.ABSENT || deadline == StoreSession.NO_DEADLINE) {
                c.resp.integer(0);
            } else {
                replyExpired(c, StoreSession.NO_DEADLINE);
            }
        } finally {
            c.store.unlock();
        }
    }

    static void ttl(CommandContext c) {
        replyLife(c, Deadlines.Unit.SECONDS, false);
    }

    static void pttl(CommandContext c) {
        replyLife(c, Deadlines.Unit.MILLIS, false);
    }

    static void expiretime(CommandContext c) {
        replyLife(c, Deadlines.Unit.SECONDS, true);
    }

    static void pexpiretime(CommandContext c) {
        replyLife(c, Deadlines.Unit.MILLIS, true);
    }

    private static void replyLife(CommandContext c, Deadlines.Unit unit, boolean absolute) {
        long deadline = c.store.deadlineMillis(c.bytes(), c.start(1), c.length(1));
        if (deadline == StoreSession.ABSENT) {
            c.resp.integer(-2);
        } else if (deadline == StoreSession.NO_DEADLINE) {
            c.resp.integer(-1);
        } else {
            long millis = absolute ? c.server.clock.toWall(deadline) : Math.max(0, deadline - c.server.store.nowMillis());
            c.resp.integer((millis + unit.millis / 2) / unit.millis);
        }
    }

    // ---- names

    static void rename(CommandContext c) {
        rename(c, true);
    }

    static void renamenx(CommandContext c) {
        rename(c, false);
    }

    private static void rename(CommandContext c, boolean replace) {
        lockBoth(c);
        try {
            if (!exists(c, 1)) {
                c.error("ERR no such key");
            } else if (!replace && exists(c, 2)) {
                c.resp.integer(0);
            } else if (!sameKey(c) && !copyValue(c)) {
                c.outOfMemory();
            } else {
                if (!sameKey(c)) c.store.delete(c.bytes(), c.start(1), c.length(1));
                if (replace) c.replies.ok(); else c.resp.integer(1);
            }
        } finally {
            c.store.unlock();
        }
    }

    static void copy(CommandContext c) {
        boolean replace = false;
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "REPLACE")) {
                replace = true;
            } else if (c.request.argEquals(arg, "DB") && arg + 1 < c.argCount()) {
                if (!isDatabase(c, ++arg)) return;
            } else {
                c.syntaxError();
                return;
            }
        }
        if (sameKey(c)) {
            c.error("ERR source and destination objects are the same");
            return;
        }
        lockBoth(c);
        try {
            if (!exists(c, 1) || !replace && exists(c, 2)) {
                c.resp.integer(0);
            } else if (copyValue(c)) {
                c.resp.integer(1);
            } else {
                c.outOfMemory();
            }
        } finally {
            c.store.unlock();
        }
    }

    /** There is one database, number 0. Replies the error otherwise. */
    static boolean isDatabase(CommandContext c, int arg) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return false;
        }
        if (c.request.longValue() == 0) return true;
        c.error("ERR DB index is out of range");
        return false;
    }

    private static void lockBoth(CommandContext c) {
        c.store.include(c.bytes(), c.start(1), c.length(1));
        c.store.include(c.bytes(), c.start(2), c.length(2));
        c.store.lock();
    }

    private static boolean sameKey(CommandContext c) {
        return c.length(1) == c.length(2)
                && c.bytes().slice(c.start(1), c.length(1)).equals(c.bytes().slice(c.start(2), c.length(2)));
    }

    /** The value and the end of key 1 also become key 2's; false if there is no memory for it. */
    private static boolean copyValue(CommandContext c) {
        int length = c.store.valueLength(c.bytes(), c.start(1), c.length(1));
        ByteBuffer value = c.scratch.withRoom(length);
        c.store.read(c.bytes(), c.start(1), c.length(1), value);
        long deadline = c.store.deadlineMillis(c.bytes(), c.start(1), c.length(1));
        return c.store.putUntil(c.bytes(), c.start(2), c.length(2), value, 0, length, deadline) != PutResult.OUT_OF_MEMORY;
    }

    // ---- walks

    /** {@code SCAN cursor [MATCH pattern] [COUNT n] [TYPE type]}. */
    static void scan(CommandContext c) {
        long cursor = parseCursor(c);
        if (cursor < 0) {
            c.error("ERR invalid cursor");
            return;
        }
        int pattern = 0;
        long count = 10;
        boolean strings = true;
        for (int arg = 2; arg < c.argCount(); arg += 2) {
            if (arg + 1 == c.argCount()) {
                c.syntaxError();
                return;
            } else if (c.request.argEquals(arg, "MATCH")) {
                pattern = arg + 1;
            } else if (c.request.argEquals(arg, "COUNT")) {
                count = c.request.argIsLong(arg + 1) ? c.request.longValue() : Long.MIN_VALUE;
                if (count == Long.MIN_VALUE) {
                    c.notAnInteger();
                    return;
                }
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
        new KeyScan(c, pattern, strings).reply(cursor, count);
    }

    private static long parseCursor(CommandContext c) {
        return c.request.argIsLong(1) ? c.request.longValue() : -1;
    }

    static void randomkey(CommandContext c) {
        if (!c.store.randomKey((bytes, start, length) -> c.resp.bulk(bytes, start, length))) c.replies.missing();
    }

    // ---- insight

    /** {@code OBJECT ENCODING|REFCOUNT|IDLETIME|FREQ key}. */
    static void object(CommandContext c) {
        if (c.argCount() == 2 && c.request.argEquals(1, "HELP")) {
            c.resp.arrayHeader(1);
            c.resp.simple("OBJECT ENCODING|REFCOUNT <key>");
        } else if (c.argCount() != 3) {
            ServerCommands.wrongSubcommand(c, "ENCODING", "REFCOUNT", "IDLETIME", "FREQ", "HELP");
        } else if (c.request.argEquals(1, "ENCODING")) {
            if (exists(c, 2)) c.resp.bulk(encoding(c)); else c.resp.nil();
        } else if (c.request.argEquals(1, "REFCOUNT")) {
            if (exists(c, 2)) c.resp.integer(1); else c.resp.nil();
        } else if (c.request.argEquals(1, "IDLETIME")) {
            if (exists(c, 2)) c.error("ERR access times are not tracked"); else c.resp.nil();
        } else if (c.request.argEquals(1, "FREQ")) {
            if (exists(c, 2)) c.error(NO_FREQUENCIES); else c.resp.nil();
        } else {
            ServerCommands.wrongSubcommand(c, "HELP");
        }
    }

    /** As Redis would tell: tools look at it, though here every value is bytes. */
    private static String encoding(CommandContext c) {
        ByteBuffer value = c.scratch.withRoom(Numbers.LONG_BYTES_MAX);
        int length = c.store.read(c.bytes(), c.start(2), c.length(2), value);
        boolean number = length <= Numbers.LONG_BYTES_MAX
                && (Numbers.parse(value, 0, length, 0) != 0 || Numbers.parse(value, 0, length, 1) == 0);
        return number ? "int" : length <= 44 ? "embstr" : "raw";
    }

    /** {@code MEMORY USAGE key [SAMPLES n]}. */
    static void memory(CommandContext c) {
        if (c.argCount() < 3 || !c.request.argEquals(1, "USAGE")) {
            ServerCommands.wrongSubcommand(c, "USAGE");
            return;
        }
        if (c.argCount() != 3 && !(c.argCount() == 5 && c.request.argEquals(3, "SAMPLES"))) {
            c.syntaxError();
            return;
        }
        long bytes = c.store.memoryBytes(c.bytes(), c.start(2), c.length(2));
        if (bytes < 0) c.resp.nil(); else c.resp.integer(bytes);
    }
}
