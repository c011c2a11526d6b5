package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RespParserTest {

    private static final String PROTOCOL = "FATAL Protocol error: ";

    // input, then its outcomes
    private static final String[][] COMPLETE = {
        {"*1\r\n$4\r\nPING\r\n", "ping"},
        {"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "get|k"},
        {"*2\r\n$3\r\ngEt\r\n$8\r\n12345678\r\n", "get|12345678"},
        {"*3\r\n$3\r\nSET\r\n$0\r\n\r\n$0\r\n\r\n", "set||"},
        {"*3\r\n$3\r\nSET\r\n$4\r\n\r\n\0 \r\n$16\r\n\r\n*1\r\n$4\r\nPING\r\n\r\n", "set|\r\n\0 |\r\n*1\r\n$4\r\nPING\r\n"},
        {"*10\r\n$3\r\nDEL\r\n" + "$1\r\nk\r\n".repeat(9), "del|k|k|k|k|k|k|k|k|k"},
        {"*2\r\n$10\r\nExpireTime\r\n$1\r\nk\r\n", "expiretime|k"},
        {"*2\r\n$11\r\nPEXPIRETIME\r\n$1\r\nk\r\n", "pexpiretime|k"},
        {"*0\r\n*0\r\n*1\r\n$4\r\nPING\r\n*0\r\n", "ping"},
        {"*0\r\n"},
        {"\r\n"},
        {"\r\n*1\r\n$4\r\nPING\r\n\r\n\r\n*0\r\n\r\n*1\r\n$4\r\nPING\r\n", "ping", "ping"},
        {"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n", "ping", "get|k", "ping"},
        {"\n"},
        {"\r\r\n \t\n\0x\n"},
        {"*1\r\n$4\r\nPING\r\n\nGET k\r\n\n*1\r\n$4\r\nPING\r\n", "ping", "get|k", "ping"},
        {"GET k\n", "get|k"},
        {" \tset \f a\u00ff  *b\r \r\n", "set|a\u00ff|*b"},
        {"del a\0b c\n", "del|a"},
        {"del \"a b\" 'c d'\te\n", "del|a b|c d|e"},
        {"del a\"b\" \"\" '' x\n", "del|ab|||x"},
        {"del \"\\n\\r\\t\\b\\a\\q\"\n", "del|\n\r\t\b\u0007q"},
        {"del \"\\x41\\xfF\\x4\" \"\\xg1\"\n", "del|A\u00ffx4|xg1"},
        {"del 'a\\'b' 'c\\nd' \"e'f\"\n", "del|a'b|c\\nd|e'f"},
    };

    private static final String[][] INVALID = {
        {"*1\r\n$3\r\nFOO\r\n*1\r\n$4\r\nPING\r\n", "ERROR unknown command", "ping"},
        {"*1\r\n$0\r\n\r\n", "ERROR unknown command"},
        {"*1\r\n$3\r\nGET\r\n*1\r\n$4\r\nPING\r\n", "ERROR wrong number of arguments", "ping"},
        {"*3\r\n$3\r\nGET\r\n$1\r\na\r\n$1\r\nb\r\n", "ERROR wrong number of arguments"},
        {"*2\r\n$3\r\nSET\r\n$1\r\nk\r\n", "ERROR wrong number of arguments"},
        {"*2\r\n$3\r\nGET\r\n$9\r\n123456789\r\n*1\r\n$4\r\nPING\r\n", "ERROR key too long", "ping"},
        {"*5\r\n$4\r\nMSET\r\n$1\r\nk\r\n$9\r\n123456789\r\n$9\r\n123456789\r\n$1\r\nv\r\n", "ERROR key too long"},
        {"*5\r\n$4\r\nMSET\r\n$1\r\nk\r\n$9\r\n123456789\r\n$1\r\nk\r\n$9\r\n123456789\r\n",
            "mset|k|123456789|k|123456789"},
        {"NOSUCH k\r\n*1\r\n$4\r\nPING\r\n", "ERROR unknown command", "ping"},
        {"GET\nGET a b\nGET k\n", "ERROR wrong number of arguments", "ERROR wrong number of arguments", "get|k"},
        {"GET 123456789\n", "ERROR key too long"},
        {"\"\"\n", "ERROR unknown command"},
        {"PING \"a\n", PROTOCOL + "unbalanced quotes in request"},
        {"PING 'a\n", PROTOCOL + "unbalanced quotes in request"},
        {"PING \"a\"b\n", PROTOCOL + "unbalanced quotes in request"},
        {"PING 'a'b\n", PROTOCOL + "unbalanced quotes in request"},
        {"PING \"a\\\"\n", PROTOCOL + "unbalanced quotes in request"},
        {"PING \"a\0\"\n", PROTOCOL + "unbalanced quotes in request"},
        {"*-5\r\n", PROTOCOL + "invalid multibulk length"},
        {"*-1\r\n", PROTOCOL + "invalid multibulk length"},
        {"*\r\n", PROTOCOL + "invalid multibulk length"},
        {"*03\r\n", PROTOCOL + "invalid multibulk length"},
        {"*+3\r\n", PROTOCOL + "invalid multibulk length"},
        {"* 3\r\n", PROTOCOL + "invalid multibulk length"},
        {"*1x\r\n", PROTOCOL + "invalid multibulk length"},
        {"*1\rx", PROTOCOL + "invalid multibulk length"},
        {"*11\r\n", PROTOCOL + "invalid multibulk length"},
        {"*3000000000\r\n", PROTOCOL + "invalid multibulk length"},
        {"*99999999999\r\n", PROTOCOL + "invalid multibulk length"},
        {"*18446744073709551617\r\n", PROTOCOL + "invalid multibulk length"},
        {"*1" + "0".repeat(31) + "\r", PROTOCOL + "too big mbulk count string"},
        {"*\0" + "A".repeat(1_024) + "\n", PROTOCOL + "too big mbulk count string"},
        {"*1\r\nfoo\r\n", PROTOCOL + "expected '$'"},
        {"*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", PROTOCOL + "expected '$'"},
        {"*1\r\n$-1\r\n", PROTOCOL + "invalid bulk length"},
        {"*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$-10\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$04\r\nPING\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$blabla\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$17\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$2000000000\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$9223372036854775807\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$4\rPING\r\n", PROTOCOL + "invalid bulk length"},
        {"*1\r\n$" + "4".repeat(33), PROTOCOL + "too big bulk count string"},
        {"*1\r\n$4\r\nPINGxx", PROTOCOL + "expected CRLF after a bulk"},
        {"*1\r\n$3\r\nPING\r\n", PROTOCOL + "expected CRLF after a bulk"},
        {"*1\r\n$4\r\nPING\rx", PROTOCOL + "expected CRLF after a bulk"},
        {"*1\r\n$4\r\nPING\n\r", PROTOCOL + "expected CRLF after a bulk"},
    };

    // what has arrived, and how many bytes must be there before more can be said
    private static final Object[][] PARTIAL = {
        {"", 1}, {"\r", 2}, {"*", 2}, {"*1", 3}, {"*1\r", 4}, {"*1\r\n", 5}, {"*1\r\n$", 6}, {"*1\r\n$4", 7}, {"*1\r\n$4\r", 8},
        {"*1\r\n$4\r\n", 14}, {"*1\r\n$4\r\nPI", 14}, {"*1\r\n$4\r\nPING", 14}, {"*1\r\n$4\r\nPING\r", 14},
        {"*2\r\n$3\r\nGET\r\n", 14}, {"*2\r\n$3\r\nGET\r\n$16\r\n", 36}, {"GET \"k\"", 8}, {"\r ", 3},
        {"*1" + "0".repeat(31), 34},
    };

    @Test
    void parse_completeAndInvalidRequests_giveTheirOutcomes() {
        for (String[][] table : List.of(COMPLETE, INVALID)) {
            for (String[] example : table) {
                for (int kind = 0; kind < 4; kind++) {
                    assertEquals(expected(example), Feed.outcomes(parser(), kind, example[0], 1 << 20), example[0]);
                }
            }
        }
    }

    @Test
    void parse_splitAtEveryByte_givesTheSame() {
        for (String[][] table : List.of(COMPLETE, INVALID)) {
            for (String[] example : table) {
                byte[] bytes = Fixture.bytes(example[0]);
                for (int split = 0; split <= bytes.length; split++) {
                    Feed feed = new Feed(parser(), split & 3, (split & 4) == 0);
                    feed.receive(bytes, 0, split);
                    feed.receive(bytes, split, bytes.length - split);
                    assertEquals(expected(example), feed.outcomes(), example[0] + " split at " + split);
                }
                assertEquals(expected(example), Feed.outcomes(parser(), 1, example[0], 1), example[0]);
            }
        }
    }

    @Test
    void parse_partialRequest_isIncompleteAndSaysWhatItNeeds() {
        for (Object[] example : PARTIAL) {
            String input = (String) example[0];
            Feed feed = new Feed(parser(), 1, true);
            feed.receive(Fixture.bytes(input), 0, input.length());
            assertEquals(List.of(), feed.outcomes(), input);
            assertEquals(input.length(), feed.unread(), input);
            assertEquals(example[1], feed.needed(), input);
        }
    }

    @Test
    void parse_twoConnectionsOneRequest_doNotMixUp() {
        String set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n";
        String del = "*4\r\n$3\r\nDEL\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n";
        RespParser first = parser();
        RespParser second = parser();
        Request request = new Request();
        for (int split = 1; split < set.length(); split++) {
            assertEquals(RequestParser.Outcome.INCOMPLETE, first.parse(Fixture.buffer(set.substring(0, split)), request));
            assertEquals(RequestParser.Outcome.REQUEST, second.parse(Fixture.buffer(del), request));
            assertEquals(RequestParser.Outcome.REQUEST, first.parse(Fixture.buffer(set), request));
            assertEquals(3, request.argCount());
            assertEquals("value", request.toString(2));
        }
    }

    /**
     * What has been found complete is overwritten with bytes that no request may have: had the parser to look at it again before
     * the request is complete, it would be FATAL.
     */
    @Test
    void parse_millionElementsInPieces_looksAtEachOnceBeforeTheEnd() {
        int elements = 1 << 20;
        byte[] bytes = Fixture.bytes("*" + elements + "\r\n$3\r\nDEL\r\n" + "$2\r\nkk\r\n".repeat(elements - 1));
        ByteBuffer in = ByteBuffer.allocateDirect(bytes.length);
        RespParser parser = new RespParser(Fixture.TABLE, ProtocolLimits.defaults());
        Request request = new Request();
        byte[] garbage = Fixture.bytes("x".repeat(16_384));
        int received = 0;
        int overwritten = 0;
        while (received + 16_384 < bytes.length) {
            in.put(received, bytes, received, 16_384);
            received += 16_384;
            assertEquals(RequestParser.Outcome.INCOMPLETE, parser.parse(in.limit(received), request));
            in.limit(in.capacity());
            // The last 8 bytes may belong to an element that is not complete.
            int complete = received - 8;
            in.put(overwritten, garbage, 0, complete - overwritten);
            overwritten = complete;
        }
        in.put(0, bytes);
        assertEquals(RequestParser.Outcome.REQUEST, parser.parse(in, request));
        assertEquals(elements, request.argCount());
        assertEquals("kk", request.toString(elements - 1));
        assertEquals(0, in.remaining());
    }

    @Test
    void parse_largeValueInPieces_needsOneMoreCallOnly() {
        int valueBytes = 1 << 20;
        byte[] bytes = Fixture.bytes("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + valueBytes + "\r\n" + "\n".repeat(valueBytes) + "\r\n");
        RespParser parser = new RespParser(Fixture.TABLE, ProtocolLimits.defaults());
        Request request = new Request();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        assertEquals(RequestParser.Outcome.INCOMPLETE, parser.parse(in.limit(16_384), request));
        assertEquals(bytes.length, parser.neededBytes());
        assertEquals(RequestParser.Outcome.REQUEST, parser.parse(in.limit(bytes.length), request));
        assertEquals(valueBytes, request.length(2));
    }

    @Test
    void parse_requestOverLimit_isFatalBeforeItHasArrived() {
        String input = "*3\r\n$3\r\nDEL\r\n$5\r\n12345\r\n$5\r\n12345\r\n";
        for (int available = input.length() - 7; available <= input.length(); available++) {
            Request request = new Request();
            RespParser parser = new RespParser(Fixture.TABLE, Fixture.SMALL, input.length() - 1);
            assertEquals(RequestParser.Outcome.FATAL, parser.parse(Fixture.buffer(input.substring(0, available)), request));
            assertEquals(ProtocolError.REQUEST_TOO_LONG, request.error());
        }
        assertEquals(List.of("del|12345|12345"),
                Feed.outcomes(new RespParser(Fixture.TABLE, Fixture.SMALL, input.length()), 0, input, 5));
    }

    @Test
    void parse_inlineLineAtItsLimit_isReadOrFatalBeforeItEnds() {
        String fits = "del " + "k ".repeat((ProtocolLimits.INLINE_BYTES_MAX - 4) / 2);
        assertEquals(List.of("del" + "|k".repeat((ProtocolLimits.INLINE_BYTES_MAX - 4) / 2)),
                Feed.outcomes(parser(), 1, fits + "\n", 1000));
        List<String> fatal = List.of(PROTOCOL + "too big inline request");
        assertEquals(fatal, Feed.outcomes(parser(), 1, fits + "x", 1000));
        assertEquals(fatal, Feed.outcomes(parser(), 1, fits + "x\n", 1 << 20));
    }

    /** A request that is left unread is found again: decoding its quotes has not touched the input. */
    @Test
    void parse_quotedLineTwice_givesTheSame() {
        RespParser parser = parser();
        Request request = new Request();
        ByteBuffer in = Fixture.buffer("*0\r\ndel \"\\x41 \" b\n");
        for (int round = 0; round < 2; round++) {
            assertEquals(RequestParser.Outcome.REQUEST, parser.parse(in, request));
            assertEquals("A ", request.toString(1));
            assertEquals("b", request.toString(2));
            assertEquals(4, parser.requestStart());
            in.position(parser.requestStart());
            parser.restart();
        }
    }

    /** Valid requests with a few bytes changed, dropped or doubled: the same outcomes in whatever pieces, never an exception. */
    @Test
    void parse_mutatedRequests_giveTheSameInAnyPieces() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("RespParserTest seed " + seed);
        Random random = new Random(seed);
        int alive = 0;
        for (int round = 0; round < 100_000; round++) {
            StringBuilder input = new StringBuilder();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                input.append(randomRequest(random));
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                mutate(input, random);
            }
            String text = input.toString();
            List<String> whole = Feed.outcomes(parser(), 1, text, 1 << 20);
            Feed feed = new Feed(parser(), round & 3, random.nextBoolean());
            byte[] bytes = Fixture.bytes(text);
            for (int at = 0; at < bytes.length;) {
                int piece = Math.min(1 + random.nextInt(20), bytes.length - at);
                feed.receive(bytes, at, piece);
                at += piece;
            }
            assertEquals(whole, feed.outcomes(), text + " seed " + seed);
            if (whole.stream().noneMatch(outcome -> outcome.startsWith("FATAL"))) {
                alive++;
            }
        }
        assertTrue(alive > 20_000, alive + " inputs were harmless");
    }

    @Test
    void parse_randomRequests_areReadBackAsWritten() {
        Random random = new Random(1);
        StringBuilder input = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder one = new StringBuilder("del");
            int args = 1 + random.nextInt(9);
            input.append('*').append(args + 1).append("\r\n$3\r\nDEL\r\n");
            for (int arg = 0; arg < args; arg++) {
                byte[] bytes = new byte[random.nextInt(9)];
                random.nextBytes(bytes);
                String text = Fixture.string(bytes);
                input.append('$').append(bytes.length).append("\r\n").append(text).append("\r\n");
                one.append('|').append(text);
            }
            expected.add(one.toString());
        }
        assertEquals(expected, Feed.outcomes(parser(), 1, input.toString(), 1_000));
        assertEquals(expected, Feed.outcomes(parser(), 2, input.toString(), 7));
    }

    private static String randomRequest(Random random) {
        String[] words = {"GET", "set", "DEL", "MSET", "PING", "NOSUCH", "k", "value", "", "\r\n", "0123456789abcdef",
            "*1\r\n$4"};
        int args = random.nextInt(6);
        StringBuilder request = new StringBuilder("*" + args + "\r\n");
        for (int i = 0; i < args; i++) {
            String word = words[i == 0 ? random.nextInt(6) : random.nextInt(words.length)];
            request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return request.toString();
    }

    private static void mutate(StringBuilder input, Random random) {
        if (input.length() == 0) {
            return;
        }
        int at = random.nextInt(input.length());
        String bytes = "*$\r\n0123456789-+ \0\u00ffx";
        switch (random.nextInt(4)) {
            case 0 -> input.deleteCharAt(at);
            case 1 -> input.insert(at, bytes.charAt(random.nextInt(bytes.length())));
            case 2 -> input.setLength(at);
            default -> input.setCharAt(at, bytes.charAt(random.nextInt(bytes.length())));
        }
    }

    private static List<String> expected(String[] example) {
        return List.of(example).subList(1, example.length);
    }

    private static RespParser parser() {
        return new RespParser(Fixture.TABLE, Fixture.SMALL);
    }
}
