package kv.commands;

import java.nio.ByteBuffer;

/**
 * What a command that only reads does with long values when its section has been closed, so that others have their keys
 * meanwhile. Within the section of a script or a transaction, all is done at once.
 */
final class LateWork {
    private LateWork() {
    }

    /** Replies a part of a key's value, which has it. The last thing that the command does. */
    static void replyPart(CommandContext c, int number, int offset, int length) {
        if (length > CommandContext.LATE_BYTES && c.ownsSection) {
            c.requireTimeFor(length);
            if (c.lateValues.addPart(c.key(number), offset, length)) {
                c.counted(true);
                return;
            }
            c.lateValues.clear();
        }
        c.replyRange(number, offset, length);
    }

    /** Puts a part of a key's value, which has it, at the target's position: at once, or before {@link #after} goes on. */
    static void read(CommandContext c, int number, int offset, int length, ByteBuffer target) {
        boolean isLate = length > CommandContext.LATE_BYTES && c.ownsSection;
        if (!isLate || !c.lateValues.addRead(c.key(number), offset, length, target)) {
            c.session.read(c.key(number), offset, length, target);
        }
    }

    /** The rest of the command: no more of the store, only computing and the reply. */
    static void after(CommandContext c, Runnable rest) {
        if (c.ownsSection) {
            c.lateValues.addWork(rest);
        } else {
            rest.run();
        }
    }
}
