package kv.commands;

import java.nio.ByteBuffer;

/** The commands that compare a value first, but for SET; each takes its key as argument 1. Of Redis 8.4 and of Valkey. */
final class CompareCommands {
    private CompareCommands() {
    }

    /** {@code DELEX key [IFEQ value | IFNE value | IFDEQ digest | IFDNE digest]}. */
    static void delex(CommandContext c) {
        Condition condition = c.setOptions.condition;
        condition.clear();
        if (c.argCount() != 2 && c.argCount() != 4) {
            c.wrongArity(c.command.fullName);
        } else if (c.argCount() == 4 && !condition.takes(c, 2)) {
            c.syntaxError();
        } else if (condition.isValid(c)) {
            boolean deletes = c.exists(0) && (!condition.isSet() || condition.isMet(c));
            c.resp.integer(deletes && c.session.delete(c.key(0)) ? 1 : 0);
        }
    }

    /** {@code DELIFEQ key value}. */
    static void delifeq(CommandContext c) {
        c.resp.integer(Condition.isEqual(c, 2) && c.session.delete(c.key(0)) ? 1 : 0);
    }

    static void digest(CommandContext c) {
        if (!c.lookUp(0)) {
            c.resp.nil();
            return;
        }
        int length = c.session.valueLength(c.key(0));
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom(length);
        LateWork.read(c, 0, 0, length, value);
        LateWork.after(c, () -> c.resp.bulk(String.format("%016x", Xxh3.hash(value, 0, length))));
    }
}
