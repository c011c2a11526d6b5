package kv.protocol;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Replies of RESP, version 2 or 3. Where version 2 lacks a type, the one that Redis uses instead is written.
 *
 * <p>Elements of arrays, maps and sets are written as replies of their own after the header.
 */
public final class RespReplyWriter extends ReplyWriter {

    private static final Literal OK = new Literal("+OK\r\n");
    private static final Literal PONG = new Literal("+PONG\r\n");
    private static final Literal LINE_END = new Literal("\r\n");
    private static final Literal NIL_2 = new Literal("$-1\r\n");
    private static final Literal NIL_ARRAY_2 = new Literal("*-1\r\n");
    private static final Literal NIL_3 = new Literal("_\r\n");
    private static final Literal TRUE_3 = new Literal("#t\r\n");
    private static final Literal FALSE_3 = new Literal("#f\r\n");

    private boolean version3;

    /** A writer of version 2 without an output. */
    public RespReplyWriter() {
    }

    /** Speaks RESP {@code version} from now on; 2 or 3. Set with each {@link #attach}: it belongs to the connection. */
    public void setProtocol(int version) {
        if (version != 2 && version != 3) {
            throw new IllegalArgumentException("RESP version " + version + " is not 2 or 3");
        }
        version3 = version == 3;
    }

    @Override
    public void ok() {
        put(OK);
    }

    @Override
    public void beginValue(int length) {
        header('$', length);
    }

    @Override
    public void endValue() {
        put(LINE_END);
    }

    /** The same as {@link #nil}. */
    @Override
    public void missing() {
        nil();
    }

    /** The same as {@link #arrayHeader}. */
    @Override
    public void beginValues(long count) {
        arrayHeader(count);
    }

    /** The same as {@link #integer}. */
    @Override
    public void number(long value) {
        integer(value);
    }

    /** The same as {@link #integer}. */
    @Override
    public void timeLeft(long time) {
        integer(time);
    }

    /** 1 or 0. */
    @Override
    public void changed(boolean done) {
        integer(done ? 1 : 0);
    }

    /** The same as {@link #integer}. */
    @Override
    public void deletedOf(long count) {
        integer(count);
    }

    /** The same as {@link #integer}. */
    @Override
    public void deleted(long count) {
        integer(count);
    }

    @Override
    public void error(ProtocolError error, Request request) {
        switch (error) {
            case UNKNOWN_COMMAND -> unknownCommand(request);
            case WRONG_ARITY -> wrongArity(request.command().name());
            case EXPECTED_BULK -> unexpectedByte(error, request.unexpectedByte());
            default -> put(error.respReply);
        }
    }

    @Override
    public void pong() {
        put(PONG);
    }

    /** A whole number. */
    public void integer(long value) {
        header(':', value);
    }

    /** A short text; line ends within become blanks. Allocates. */
    public void simple(String text) {
        line('+', text);
    }

    /** An error with its code, such as {@code ERR no such key}; line ends within become blanks. Allocates. */
    public void error(String text) {
        line('-', text);
    }

    /** An error that repeats an argument, up to 128 bytes of it and to its first NUL, line ends as blanks. Allocates. */
    public void error(String codeAndText, Request request, int arg, String end) {
        RespErrorLine line = new RespErrorLine(codeAndText);
        line.quote(request, arg, RespErrorLine.QUOTED_BYTES_MAX);
        line.append(end);
        put(line.end());
    }

    /** Bytes. */
    public void bulk(ByteBuffer bytes, int start, int length) {
        header('$', length);
        put(bytes, start, length);
        put(LINE_END);
    }

    /** A text as UTF-8 bytes, line ends included. Allocates. */
    public void bulk(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header('$', bytes.length);
        put(bytes);
        put(LINE_END);
    }

    /** Nothing, where a value could be. */
    public void nil() {
        put(version3 ? NIL_3 : NIL_2);
    }

    /** Nothing, where an array could be. */
    public void nilArray() {
        put(version3 ? NIL_3 : NIL_ARRAY_2);
    }

    @Override
    public void putKeysHead(ByteBuffer out, long count) {
        putHeader(out, '*', count);
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        bulk(bytes, start, length);
    }

    @Override
    public void endKeys() {
    }

    /** {@code elements} replies follow. */
    public void arrayHeader(long elements) {
        header('*', elements);
    }

    /** {@code entries} pairs of replies follow; in version 2 an array of twice as many. */
    public void mapHeader(long entries) {
        if (version3) {
            header('%', entries);
        } else {
            header('*', entries * 2);
        }
    }

    /** {@code elements} replies follow, all different; in version 2 an array. */
    public void setHeader(long elements) {
        header(version3 ? '~' : '*', elements);
    }

    /** A number with a fraction, in its shortest form; in version 2 a bulk. Allocates. */
    public void doubleValue(double value) {
        decimal(shortest(value));
    }

    /** A number with a fraction that is written already; in version 2 a bulk. Allocates. */
    public void decimal(String text) {
        if (version3) {
            line(',', text);
        } else {
            bulk(text);
        }
    }

    /** True or false; in version 2 the integers 1 and 0. */
    public void bool(boolean value) {
        if (version3) {
            put(value ? TRUE_3 : FALSE_3);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** A text that is to be shown as it is; in version 2 a bulk. Allocates. */
    public void verbatim(String text) {
        if (!version3) {
            bulk(text);
            return;
        }
        byte[] bytes = ("txt:" + text).getBytes(StandardCharsets.UTF_8);
        header('=', bytes.length);
        put(bytes);
        put(LINE_END);
    }

    /** That the word of {@code request} is no command, in the words that clients look for. Allocates. */
    public void unknownCommand(Request request) {
        RespErrorLine line = new RespErrorLine("ERR unknown command '");
        line.quote(request, 0, RespErrorLine.QUOTED_BYTES_MAX);
        line.append("', with args beginning with: ");
        int quotedFrom = line.length();
        for (int arg = 1; arg < request.argCount(); arg++) {
            int room = RespErrorLine.QUOTED_BYTES_MAX - (line.length() - quotedFrom);
            if (room <= 0) {
                break;
            }
            line.append("'");
            line.quote(request, arg, room);
            line.append("' ");
        }
        put(line.end());
    }

    /** That argument 1 of {@code request} is no subcommand of its command. REQUIRES: two arguments. Allocates. */
    public void unknownSubcommand(Request request) {
        RespErrorLine line = new RespErrorLine("ERR unknown subcommand '");
        line.quote(request, 1, RespErrorLine.QUOTED_BYTES_MAX);
        line.append("'. Try ");
        line.append(new String(request.command().upperName(), StandardCharsets.US_ASCII));
        line.append(" HELP.");
        put(line.end());
    }

    /** That {@code command}, in lower case, takes another number of arguments; a subcommand is {@code command|sub}. Allocates. */
    public void wrongArity(String command) {
        error("ERR wrong number of arguments for '" + command + "' command");
    }

    private void unexpectedByte(ProtocolError error, byte unexpected) {
        RespErrorLine line = new RespErrorLine(error.respText());
        line.append(", got '");
        line.quote(unexpected);
        line.append("'");
        put(line.end());
    }

    private void header(char type, long number) {
        putHeader(reserve(1 + Numbers.LONG_BYTES_MAX + Literal.ROOM_BYTES), type, number);
    }

    private static void putHeader(ByteBuffer out, char type, long number) {
        out.put((byte) type);
        Numbers.append(out, number);
        LINE_END.putTo(out);
    }

    private void line(char type, String text) {
        reserve(1).put((byte) type);
        put(lineBytes(text));
        put(LINE_END);
    }

    private static String shortest(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String shortest = Double.toString(value);
        if (Math.abs(value) >= 1e17 || (value != 0 && Math.abs(value) < 1e-4)) {
            return shortest.replace(".0E", "E").replace('E', 'e');
        }
        BigDecimal plain = new BigDecimal(shortest).stripTrailingZeros();
        return plain.signum() == 0 ? "0" : plain.toPlainString();
    }
}
