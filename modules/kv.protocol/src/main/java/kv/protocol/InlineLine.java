package kv.protocol;

import java.nio.ByteBuffer;

/**
 * A request of a RESP connection that is a plain line, as people type it: fields between blanks, which may stand in quotes.
 *
 * <p>Within double quotes {@code \n \r \t \b \a \xHH} mean what they mean in C, and a backslash before any other byte means that
 * byte; within single quotes only {@code \'} is special. A closing quote ends the field. Stateless; any thread.
 */
final class InlineLine {

    // Fields without quotes are views into the input, as all arguments are. A line with a quote in it is copied, because
    // undoing escapes in place would spoil the input of a request that is left unread and parsed again.

    private InlineLine() {
    }

    /**
     * Makes the fields of the line in [start, end) of {@code in} the arguments of {@code request}, none where there is none.
     * As Redis, which reads a C string, up to the first NUL.
     *
     * @return false if a quote is not closed, or something follows it directly
     */
    static boolean split(ByteBuffer in, int start, int end, Request request) {
        for (int at = start; at < end && in.get(at) != 0; at++) {
            if (in.get(at) == '"' || in.get(at) == '\'') {
                return splitQuoted(in, start, end, request);
            }
        }
        int at = start;
        while ((at = skipBlanks(in, at, end)) < end && in.get(at) != 0) {
            int from = at;
            while (at < end && !isBlank(in.get(at)) && in.get(at) != 0) {
                at++;
            }
            request.addArg(from, at - from);
        }
        return true;
    }

    private static boolean splitQuoted(ByteBuffer in, int start, int end, Request request) {
        ByteBuffer copy = ByteBuffer.allocate(end - start).order(in.order());
        request.copyTo(copy);
        int at = start;
        while ((at = skipBlanks(in, at, end)) < end && in.get(at) != 0) {
            int from = copy.position();
            at = field(in, at, end, copy);
            if (at < 0) {
                return false;
            }
            request.addArg(from, copy.position() - from);
        }
        return true;
    }

    /** Puts the field at {@code at} into {@code copy}; returns where it ends, or -1 where its quotes are wrong. */
    private static int field(ByteBuffer in, int start, int end, ByteBuffer copy) {
        int at = start;
        while (at < end && !isBlank(in.get(at)) && in.get(at) != 0) {
            byte b = in.get(at);
            if (b == '"' || b == '\'') {
                return quoted(in, at + 1, end, b, copy);
            }
            copy.put(b);
            at++;
        }
        return at;
    }

    private static int quoted(ByteBuffer in, int start, int end, byte quote, ByteBuffer copy) {
        int at = start;
        while (at < end && in.get(at) != 0) {
            byte b = in.get(at);
            if (b == quote) {
                boolean ends = at + 1 == end || isBlank(in.get(at + 1)) || in.get(at + 1) == 0;
                return ends ? at + 1 : -1;
            }
            boolean escapes = b == '\\' && at + 1 < end && in.get(at + 1) != 0 && (quote == '"' || in.get(at + 1) == '\'');
            if (!escapes) {
                copy.put(b);
                at++;
            } else if (quote == '"' && isHexEscape(in, at, end)) {
                copy.put((byte) (digit(in, at + 2) << 4 | digit(in, at + 3)));
                at += 4;
            } else {
                copy.put(quote == '"' ? unescape(in.get(at + 1)) : (byte) '\'');
                at += 2;
            }
        }
        return -1;
    }

    private static boolean isHexEscape(ByteBuffer in, int at, int end) {
        return at + 3 < end && in.get(at + 1) == 'x' && digit(in, at + 2) >= 0 && digit(in, at + 3) >= 0;
    }

    private static int digit(ByteBuffer in, int at) {
        byte b = in.get(at);
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = Ascii.upper(b);
        return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
    }

    private static byte unescape(byte b) {
        return switch (b) {
            case 'n' -> (byte) '\n';
            case 'r' -> (byte) '\r';
            case 't' -> (byte) '\t';
            case 'b' -> (byte) '\b';
            case 'a' -> (byte) 7;
            default -> b;
        };
    }

    private static int skipBlanks(ByteBuffer in, int start, int end) {
        int at = start;
        while (at < end && isBlank(in.get(at))) {
            at++;
        }
        return at;
    }

    /** As C's isspace. */
    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}
