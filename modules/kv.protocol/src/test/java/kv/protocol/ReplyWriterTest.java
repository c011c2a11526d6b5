package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplyWriterTest {

    // What the store would put values into: the output that the writer under test has.
    private static Replies current;

    @Test
    void text_everyReply_isOneLine() {
        text("OK\n", ReplyWriter::ok);
        text("VALUE bar\n", w -> value(w, "bar"));
        text("VALUE \n", w -> value(w, ""));
        text("NOT_FOUND\n", ReplyWriter::missing);
        text("DELETED\n", w -> w.deleted(1));
        text("NOT_FOUND\n", w -> w.deleted(0));
        text("VALUE -9223372036854775808\n", w -> w.number(Long.MIN_VALUE));
        text("TTL 60\n", w -> w.timeLeft(60));
        text("TTL none\n", w -> w.timeLeft(ReplyWriter.NO_END));
        text("NOT_FOUND\n", w -> w.timeLeft(ReplyWriter.NO_KEY));
        text("OK\n", w -> w.changed(true));
        text("NOT_FOUND\n", w -> w.changed(false));
        text("DELETED 12345\n", w -> w.deletedOf(12345));
        text("NOT_FOUND\n", w -> {
            w.beginValues(1);
            w.missing();
        });
        text("+PONG\r\n", ReplyWriter::pong);
        text("ERROR out of memory\n", ReplyWriter::outOfMemory);
        text("KEYS 0\n", w -> {
            keysHead(w, 0);
            w.endKeys();
        });
        text("KEYS 12345 a bc\n", w -> {
            keysHead(w, 12345);
            w.key(Fixture.buffer("xay"), 1, 1);
            w.key(Fixture.buffer("xbcy"), 1, 2);
            w.endKeys();
        });
        text("gets:1 sets:2\n", w -> w.line("gets:1 sets:2"));
        text("a  b\n", w -> w.line("a\r\nb"));
        for (ProtocolError error : ProtocolError.values()) {
            text("ERROR " + error.text() + "\n", w -> w.error(error, null));
        }
    }

    @Test
    void resp_everyReply_followsTheVersion() {
        both("+OK\r\n", ReplyWriter::ok);
        both("$3\r\nbar\r\n", w -> value(w, "bar"));
        both("$0\r\n\r\n", w -> value(w, ""));
        resp("$-1\r\n", "_\r\n", ReplyWriter::missing);
        resp("$-1\r\n", "_\r\n", RespReplyWriter::nil);
        resp("*-1\r\n", "_\r\n", RespReplyWriter::nilArray);
        both(":3\r\n", w -> w.deleted(3));
        both(":0\r\n", w -> w.deleted(0));
        both(":-5\r\n", w -> w.number(-5));
        both(":-2\r\n", w -> w.timeLeft(ReplyWriter.NO_KEY));
        both(":1\r\n", w -> w.changed(true));
        both(":0\r\n", w -> w.changed(false));
        both(":7\r\n", w -> w.deletedOf(7));
        both("*2\r\n", w -> w.beginValues(2));
        resp("$4\r\n0.25\r\n", ",0.25\r\n", w -> w.decimal("0.25"));
        both(":-9223372036854775808\r\n", w -> w.integer(Long.MIN_VALUE));
        both("+PONG\r\n", ReplyWriter::pong);
        both("+a  b\r\n", w -> w.simple("a\r\nb"));
        both("-ERR a  b\r\n", w -> w.error("ERR a\r\nb"));
        both("$2\r\n\r\n\r\n", w -> w.bulk(Fixture.buffer("x\r\nx"), 1, 2));
        both("*9223372036854775807\r\n$1\r\na\r\n", w -> {
            keysHead(w, Long.MAX_VALUE);
            w.key(Fixture.buffer("xay"), 1, 1);
            w.endKeys();
        });
        both("$3\r\na\u00c3\u00a9\r\n", w -> w.bulk("a\u00e9"));
        both("*2\r\n", w -> w.arrayHeader(2));
        resp("*4\r\n", "%2\r\n", w -> w.mapHeader(2));
        resp("*2\r\n", "~2\r\n", w -> w.setHeader(2));
        resp(":1\r\n", "#t\r\n", w -> w.bool(true));
        resp(":0\r\n", "#f\r\n", w -> w.bool(false));
        resp("$4\r\na\r\nb\r\n", "=8\r\ntxt:a\r\nb\r\n", w -> w.verbatim("a\r\nb"));
        both("-OOM command not allowed when used memory > 'maxmemory'.\r\n", ReplyWriter::outOfMemory);
        both("-ERR key too long\r\n", w -> w.error(ProtocolError.KEY_TOO_LONG, null));
        both("-ERR max number of clients reached\r\n", w -> w.error(ProtocolError.TOO_MANY_CONNECTIONS, null));
        both("-ERR Protocol error: invalid bulk length\r\n", w -> w.error(ProtocolError.INVALID_BULK_LENGTH, null));
    }

    /** As a caller does that has left a gap for it. */
    private static void keysHead(ReplyWriter writer, long count) {
        ByteBuffer head = ByteBuffer.allocate(ReplyWriter.KEYS_HEAD_BYTES_MAX);
        writer.putKeysHead(head, count);
        head.flip();
        current.reserve(head.remaining()).put(head);
    }

    @Test
    void resp_doubles_areShortAndPlain() {
        String[][] table = {{"0.0", "0"}, {"-0.0", "0"}, {"1.5", "1.5"}, {"10.0", "10"}, {"-3.0", "-3"}, {"0.001", "0.001"},
            {"12345678.25", "12345678.25"}, {"1e17", "1e17"}, {"1.5e300", "1.5e300"}, {"1e-7", "1e-7"}};
        for (String[] example : table) {
            double value = Double.parseDouble(example[0]);
            String text = example[1];
            resp("$" + text.length() + "\r\n" + text + "\r\n", "," + text + "\r\n", w -> w.doubleValue(value));
        }
        resp("$3\r\ninf\r\n", ",inf\r\n", w -> w.doubleValue(Double.POSITIVE_INFINITY));
        resp("$4\r\n-inf\r\n", ",-inf\r\n", w -> w.doubleValue(Double.NEGATIVE_INFINITY));
        resp("$3\r\nnan\r\n", ",nan\r\n", w -> w.doubleValue(Double.NaN));
    }

    @Test
    void resp_parserErrors_areWordedAsByRedis() {
        parsed("*1\r\n$3\r\nFOO\r\n", "-ERR unknown command 'FOO', with args beginning with: \r\n");
        parsed("*3\r\n$3\r\nfoo\r\n$3\r\nbar\r\n$2\r\n\r\n\r\n",
                "-ERR unknown command 'foo', with args beginning with: 'bar' '  ' \r\n");
        parsed("*2\r\n$5\r\nf\r\nox\r\n$3\r\na\0b\r\n", "-ERR unknown command 'f  ox', with args beginning with: 'a' \r\n");
        parsed("*2\r\n$200\r\n" + "f".repeat(200) + "\r\n$200\r\n" + "a".repeat(200) + "\r\n",
                "-ERR unknown command '" + "f".repeat(128) + "', with args beginning with: '" + "a".repeat(128) + "' \r\n");
        // As in Redis, quotes and blanks count as part of the 128 bytes that have been given back already.
        parsed("*4\r\n$1\r\nf\r\n$100\r\n" + "a".repeat(100) + "\r\n$100\r\n" + "b".repeat(100) + "\r\n$1\r\nc\r\n",
                "-ERR unknown command 'f', with args beginning with: '" + "a".repeat(100) + "' '" + "b".repeat(25) + "' \r\n");
        parsed("*1\r\n$3\r\nGET\r\n", "-ERR wrong number of arguments for 'get' command\r\n");
        parsed("*1\r\nhello", "-ERR Protocol error: expected '$', got 'h'\r\n");
        parsed("*1\r\n\nhello", "-ERR Protocol error: expected '$', got ' '\r\n");
        parsed("*1\r\nfoo\r\n", "-ERR Protocol error: expected '$', got 'f'\r\n");
        parsed("*1\r\n\r\n", "-ERR Protocol error: expected '$', got ' '\r\n");
        parsed("*-5\r\n", "-ERR Protocol error: invalid multibulk length\r\n");
    }

    @Test
    void resp_unknownSubcommand_isQuotedSafely() {
        Request request = new Request();
        new RespParser(Fixture.TABLE, ProtocolLimits.defaults())
                .parse(Fixture.buffer("*2\r\n$3\r\nget\r\n$4\r\na\r\nb\r\n"), request);
        both("-ERR unknown subcommand 'a  b'. Try GET HELP.\r\n", w -> w.unknownSubcommand(request));
    }

    @Test
    void resp_otherVersion_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RespReplyWriter().setProtocol(4));
    }

    @Test
    void put_longBytes_arriveWholeThroughSmallBuffers() {
        String text = "0123456789".repeat(1_000);
        both("$10000\r\n" + text + "\r\n", w -> w.bulk(text));
        both("$9990\r\n" + text.substring(10) + "\r\n", w -> w.bulk(Fixture.buffer(text), 10, 9_990));
        text(text + "\n", w -> w.line(text));
    }

    private static void parsed(String input, String reply) {
        Request request = new Request();
        new RespParser(Fixture.TABLE, ProtocolLimits.defaults()).parse(Fixture.buffer(input), request);
        both(reply, w -> w.error(request.error(), request));
    }

    private static void value(ReplyWriter writer, String value) {
        writer.beginValue(value.length());
        if (!value.isEmpty()) {
            current.reserve(value.length()).put(Fixture.bytes(value));
        }
        writer.endValue();
    }

    private static void text(String expected, Consumer<TextReplyWriter> reply) {
        forEachOutput(expected, new TextReplyWriter(), reply);
    }

    private static void both(String expected, Consumer<RespReplyWriter> reply) {
        resp(expected, expected, reply);
    }

    private static void resp(String expected2, String expected3, Consumer<RespReplyWriter> reply) {
        RespReplyWriter writer = new RespReplyWriter();
        forEachOutput(expected2, writer, reply);
        writer.setProtocol(3);
        forEachOutput(expected3, writer, reply);
        writer.setProtocol(2);
        forEachOutput(expected2, writer, reply);
    }

    private static <W extends ReplyWriter> void forEachOutput(String expected, W writer, Consumer<W> reply) {
        for (int kind = 0; kind < 4; kind++) {
            for (int spareBytes : new int[] {0, 7, 100_000}) {
                current = new Replies(kind, spareBytes);
                writer.attach(current);
                reply.accept(writer);
                assertEquals(expected, current.text());
            }
        }
    }

    @Test
    void literal_everyLength_isWrittenInAnyOrder() {
        for (int length = 1; length <= 16; length++) {
            String text = "abcdefghijklmnop".substring(0, length);
            for (int kind = 0; kind < 4; kind++) {
                ByteBuffer out = Fixture.allocate(kind, 18).position(1);
                new Literal(text).putTo(out);
                byte[] written = new byte[length];
                out.get(1, written);
                assertEquals(text, Fixture.string(written));
                assertEquals(1 + length, out.position());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new Literal("abcdefghijklmnopq"));
    }
}
