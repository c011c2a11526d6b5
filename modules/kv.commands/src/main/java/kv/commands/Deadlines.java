package kv.commands;

import kv.store.Deadline;

/** Times to live and end times as clients write them, turned into deadlines. Wording of the errors: Redis's. */
final class Deadlines {
    /** What was written is no time; the error has been replied. No deadline, and none of the words for one. */
    static final long INVALID = Long.MIN_VALUE;

    /** The last moment: {@link Deadline#NONE} is no moment, but the largest number that a client can write. */
    private static final long LAST = Deadline.NONE - 1;

    /** What a time is counted in. */
    enum Unit {
        /** Thousands of milliseconds. */
        SECONDS(1000),
        /** Milliseconds. */
        MILLIS(1);

        final long millis;

        Unit(long millis) {
            this.millis = millis;
        }

        /** A time of this unit, rounded to the nearest. */
        long rounded(long timeMillis) {
            return timeMillis / millis + (2 * (timeMillis % millis) >= millis ? 1 : 0);
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
        if (life <= 0 || life > Long.MAX_VALUE / unit.millis || life * unit.millis > Long.MAX_VALUE - c.now) {
            return invalidExpireTime(c);
        }
        return Math.min(LAST, c.now + life * unit.millis);
    }

    /** An end time of the wall clock, which must be positive, as SET and GETEX take it. */
    static long parseEnd(CommandContext c, int arg, Unit unit) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return INVALID;
        }
        long end = c.request.longValue();
        if (end <= 0 || end > Long.MAX_VALUE / unit.millis) {
            return invalidExpireTime(c);
        }
        return Math.min(LAST, end * unit.millis);
    }

    /**
     * A time to live (or an end time, where absolute) of either sign, as EXPIRE and its kin take it; what is before 1970 is 0.
     */
    static long parseAny(CommandContext c, int arg, Unit unit, boolean absolute) {
        if (!c.request.argIsLong(arg)) {
            c.notAnInteger();
            return INVALID;
        }
        long time = c.request.longValue();
        if (time > Long.MAX_VALUE / unit.millis || time < Long.MIN_VALUE / unit.millis) {
            return invalidExpireTime(c);
        }
        long since = absolute ? 0 : c.now;
        if (time * unit.millis > Long.MAX_VALUE - since) {
            return invalidExpireTime(c);
        }
        return Math.min(LAST, Math.max(0, time * unit.millis + since));
    }

    /** The moment that a client has written for this deadline. */
    static long asWritten(long deadline) {
        return deadline == LAST ? Long.MAX_VALUE : deadline;
    }

    private static long invalidExpireTime(CommandContext c) {
        c.error("ERR invalid expire time in '" + c.command.fullName + "' command");
        return INVALID;
    }
}
