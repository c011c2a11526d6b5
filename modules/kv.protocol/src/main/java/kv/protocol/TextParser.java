package kv.protocol;

import java.nio.ByteBuffer;

/**
 * The text protocol: one line a request, fields between blanks.
 *
 * <p>A blank is a space or a tab, one or more of them part two fields and may also lead or trail; a line ends with a newline, one
 * carriage return before it is ignored. All other bytes are opaque. Every line gives exactly one outcome, never FATAL.
 *
 * <p>Where several things are wrong with a line, the first of these is reported: line too long, empty command, unknown command,
 * missing arguments, too many arguments (also a wrong word where an option may stand), invalid expire time, key too long,
 * value too long.
 */
public final class TextParser extends RequestParser {

    // The usual line is complete, and one pass cuts it into fields and finds its end at once. If the end is not there yet, only
    // the newline is looked for from where the last look ended, and the line is cut when it has come: each byte is looked at
    // at most twice, however small the pieces. A line over the limit is dropped as it arrives.

    // More fields than a command has that does not take many: what is behind them is skipped, not recorded.
    private static final int ARGS_MAX = 16;

    private final CommandTable table;
    private final int keyBytesMax;
    private final int valueBytesMax;
    private final int lineBytesUsualMax;
    private int lineBytesMax;

    private int scannedBytes;
    private boolean skippingLine;

    /** A parser at the start of a connection. */
    public TextParser(CommandTable table, ProtocolLimits limits) {
        this.table = table;
        this.keyBytesMax = limits.keyBytesMax();
        this.valueBytesMax = limits.valueBytesMax();
        this.lineBytesUsualMax = limits.lineBytesMax();
        this.lineBytesMax = lineBytesUsualMax;
    }

    @Override
    public Outcome parse(ByteBuffer in, Request request) {
        int start = in.position();
        int limit = in.limit();
        request.begin(in);
        if (skippingLine) {
            int newline = Ascii.newline(in, start, limit);
            if (newline == limit) {
                in.position(limit);
                return incomplete(1);
            }
            skippingLine = false;
            start = newline + 1;
            in.position(start);
        }
        requestStartsAt(start);
        if (scannedBytes > 0 && Ascii.newline(in, start + scannedBytes, limit) == limit) {
            return lineIncomplete(in, start, limit, request);
        }
        int newline = cut(in, start, limit, request);
        if (newline == limit) {
            return lineIncomplete(in, start, limit, request);
        }
        scannedBytes = 0;
        in.position(newline + 1);
        int length = newline - start;
        if (length > lineBytesMax && (length > lineBytesMax + 1 || in.get(newline - 1) != '\r')) {
            return lineTooLong(in, request);
        }
        return judge(in, request);
    }

    @Override
    public void restart() {
        scannedBytes = 0;
        skippingLine = false;
    }

    @Override
    public void limitToLogin(boolean isLimited) {
        lineBytesMax = isLimited ? Math.min(lineBytesUsualMax, ProtocolLimits.LOGIN_ARG_BYTES_MAX) : lineBytesUsualMax;
    }

    /** Records the fields of the line at {@code start}; returns where its newline is, or {@code limit}. */
    private int cut(ByteBuffer in, int start, int limit, Request request) {
        int at = start;
        while (at < limit) {
            byte first = in.get(at);
            if (Ascii.isBlank(first)) {
                at++;
                continue;
            }
            if (first == '\n') {
                return at;
            }
            if (request.argCount() == ARGS_MAX && !takesMany(in, request)) {
                return Ascii.newline(in, at, limit);
            }
            int end = Ascii.fieldEnd(in, at, limit);
            if (end == limit) {
                return limit;
            }
            boolean lastField = in.get(end) == '\n';
            int length = lastField && in.get(end - 1) == '\r' ? end - at - 1 : end - at;
            if (length > 0) {
                request.addArg(at, length);
            }
            if (lastField) {
                return end;
            }
            at = end + 1;
        }
        return limit;
    }

    private boolean takesMany(ByteBuffer in, Request request) {
        CommandSpec command = table.find(in, request.start(0), request.length(0));
        return command != null && command.textOption() == TextOption.MANY;
    }

    private Outcome lineIncomplete(ByteBuffer in, int start, int limit, Request request) {
        scannedBytes = limit - start;
        // One more byte than the limit may still turn out to be the carriage return of the line end.
        if (scannedBytes <= lineBytesMax + 1) {
            return incomplete(scannedBytes + 1);
        }
        scannedBytes = 0;
        skippingLine = true;
        in.position(limit);
        return lineTooLong(in, request);
    }

    private static Outcome lineTooLong(ByteBuffer in, Request request) {
        request.begin(in);
        return request.fail(ProtocolError.LINE_TOO_LONG);
    }

    private Outcome judge(ByteBuffer in, Request request) {
        if (request.argCount() == 0) {
            return request.fail(ProtocolError.EMPTY_COMMAND);
        }
        CommandSpec command = table.find(in, request.start(0), request.length(0));
        if (command == null) {
            return request.fail(ProtocolError.UNKNOWN_COMMAND);
        }
        request.setCommand(command);
        int required = Math.abs(command.arity());
        if (request.argCount() != required) {
            ProtocolError error = judgeOption(request, command.textOption(), required);
            if (error != null) {
                return request.fail(error);
            }
        }
        if (request.hasKeyOver(command, keyBytesMax)) {
            return request.fail(ProtocolError.KEY_TOO_LONG);
        }
        for (int arg = 1; arg < required; arg++) {
            if (request.length(arg) > valueBytesMax && !command.isKey(arg, request.argCount())) {
                return request.fail(ProtocolError.VALUE_TOO_LONG);
            }
        }
        return Outcome.REQUEST;
    }

    private static ProtocolError judgeOption(Request request, TextOption option, int required) {
        int given = request.argCount() - required;
        if (given < 0) {
            return ProtocolError.MISSING_ARGUMENTS;
        }
        if (option == TextOption.MANY) {
            return null;
        }
        if (option == TextOption.NONE || !option.beginsWith(request, required)) {
            return ProtocolError.TOO_MANY_ARGUMENTS;
        }
        if (given != 1 + option.args) {
            return given < 1 + option.args ? ProtocolError.MISSING_ARGUMENTS : ProtocolError.TOO_MANY_ARGUMENTS;
        }
        if (option == TextOption.EXPIRE_SECONDS) {
            long seconds = request.argLong(required + 1, 0);
            if (seconds < 1 || seconds > TextOption.SECONDS_MAX) {
                return ProtocolError.INVALID_EXPIRE_TIME;
            }
        }
        return null;
    }
}
