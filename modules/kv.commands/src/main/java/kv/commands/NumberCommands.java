package kv.commands;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.protocol.Numbers;
import kv.protocol.ProtocolError;
import kv.store.Deadline;

/** The commands on values that are numbers; each takes its key as argument 1. The key's end stays. */
final class NumberCommands {
    private NumberCommands() {
    }

    /** {@code INCR key}, in text also {@code INCR key number}. */
    static void incr(CommandContext c) {
        if (c.argCount() > 2) {
            incrby(c);
        } else {
            add(c, 1);
        }
    }

    static void decr(CommandContext c) {
        add(c, -1);
    }

    static void incrby(CommandContext c) {
        if (c.request.argIsLong(2)) {
            add(c, c.request.longValue());
        } else {
            c.notAnInteger();
        }
    }

    static void decrby(CommandContext c) {
        if (!c.request.argIsLong(2)) {
            c.notAnInteger();
        } else if (c.request.longValue() == Long.MIN_VALUE) {
            c.error("ERR decrement would overflow");
        } else {
            add(c, -c.request.longValue());
        }
    }

    private static void add(CommandContext c, long delta) {
        ByteBuffer value = c.scratch.withRoom(Numbers.LONG_BYTES_MAX);
        int length = c.session.read(c.key(0), 0, Numbers.LONG_BYTES_MAX, value);
        long old = 0;
        if (length >= 0) {
            old = Numbers.parse(value, 0, length, Long.MIN_VALUE);
            if (old == Long.MIN_VALUE && Numbers.parse(value, 0, length, 0) == 0) {
                c.notAnInteger();
                return;
            }
        }
        long sum = old + delta;
        if (((old ^ sum) & (delta ^ sum)) < 0) {
            c.error(ProtocolError.NUMBER_OVERFLOW);
            return;
        }
        Numbers.append(value.clear(), sum);
        if (c.put(0, value, 0, value.position(), Deadline.KEEP)) {
            c.replies.number(sum);
        }
    }

    /**
     * In decimal arithmetic, to 17 digits behind the point, as Redis prints its long doubles. The order of the checks is Redis's:
     * the value, then the increment, then their sum.
     */
    static void incrbyfloat(CommandContext c) {
        ByteBuffer value = c.scratch.withRoom(Decimals.BYTES_MAX);
        int length = c.session.read(c.key(0), 0, Decimals.BYTES_MAX, value);
        BigDecimal old = length < 0 ? BigDecimal.ZERO : Decimals.parse(value, 0, length);
        BigDecimal increment = old == null ? null : Decimals.parse(c.bytes(), c.start(2), c.length(2));
        if (increment == null) {
            c.error("ERR value is not a valid float");
            return;
        }
        byte[] sum = Decimals.sum(old, increment);
        if (sum == null) {
            c.error("ERR increment would produce NaN or Infinity");
            return;
        }
        value.clear().put(sum);
        if (c.put(0, value, 0, sum.length, Deadline.KEEP)) {
            c.resp.bulk(value, 0, sum.length);
        }
    }
}
