package kv.commands;

import kv.protocol.ReplyWriter;
import kv.store.Deadline;

/** The commands on when a key ends; each takes its key as argument 1. */
final class ExpiryCommands {
    private ExpiryCommands() {
    }

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
                c.error("ERR Unsupported option ", arg, "");
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
        if (deadline == Deadlines.INVALID) {
            return;
        }
        long old = c.session.deadlineMillis(c.key(0));
        boolean lasts = old == Deadline.NONE;
        if (old == Deadline.ABSENT || nx && !lasts || xx && lasts || gt && (lasts || deadline <= old)
                || lt && !lasts && deadline >= old) {
            c.replies.changed(false);
        } else if (Deadline.isPast(deadline, c.now)) {
            c.session.delete(c.key(0));
            c.resp.integer(1);
        } else {
            expireAt(c, deadline);
        }
    }

    private static void expireAt(CommandContext c, long deadline) {
        switch (c.session.expireAt(c.key(0), deadline)) {
            case CHANGED -> c.replies.changed(true);
            case ABSENT -> c.replies.changed(false);
            case OUT_OF_MEMORY -> c.outOfMemory();
        }
    }

    static void persist(CommandContext c) {
        long deadline = c.session.deadlineMillis(c.key(0));
        if (deadline == Deadline.ABSENT || deadline == Deadline.NONE) {
            c.resp.integer(0);
        } else {
            expireAt(c, Deadline.NONE);
        }
    }

    static void ttl(CommandContext c) {
        replyTime(c, Deadlines.Unit.SECONDS, c.now);
    }

    static void pttl(CommandContext c) {
        replyTime(c, Deadlines.Unit.MILLIS, c.now);
    }

    static void expiretime(CommandContext c) {
        replyTime(c, Deadlines.Unit.SECONDS, 0);
    }

    static void pexpiretime(CommandContext c) {
        replyTime(c, Deadlines.Unit.MILLIS, 0);
    }

    /** When the key ends, reckoned from a moment. */
    private static void replyTime(CommandContext c, Deadlines.Unit unit, long sinceMillis) {
        long deadline = c.session.deadlineMillis(c.key(0));
        c.counted(deadline != Deadline.ABSENT);
        if (deadline == Deadline.ABSENT) {
            c.replies.timeLeft(ReplyWriter.NO_KEY);
        } else if (deadline == Deadline.NONE) {
            c.replies.timeLeft(ReplyWriter.NO_END);
        } else {
            c.replies.timeLeft(unit.rounded(Deadlines.asWritten(deadline) - sinceMillis));
        }
    }
}
