package kv.server;

import kv.store.StoreSession;

/**
 * Times to live and end times as clients write them, turned into the store's deadlines: milliseconds of its monotonic clock.
 * Wording of the errors: Redis's.
 */
final class Deadlines {
    /** What was written is no time; the error has been replied. No deadline, and none of StoreSession's words for one. */
    static final long INVALID = Long.MIN_VALUE;

    enum Unit {
        SECONDS(1000), MILLIS(1);

        final long millis;

        Unit(long millis) {
            this.millis = millis;
        }
    }

    private Deadlines() {
    }

    /** A time to live, which must be positive, as SET, SETEX and GETEX take it. */
    static long parseLife(CommandContext c, int arg, Unit unit) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return INVALID;
        }
        long life = c.request.longValue();
        if (life <= 0 || life > Long.MAX_VALUE / unit.millis || life * unit.millis > Long.MAX_VALUE - c.server.clock.nowMillis()) {
            return invalidExpireTime(c);
        }
        return c.server.store.nowMillis() + life * unit.millis;
    }

    /** An end time of the wall clock, which must be positive, as SET and GETEX take it. */
    static long parseEnd(CommandContext c, int arg, Unit unit) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return INVALID;
        }
        long end = c.request.longValue();
        if (end <= 0 || end > Long.MAX_VALUE / unit.millis) return invalidExpireTime(c);
        return notBeforeStart(c.server.clock.toMonotonic(end * unit.millis));
    }

    /** A time to live (or an end time, where absolute) of either sign, as EXPIRE and its kin take it. */
    static long parseAny(CommandContext c, int arg, Unit unit, boolean absolute) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return INVALID;
        }
        long time = c.request.longValue();
        if (time > Long.MAX_VALUE / unit.millis || time < Long.MIN_VALUE / unit.millis) return invalidExpireTime(c);
        long millis = time * unit.millis;
        // What was before 1970 needs no reckoning, which might overflow.
        if (absolute) return notBeforeStart(c.server.clock.toMonotonic(Math.max(0, millis)));
        if (millis > Long.MAX_VALUE - c.server.clock.nowMillis()) return invalidExpireTime(c);
        return notBeforeStart(c.server.store.nowMillis() + millis);
    }

    /** Whether this is a deadline, and it has passed. */
    static boolean isPast(CommandContext c, long deadline) {
        return deadline != StoreSession.NO_DEADLINE && deadline != StoreSession.KEEP_EXPIRY
                && deadline <= c.server.store.nowMillis();
    }

    /** All that was over before the store was opened is past alike; and what is beyond the clock's range never comes. */
    private static long notBeforeStart(long deadline) {
        return Math.max(0, Math.min(deadline, StoreSession.NO_DEADLINE - 1));
    }

    private static long invalidExpireTime(CommandContext c) {
        c.error("ERR invalid expire time in '" + c.request.command().name() + "' command");
        return INVALID;
    }
}
