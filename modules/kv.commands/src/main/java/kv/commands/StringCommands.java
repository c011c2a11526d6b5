package kv.commands;

import java.nio.ByteBuffer;
import kv.store.Deadline;
import kv.store.ExpireResult;

/** The commands that read or set a value as a whole; each takes its key as argument 1. */
final class StringCommands {
    private StringCommands() {
    }

    static void get(CommandContext c) {
        c.replyValue(0);
    }

    /** {@code SET key value}, the usual one, at once; then those with options. */
    static void set(CommandContext c) {
        if (ValueLimit.isExceeded(c, 2)) {
            return;
        }
        if (c.argCount() == 3) {
            if (c.put(0, 2, Deadline.NONE)) {
                c.replies.ok();
            }
            return;
        }
        SetOptions options = c.setOptions;
        if (!options.parseSet(c, 3) || !options.parseTime(c)) {
            return;
        }
        boolean exists = c.exists(0);
        if (options.onlyIfAbsent && exists || options.onlyIfPresent && !exists
                || options.condition.isSet() && !options.condition.isMet(c)) {
            if (options.replyOld) {
                c.replyValue(0);
            } else {
                c.replies.missing();
            }
        } else if (options.replyOld) {
            putAndReplyOld(c, options.deadline);
        } else if (putOrEnd(c, options.deadline)) {
            c.replies.ok();
        }
    }

    /** A value whose end has come already is as good as none. */
    private static boolean putOrEnd(CommandContext c, long deadline) {
        if (deadline != Deadline.KEEP && Deadline.isPast(deadline, c.now)) {
            c.session.delete(c.key(0));
            return true;
        }
        return c.put(0, 2, deadline);
    }

    /** The old value is kept aside: whether it is the reply is known only after the new one has found room. */
    private static void putAndReplyOld(CommandContext c, long deadline) {
        int length = c.session.valueLength(c.key(0));
        c.requireTimeFor(length);
        c.counted(length >= 0);
        ByteBuffer old = c.scratch.withRoom(Math.max(0, length));
        if (length > 0) {
            c.session.read(c.key(0), 0, length, old);
        }
        if (putOrEnd(c, deadline)) {
            if (length < 0) {
                c.replies.missing();
            } else {
                c.resp.bulk(old, 0, length);
            }
        }
    }

    static void setnx(CommandContext c) {
        if (ValueLimit.isExceeded(c, 2)) {
            return;
        }
        if (c.exists(0)) {
            c.resp.integer(0);
        } else if (c.put(0, 2, Deadline.NONE)) {
            c.resp.integer(1);
        }
    }

    static void setex(CommandContext c) {
        setWithLife(c, Deadlines.Unit.SECONDS);
    }

    static void psetex(CommandContext c) {
        setWithLife(c, Deadlines.Unit.MILLIS);
    }

    private static void setWithLife(CommandContext c, Deadlines.Unit unit) {
        if (ValueLimit.isExceeded(c, 3)) {
            return;
        }
        long deadline = Deadlines.parseLife(c, 2, unit);
        if (deadline != Deadlines.INVALID && c.put(0, 3, deadline)) {
            c.resp.ok();
        }
    }

    static void getset(CommandContext c) {
        if (!ValueLimit.isExceeded(c, 2)) {
            putAndReplyOld(c, Deadline.NONE);
        }
    }

    static void getdel(CommandContext c) {
        c.replyValue(0);
        c.session.delete(c.key(0));
    }

    /** An error in the time is one only for a key that is there, as in Redis. */
    static void getex(CommandContext c) {
        SetOptions options = c.setOptions;
        if (c.argCount() == 2) {
            c.replyValue(0);
        } else if (options.parseGetEx(c, 2)) {
            if (!c.exists(0)) {
                c.counted(false);
                c.replies.missing();
            } else if (options.parseTime(c)) {
                replyAndExpire(c, options.deadline);
            }
        }
    }

    private static void replyAndExpire(CommandContext c, long deadline) {
        if (deadline == Deadline.KEEP) {
            c.replyValue(0);
        } else if (Deadline.isPast(deadline, c.now)) {
            c.replyValue(0);
            c.session.delete(c.key(0));
        } else {
            c.requireTimeFor(c.session.valueLength(c.key(0)));
            if (c.session.expireAt(c.key(0), deadline) == ExpireResult.OUT_OF_MEMORY) {
                c.outOfMemory();
            } else {
                c.replyValue(0);
            }
        }
    }
}
