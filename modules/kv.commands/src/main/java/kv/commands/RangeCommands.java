package kv.commands;

import kv.store.StoreSession;

/** The commands on parts of a value; each takes its key as argument 1. They touch the bytes of that part only. */
final class RangeCommands {
    private RangeCommands() {
    }

    static void strlen(CommandContext c) {
        int length = c.session.valueLength(c.key(0));
        c.counted(length >= 0);
        c.resp.integer(Math.max(0, length));
    }

    static void append(CommandContext c) {
        int oldLength = Math.max(0, c.session.valueLength(c.key(0)));
        int added = c.length(2);
        if (!ValueLimit.isExceededBy(c, (long) oldLength + added)) {
            replyLength(c, c.session.append(c.key(0), c.bytes(), c.start(2), added));
        }
    }

    private static void replyLength(CommandContext c, int newLength) {
        if (newLength == StoreSession.NO_MEMORY) {
            c.outOfMemory();
        } else {
            c.resp.integer(newLength);
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
        int oldLength = Math.max(0, c.session.valueLength(c.key(0)));
        int put = c.length(3);
        if (put == 0) {
            c.resp.integer(oldLength);
        } else if (!ValueLimit.isExceededBy(c, offset) && !ValueLimit.isExceededBy(c, offset + put)) {
            c.requireTimeFor(Math.max(0, offset - oldLength) + put);
            replyLength(c, c.session.setRange(c.key(0), (int) offset, c.bytes(), c.start(3), put));
        }
    }

    /** GETRANGE and SUBSTR. */
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
        int length = Math.max(0, c.session.valueLength(c.key(0)));
        boolean backwards = from < 0 && to < 0 && from > to;
        if (from < 0) {
            from = Math.max(0, from + length);
        }
        if (to < 0) {
            to = Math.max(0, to + length);
        }
        to = Math.min(to, length - 1);
        if (length == 0 || from > to || backwards) {
            c.lookUp(0);
            c.resp.bulk("");
        } else {
            LateWork.replyPart(c, 0, (int) from, (int) (to - from + 1));
        }
    }
}
