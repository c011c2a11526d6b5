package kv.commands;

import java.nio.ByteBuffer;
import kv.store.Opening;

/** The databases, as clients name them by numbers, and the commands about them. */
final class Databases {
    /** The argument is none; which has been replied. */
    static final int NONE = -1;

    private Databases() {
    }

    /** The database in an argument, or {@link #NONE}. */
    static int parse(CommandContext c, int arg) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return NONE;
        }
        long number = c.request.longValue();
        if (number != (int) number) {
            c.error("ERR value is out of range, value must between -2147483648 and 2147483647");
            return NONE;
        }
        return existing(c, number);
    }

    private static int existing(CommandContext c, long number) {
        if (number < 0 || number >= c.server.view.databases()) {
            c.error("ERR DB index is out of range");
            return NONE;
        }
        return (int) number;
    }

    static void select(CommandContext c) {
        int database = parse(c, 1);
        if (database != NONE) {
            c.client.database = database;
            c.keys.select(database);
            c.resp.ok();
        }
    }

    /** {@code MOVE key database}. */
    static void move(CommandContext c) {
        int target = parse(c, 2);
        if (target == NONE) {
            return;
        }
        if (target == c.client.database) {
            c.error("ERR source and destination objects are the same");
        } else if (!c.exists(0) || existsIn(c, 0, target)) {
            c.resp.integer(0);
        } else if (copyValue(c, 0, target)) {
            c.session.delete(c.key(0));
            c.resp.integer(1);
        }
    }

    /** {@code SWAPDB database database}. */
    static void swapdb(CommandContext c) {
        String wrong = !isInt(c, 1) ? "first" : !isInt(c, 2) ? "second" : null;
        if (wrong != null) {
            c.error("ERR invalid " + wrong + " DB index");
            return;
        }
        int first = existing(c, c.request.argLong(1, NONE));
        int second = first == NONE ? NONE : existing(c, c.request.argLong(2, NONE));
        if (second == NONE) {
            return;
        }
        if (c.session.swap(first, second) == Opening.HELD) {
            throw NotNow.HELD;
        }
        c.resp.ok();
    }

    private static boolean isInt(CommandContext c, int arg) {
        return c.request.argIsLong(arg) && c.request.longValue() == (int) c.request.longValue();
    }

    /** Whether a key of the command is there in another database. */
    static boolean existsIn(CommandContext c, int number, int database) {
        c.keys.select(database);
        try {
            return c.exists(number);
        } finally {
            c.keys.select(c.client.database);
        }
    }

    /**
     * The value and the end of key 0 also become those of a key in a database; false if there is no memory for it, which has been
     * replied.
     */
    static boolean copyValue(CommandContext c, int number, int database) {
        int length = c.session.valueLength(c.key(0));
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom(length);
        c.session.read(c.key(0), 0, length, value);
        long deadline = c.session.deadlineMillis(c.key(0));
        c.keys.select(database);
        try {
            return c.put(number, value, 0, length, deadline);
        } finally {
            c.keys.select(c.client.database);
        }
    }
}
