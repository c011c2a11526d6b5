package kv.protocol;

import java.nio.ByteBuffer;

/** Replies of the text protocol: one line each. */
public final class TextReplyWriter extends ReplyWriter {

    private static final Literal OK = new Literal("OK\n");
    private static final Literal VALUE = new Literal("VALUE ");
    private static final Literal LINE_END = new Literal("\n");
    private static final Literal NOT_FOUND = new Literal("NOT_FOUND\n");
    private static final Literal DELETED = new Literal("DELETED\n");
    private static final Literal KEYS = new Literal("KEYS ");
    private static final Literal BLANK = new Literal(" ");
    private static final Literal PONG = new Literal("+PONG\r\n");

    /** A writer without an output. */
    public TextReplyWriter() {
    }

    @Override
    public void ok() {
        put(OK);
    }

    @Override
    public void beginValue(int length) {
        put(VALUE);
    }

    @Override
    public void endValue() {
        put(LINE_END);
    }

    @Override
    public void missing() {
        put(NOT_FOUND);
    }

    @Override
    public void deleted(long count) {
        put(count > 0 ? DELETED : NOT_FOUND);
    }

    @Override
    public void error(ProtocolError error, Request request) {
        put(error.textReply);
    }

    /** {@code +PONG}, as RESP has it: tools that speak RESP open with a bare line {@code PING} to see whether we are there. */
    @Override
    public void pong() {
        put(PONG);
    }

    /** Starts the line with {@code count} keys; exactly so many {@link #key} and {@link #endKeys} must follow. */
    public void beginKeys(long count) {
        ByteBuffer out = reserve(Literal.ROOM_BYTES + Numbers.LONG_BYTES_MAX);
        KEYS.putTo(out);
        Numbers.append(out, count);
    }

    /** One of the keys. */
    public void key(ByteBuffer bytes, int start, int length) {
        put(BLANK);
        put(bytes, start, length);
    }

    /** One of the keys. */
    public void key(byte[] bytes, int start, int length) {
        put(BLANK);
        put(bytes, start, length);
    }

    /** Ends what {@link #beginKeys} has started. */
    public void endKeys() {
        put(LINE_END);
    }

    /** A line of its own, such as STATS has; line ends within become blanks. Allocates. */
    public void line(String text) {
        put(lineBytes(text));
        put(LINE_END);
    }
}
