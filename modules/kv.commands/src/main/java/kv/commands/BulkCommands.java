package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.ProtocolError;
import kv.store.Deadline;
import kv.store.ValueSource;

/** The commands that read or set the values of several keys at once. */
final class BulkCommands {
    /** So many values later it is looked whether anybody still waits for them. */
    private static final int KEYS_BETWEEN_LOOKS = 256;

    private BulkCommands() {
    }

    static void mget(CommandContext c) {
        long bytes = 0;
        for (int number = 0; number < c.keyCount(); number++) {
            bytes += Math.max(0, c.session.valueLength(c.key(number)));
        }
        c.requireTimeFor(bytes);
        c.replies.beginValues(c.keyCount());
        for (int number = 0; number < c.keyCount(); number++) {
            if (number % KEYS_BETWEEN_LOOKS == 0 && c.endIfCancelled()) {
                return;
            }
            if (bytes > CommandContext.LATE_BYTES) {
                c.replyValueLate(number);
            } else {
                c.replyValue(number);
            }
        }
    }

    static void mset(CommandContext c) {
        if (!hasOddPairs(c) && !ValueLimit.isExceededByAny(c, 2, c.argCount()) && putAll(c, Deadline.NONE)) {
            c.resp.ok();
        }
    }

    static void msetnx(CommandContext c) {
        if (hasOddPairs(c) || ValueLimit.isExceededByAny(c, 2, c.argCount())) {
            return;
        }
        if (isAny(c, true)) {
            c.resp.integer(0);
        } else if (putAll(c, Deadline.NONE)) {
            c.resp.integer(1);
        }
    }

    /** {@code MSETEX numkeys key value [key value ...] [NX | XX] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]}. */
    static void msetex(CommandContext c) {
        long count = c.request.argLong(1, 0);
        SetOptions options = c.setOptions;
        if (count < 1 || count > Integer.MAX_VALUE) {
            c.error("ERR invalid numkeys value");
        } else if (count > (c.argCount() - 2) / 2) {
            c.error("ERR wrong number of key-value pairs");
        } else if (c.keyCount() == 0) {
            c.error(ProtocolError.KEY_TOO_LONG);
        } else if (!options.parseMsetEx(c, 2 + 2 * c.keyCount()) || !options.parseTime(c)
                || ValueLimit.isExceededByAny(c, 3, 3 + 2 * c.keyCount())) {
            return;
        } else if (options.onlyIfAbsent && isAny(c, true) || options.onlyIfPresent && isAny(c, false)) {
            c.resp.integer(0);
        } else if (options.deadline != Deadline.KEEP && Deadline.isPast(options.deadline, c.now)) {
            for (int number = 0; number < c.keyCount(); number++) {
                c.session.delete(c.key(number)); // values whose end has come already are as good as none
            }
            c.resp.integer(1);
        } else if (putAll(c, options.deadline)) {
            c.resp.integer(1);
        }
    }

    /** Whether one of the keys is present, or absent. */
    private static boolean isAny(CommandContext c, boolean present) {
        for (int number = 0; number < c.keyCount(); number++) {
            if (c.exists(number) == present) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasOddPairs(CommandContext c) {
        if (c.argCount() % 2 == 1) {
            return false;
        }
        c.wrongArity(c.command.fullName);
        return true;
    }

    /** All pairs, or none of them, if there is not enough memory, which is replied. */
    private static boolean putAll(CommandContext c, long deadline) {
        int first = c.key(0);
        boolean done = c.session.putAll(first, first + c.keyCount(), c.pairs, deadline);
        if (!done) {
            c.outOfMemory();
        }
        return done;
    }

    /** The values of a request in which keys and values alternate, by the numbers that the session knows the keys by. */
    static final class Pairs implements ValueSource {
        private final CommandContext c;

        Pairs(CommandContext c) {
            this.c = c;
        }

        @Override
        public ByteBuffer value(int key) {
            return c.bytes();
        }

        @Override
        public int start(int key) {
            return c.start(valueArg(key));
        }

        @Override
        public int length(int key) {
            return c.length(valueArg(key));
        }

        private int valueArg(int key) {
            return 2 * (key - c.key(0)) + c.command.firstValue;
        }
    }
}
