package kv.protocol;

import java.nio.ByteBuffer;

/** Replies of the text protocol: one line each. */
public final class TextReplyWriter extends ReplyWriter {

    private static final Literal OK = new Literal("OK\n");
    private static final Literal VALUE = new Literal("VALUE ");
    private static final Literal LINE_END = new Literal("\n");
    private static final Literal NOT_FOUND = new Literal("NOT_FOUND\n");
    private static final Literal DELETED = new Literal("DELETED\n");
    private static final Literal DELETED_COUNT = new Literal("DELETED ");
    private static final Literal TTL = new Literal("TTL ");
    private static final Literal TTL_NONE = new Literal("TTL none\n");
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
    public void beginValues(long count) {
    }

    @Override
    public void number(long value) {
        line(VALUE, value);
    }

    @Override
    public void timeLeft(long time) {
        if (time == NO_KEY) {
            missing();
        } else if (time == NO_END) {
            put(TTL_NONE);
        } else {
            line(TTL, time);
        }
    }

    @Override
    public void changed(boolean done) {
        put(done ? OK : NOT_FOUND);
    }

    @Override
    public void deletedOf(long count) {
        line(DELETED_COUNT, count);
    }

    private void line(Literal word, long number) {
        put(word);
        Numbers.append(reserve(Numbers.LONG_BYTES_MAX), number);
        put(LINE_END);
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

    @Override
    public void putKeysHead(ByteBuffer out, long count) {
        KEYS.putTo(out);
        Numbers.append(out, count);
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        put(BLANK);
        put(bytes, start, length);
    }

    @Override
    public void endKeys() {
        put(LINE_END);
    }

    /** A line of its own, such as STATS has; line ends within become blanks. Allocates. */
    public void line(String text) {
        put(lineBytes(text));
        put(LINE_END);
    }
}
