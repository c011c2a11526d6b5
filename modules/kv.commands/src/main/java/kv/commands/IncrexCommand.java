package kv.commands;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.protocol.Numbers;
import kv.protocol.ProtocolError;
import kv.store.Deadline;

/**
 * {@code INCREX key [NX | XX] [BYINT n | BYFLOAT f] [LBOUND n] [UBOUND n] [SATURATE] [EX s | PX ms | EXAT s | PXAT ms | PERSIST]
 * [ENX]}: adds to a number within bounds, and sets when it ends. Replies the value and what was really added; a sum beyond the
 * bounds changes nothing, nor the key's end, unless it saturates. NX and XX are Valkey's.
 */
final class IncrexCommand {
    private final CommandContext c;
    private final SetOptions options;
    /** The arguments behind BYINT or BYFLOAT, LBOUND, UBOUND; 0 where there is none. */
    private int byArg;
    private int lowerArg;
    private int upperArg;
    private boolean isFloat;
    private boolean saturates;
    private boolean keepsAnEnd;
    private boolean persists;

    private IncrexCommand(CommandContext c) {
        this.c = c;
        this.options = c.setOptions;
    }

    static void increx(CommandContext c) {
        new IncrexCommand(c).run();
    }

    private void run() {
        if (!parse() || !options.parseTime(c)) {
            return;
        }
        if (isFloat) {
            addDecimal();
        } else {
            addLong();
        }
    }

    /** False if the options are wrong, which is replied. */
    private boolean parse() {
        options.begin(Deadline.KEEP);
        for (int arg = 2; arg < c.argCount(); arg++) {
            if (takesNumber(arg) || !persists && options.takesTime(c, arg)) {
                arg++;
            } else if (c.request.argEquals(arg, "SATURATE")) {
                saturates = true;
            } else if (c.request.argEquals(arg, "ENX")) {
                keepsAnEnd = true;
            } else if (c.request.argEquals(arg, "PERSIST") && !options.hasTime()) {
                persists = true;
                options.deadline = Deadline.NONE;
            } else if (!options.takesPresence(c, arg)) {
                c.syntaxError();
                return false;
            }
        }
        if (keepsAnEnd && persists) {
            c.syntaxError();
            return false;
        }
        if (keepsAnEnd && !options.hasTime()) {
            c.error("ERR ENX flag requires an expiration");
            return false;
        }
        return true;
    }

    /** Whether this argument is a word before a number that has not been there. */
    private boolean takesNumber(int arg) {
        if (arg + 1 == c.argCount()) {
            return false;
        }
        if (byArg == 0 && (c.request.argEquals(arg, "BYINT") || c.request.argEquals(arg, "BYFLOAT"))) {
            isFloat = c.request.argEquals(arg, "BYFLOAT");
            byArg = arg + 1;
        } else if (lowerArg == 0 && c.request.argEquals(arg, "LBOUND")) {
            lowerArg = arg + 1;
        } else if (upperArg == 0 && c.request.argEquals(arg, "UBOUND")) {
            upperArg = arg + 1;
        } else {
            return false;
        }
        return true;
    }

    private void addLong() {
        if (!isLong(byArg) || !isLong(lowerArg) || !isLong(upperArg)) {
            c.notAnInteger();
            return;
        }
        long by = number(byArg, 1);
        long lower = number(lowerArg, Long.MIN_VALUE);
        long upper = number(upperArg, Long.MAX_VALUE);
        if (!areBounds(lower <= upper) || !isWanted()) {
            return;
        }
        ByteBuffer value = c.scratch.withRoom(Numbers.LONG_BYTES_MAX);
        int length = c.session.read(c.key(0), 0, Numbers.LONG_BYTES_MAX, value);
        long old = length < 0 ? 0 : Numbers.parse(value, 0, length, Long.MIN_VALUE);
        if (old == Long.MIN_VALUE && Numbers.parse(value, 0, length, 0) == 0) {
            c.notAnInteger();
            return;
        }
        long sum = old + by;
        boolean overflows = ((old ^ sum) & (by ^ sum)) < 0;
        if (!saturates && (overflows || sum < lower || sum > upper)) {
            replyLongs(old, 0);
            return;
        }
        long result = Math.max(lower, Math.min(upper, overflows ? by < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : sum));
        long added = result - old;
        if (((result ^ old) & (result ^ added)) < 0) {
            c.error(ProtocolError.NUMBER_OVERFLOW);
            return;
        }
        Numbers.append(value.clear(), result);
        if (put(value, value.position())) {
            replyLongs(result, added);
        }
    }

    private boolean isLong(int arg) {
        return arg == 0 || c.request.argIsLong(arg);
    }

    private long number(int arg, long otherwise) {
        return arg == 0 ? otherwise : c.request.argLong(arg, otherwise);
    }

    private void replyLongs(long value, long added) {
        c.resp.arrayHeader(2);
        c.resp.integer(value);
        c.resp.integer(added);
    }

    private void addDecimal() {
        BigDecimal by = Decimals.parse(c.bytes(), c.start(byArg), c.length(byArg));
        BigDecimal lower = bound(lowerArg, Decimals.LARGEST.negate());
        BigDecimal upper = bound(upperArg, Decimals.LARGEST);
        if (by == null || lower == null || upper == null) {
            c.error("ERR value is not a valid float");
            return;
        }
        if (!areBounds(lower.compareTo(upper) <= 0) || !isWanted()) {
            return;
        }
        ByteBuffer value = c.scratch.withRoom(Decimals.BYTES_MAX);
        int length = c.session.read(c.key(0), 0, Decimals.BYTES_MAX, value);
        BigDecimal old = length < 0 ? BigDecimal.ZERO : Decimals.parse(value, 0, length);
        if (old == null) {
            c.error("ERR value is not a valid float");
        } else if (old == Decimals.INFINITE || by == Decimals.INFINITE) {
            c.error("ERR increment would produce NaN or Infinity");
        } else {
            addDecimal(old, by, lower, upper, value);
        }
    }

    private void addDecimal(BigDecimal old, BigDecimal by, BigDecimal lower, BigDecimal upper, ByteBuffer value) {
        BigDecimal sum = Decimals.rounded(old.add(by));
        if (!saturates && (sum.compareTo(lower) < 0 || sum.compareTo(upper) > 0)) {
            replyDecimals(old, BigDecimal.ZERO);
            return;
        }
        BigDecimal result = sum.max(lower).min(upper);
        byte[] text = Decimals.text(result).getBytes(StandardCharsets.US_ASCII);
        value.clear().put(text);
        if (put(value, text.length)) {
            replyDecimals(result, result.subtract(old));
        }
    }

    /** Null if it is wrong; there is none beyond the range. */
    private BigDecimal bound(int arg, BigDecimal otherwise) {
        BigDecimal bound = arg == 0 ? otherwise : Decimals.parse(c.bytes(), c.start(arg), c.length(arg));
        return bound == null || bound == Decimals.INFINITE ? null : Decimals.rounded(bound);
    }

    private void replyDecimals(BigDecimal value, BigDecimal added) {
        c.resp.arrayHeader(2);
        c.resp.decimal(Decimals.text(value));
        c.resp.decimal(Decimals.text(added));
    }

    private boolean areBounds(boolean ordered) {
        if (!ordered) {
            c.error("ERR LBOUND can't be greater than UBOUND");
        }
        return ordered;
    }

    /** Whether NX or XX lets it happen; else there is nothing, which is replied. */
    private boolean isWanted() {
        boolean exists = c.exists(0);
        boolean wanted = !(options.onlyIfAbsent && exists || options.onlyIfPresent && !exists);
        if (!wanted) {
            c.resp.nil();
        }
        return wanted;
    }

    /** Gives the key its new value and end; a value whose end has come already is as good as none. */
    private boolean put(ByteBuffer value, int length) {
        long deadline = options.deadline;
        if (keepsAnEnd) {
            long old = c.session.deadlineMillis(c.key(0));
            deadline = old == Deadline.ABSENT || old == Deadline.NONE ? deadline : Deadline.KEEP;
        }
        if (deadline != Deadline.KEEP && Deadline.isPast(deadline, c.now)) {
            c.session.delete(c.key(0));
            return true;
        }
        return c.put(0, value, 0, length, deadline);
    }
}
