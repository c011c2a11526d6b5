package kv.protocol;

import java.nio.ByteBuffer;

/**
 * RESP requests: arrays of bulk strings, {@code *2\r\n$3\r\nGET\r\n$1\r\nk\r\n}, binary-safe; between arrays also inline ones,
 * {@link InlineLine}s.
 *
 * <p>ERROR: an unknown word, a wrong number of arguments, a key that is too long; the connection lives. Everything that makes
 * the framing doubtful is FATAL, as soon as the header, or the element that shows it, is there. An empty array is passed in
 * silence, and so is an empty line between requests ({@code redis-cli --pipe} sends some).
 */
public final class RespParser extends RequestParser {

    // The usual request is complete and is recorded in one pass. When its end is not there yet, the next call goes on behind
    // the last complete element; once all is there, a second pass records it, because the Request belongs to the worker and
    // has served other connections meanwhile. So each header is read at most twice (and once more a call where a piece ends in
    // it) and no content at all, however small the pieces; a million small elements that come in 16 KiB steps stay linear
    // without keeping a table of them in every connection.

    // The digits of a length and its line end; Redis allows 64 KiB, none of which can be a number.
    private static final int LENGTH_LINE_BYTES_MAX = 32;

    // Returned instead of a length and the index behind its line; all below zero.
    private static final long LENGTH_INCOMPLETE = -1;
    private static final long LENGTH_INVALID = -2;
    /** What Redis takes of others: who has not logged in is told so up to there. */
    private static final int REDIS_BULK_BYTES_MAX = 512 << 20;
    private static final long LENGTH_TOO_LONG = -3;

    private final CommandTable table;
    private final int keyBytesMax;
    private final ProtocolLimits limits;
    private boolean isLimitedToLogin;
    private int argBytesMax;
    private int elementsMax;
    private final int requestBytesMax;

    // Of the request at the buffer's position: elements not yet found complete (0: its header neither), and where they start.
    private int elementsLeft;
    private int scannedBytes;
    // Of the inline line there: how many bytes are known to hold no newline.
    private int inlineScannedBytes;

    /** A parser at the start of a connection. */
    public RespParser(CommandTable table, ProtocolLimits limits) {
        this(table, limits, ProtocolLimits.REQUEST_BYTES_MAX);
    }

    RespParser(CommandTable table, ProtocolLimits limits, int requestBytesMax) {
        this.table = table;
        this.keyBytesMax = limits.keyBytesMax();
        this.limits = limits;
        limitToLogin(false);
        this.requestBytesMax = requestBytesMax;
    }

    @Override
    public Outcome parse(ByteBuffer in, Request request) {
        request.begin(in);
        if (elementsLeft > 0) {
            Outcome outcome = elements(in, request);
            if (outcome != Outcome.REQUEST) {
                return outcome;
            }
            // What that recorded is only the tail.
            request.begin(in);
        }
        Outcome outcome = header(in, request);
        if (outcome == Outcome.REQUEST && elementsLeft > 0) {
            outcome = elements(in, request);
        }
        if (outcome != Outcome.REQUEST) {
            return outcome;
        }
        in.position(in.position() + scannedBytes);
        return judge(request);
    }

    @Override
    public void restart() {
        elementsLeft = 0;
        inlineScannedBytes = 0;
    }

    @Override
    public void limitToLogin(boolean isLimited) {
        isLimitedToLogin = isLimited;
        argBytesMax = isLimited ? Math.min(limits.argBytesMax(), ProtocolLimits.LOGIN_ARG_BYTES_MAX) : limits.argBytesMax();
        elementsMax = isLimited ? Math.min(limits.elementsMax(), ProtocolLimits.LOGIN_ELEMENTS_MAX) : limits.elementsMax();
    }

    /**
     * Passes empty arrays and lines and finds how many elements there are; REQUEST means: go on with them, or, if there is none
     * left, an inline line has been split.
     */
    private Outcome header(ByteBuffer in, Request request) {
        int limit = in.limit();
        for (;;) {
            int start = in.position();
            if (start == limit) {
                return incomplete(1);
            }
            if (in.get(start) != '*') {
                Outcome outcome = inline(in, start, limit, request);
                if (outcome != Outcome.REQUEST || request.argCount() > 0) {
                    return outcome;
                }
                in.position(start + scannedBytes);
                continue;
            }
            long length = length(in, start + 1, limit);
            if (length < 0) {
                return length == LENGTH_INCOMPLETE ? incomplete(limit - start + 1)
                        : request.failForGood(length == LENGTH_INVALID ? ProtocolError.INVALID_MULTIBULK_LENGTH
                                : ProtocolError.MULTIBULK_COUNT_TOO_LONG);
            }
            int elements = (int) (length >>> 32);
            int next = (int) length;
            if (elements > elementsMax) {
                return request.failForGood(isLimitedToLogin && elements <= limits.elementsMax()
                        ? ProtocolError.TOO_MANY_BEFORE_LOGIN : ProtocolError.INVALID_MULTIBULK_LENGTH);
            }
            if (elements > 0) {
                requestStartsAt(start);
                elementsLeft = elements;
                scannedBytes = next - start;
                return Outcome.REQUEST;
            }
            in.position(next);
        }
    }

    /** Splits the line at {@code start}; REQUEST means: it is {@code scannedBytes} long. */
    private Outcome inline(ByteBuffer in, int start, int limit, Request request) {
        int last = (int) Math.min(limit, (long) start + ProtocolLimits.INLINE_BYTES_MAX + 1);
        int newline = Ascii.newline(in, start + inlineScannedBytes, last);
        if (newline == last) {
            inlineScannedBytes = last - start;
            return inlineScannedBytes > ProtocolLimits.INLINE_BYTES_MAX
                    ? request.failForGood(ProtocolError.INLINE_TOO_LONG) : incomplete(inlineScannedBytes + 1);
        }
        inlineScannedBytes = 0;
        requestStartsAt(start);
        scannedBytes = newline + 1 - start;
        return InlineLine.split(in, start, newline, request)
                ? Outcome.REQUEST : request.failForGood(ProtocolError.UNBALANCED_QUOTES);
    }

    /** Goes over the elements that are left; REQUEST means: all are there, {@code scannedBytes} long in all. */
    private Outcome elements(ByteBuffer in, Request request) {
        int base = in.position();
        int limit = in.limit();
        int at = base + scannedBytes;
        for (int left = elementsLeft; left > 0; left--) {
            if (at == limit) {
                return suspend(base, at, left, 1, request);
            }
            if (in.get(at) != '$') {
                return request.failForGood(ProtocolError.EXPECTED_BULK, in.get(at));
            }
            long length = length(in, at + 1, limit);
            if (length < 0) {
                if (length == LENGTH_INCOMPLETE) {
                    return suspend(base, at, left, limit - at + 1, request);
                }
                return request.failForGood(length == LENGTH_INVALID ? ProtocolError.INVALID_BULK_LENGTH
                        : ProtocolError.BULK_COUNT_TOO_LONG);
            }
            int bulkBytes = (int) (length >>> 32);
            int bulk = (int) length;
            if (bulkBytes > argBytesMax) {
                return request.failForGood(isLimitedToLogin && bulkBytes <= REDIS_BULK_BYTES_MAX
                        ? ProtocolError.TOO_LONG_BEFORE_LOGIN : ProtocolError.INVALID_BULK_LENGTH);
            }
            int end = bulk + bulkBytes;
            if (limit - bulk < bulkBytes + 2) {
                return suspend(base, at, left, end + 2 - at, request);
            }
            if (in.get(end) != '\r' || in.get(end + 1) != '\n') {
                return request.failForGood(ProtocolError.MISSING_CRLF);
            }
            request.addArg(bulk, bulkBytes);
            at = end + 2;
        }
        elementsLeft = 0;
        scannedBytes = at - base;
        return scannedBytes > requestBytesMax
                ? request.failForGood(ProtocolError.REQUEST_TOO_LONG) : Outcome.REQUEST;
    }

    /** Remembers the element at {@code at}, of which {@code elementBytes} must be there before more can be said about it. */
    private Outcome suspend(int base, int at, int left, int elementBytes, Request request) {
        elementsLeft = left;
        scannedBytes = at - base;
        // Only the element that has begun counts: elements behind it might be wrong from their first byte on, and the client
        // that sent them waits for the error. The sum stays below 2^31, because a request over the limit ends here.
        int needed = scannedBytes + elementBytes;
        return needed > requestBytesMax
                ? request.failForGood(ProtocolError.REQUEST_TOO_LONG) : incomplete(needed);
    }

    private Outcome judge(Request request) {
        CommandSpec command = table.find(request.bytes(), request.start(0), request.length(0));
        if (command == null) {
            return request.fail(ProtocolError.UNKNOWN_COMMAND);
        }
        request.setCommand(command);
        if (!command.takes(request.argCount())) {
            return request.fail(ProtocolError.WRONG_ARITY);
        }
        if (request.hasKeyOver(command, keyBytesMax)) {
            return request.fail(ProtocolError.KEY_TOO_LONG);
        }
        return Outcome.REQUEST;
    }

    /** The number at {@code at} in the upper half, the index behind its line in the lower; or one of LENGTH_…. */
    private static long length(ByteBuffer in, int at, int limit) {
        if (limit - at >= Long.BYTES) {
            // Nearly all lengths have one or two digits: decided by one load. A GET: 26 ns instead of 44 (x86-64, JDK 17).
            long word = Ascii.word(in, at);
            int first = (int) (word & 0xff) - '0';
            if ((word & 0xffff00) == 0x0a0d00 && first >= 0 && first <= 9) {
                return (long) first << 32 | (at + 3);
            }
            int second = (int) (word >>> 8 & 0xff) - '0';
            if ((word & 0xffff0000L) == 0x0a0d0000L && first >= 1 && first <= 9 && second >= 0 && second <= 9) {
                return (long) (first * 10 + second) << 32 | (at + 4);
            }
        }
        return longLength(in, at, limit);
    }

    private static long longLength(ByteBuffer in, int at, int limit) {
        int end = at;
        int last = (int) Math.min(limit, (long) at + LENGTH_LINE_BYTES_MAX);
        while (end < last && in.get(end) != '\r') {
            end++;
        }
        if (end == last) {
            return last < limit ? LENGTH_TOO_LONG : LENGTH_INCOMPLETE;
        }
        long value = Numbers.parse(in, at, end - at, -1);
        if (value < 0 || value > Integer.MAX_VALUE) {
            return LENGTH_INVALID;
        }
        if (end + 1 == limit) {
            return LENGTH_INCOMPLETE;
        }
        return in.get(end + 1) == '\n' ? value << 32 | (end + 2) : LENGTH_INVALID;
    }
}
