package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextParserTest {

    // input, then the outcome of each of its lines
    private static final String[][] COMPLETE = {
        {"GET k\n", "get|k"},
        {"get k\r\n", "get|k"},
        {"gEt   k  \n", "get|k"},
        {"\t GET\tk \r\n", "get|k"},
        {"SET k v\n", "set|k|v"},
        {"SET k v EX 1\n", "set|k|v|EX|1"},
        {"set k v ex 315360000\r\n", "set|k|v|ex|315360000"},
        {"SET key12345 0123456789abcdef\n", "set|key12345|0123456789abcdef"},
        {"DEL k\n", "del|k"},
        {"KEYS *\n", "keys|*"},
        {"KEYS ab*\n", "keys|ab*"},
        {"STATS\n", "stats"},
        {"stats Latency\n", "stats|Latency"},
        {"info\ninfo what-ever\n", "info", "info|what-ever"},
        {"PING\r\n", "ping"},
        {"SET EX EX\n", "set|EX|EX"},
        {"SET k \0\1\177\n", "set|k|\0\1\177"},
        {"SET k a\rb\r\r\n", "set|k|a\rb\r"},
        {"SET \u00c3\u00a9 \u00e2\u0082\u00ac\n", "set|\u00c3\u00a9|\u00e2\u0082\u00ac"},
        {"GET a\nGET b\r\nGET c\n", "get|a", "get|b", "get|c"},
        {"expiretime k\n", "expiretime|k"},
        {"GET " + " ".repeat(275) + "k\n", "get|k"},
        {"GET " + " ".repeat(275) + "k\r\n", "get|k"},
    };

    private static final String[][] INVALID = {
        {"\n", "ERROR empty command"},
        {"\r\n", "ERROR empty command"},
        {" \t \r\n", "ERROR empty command"},
        {" \n\n\r\n", "ERROR empty command", "ERROR empty command", "ERROR empty command"},
        {"\r\r\n", "ERROR unknown command"},
        {"FOO\n", "ERROR unknown command"},
        {"GETX k\n", "ERROR unknown command"},
        {"GE\0T k\n", "ERROR unknown command"},
        {"*1\r\n$4\r\nPING\r\n", "ERROR unknown command", "ERROR unknown command", "ping"},
        {"a b c d e f g h i j k l m n o p q r s t u v\n", "ERROR unknown command"},
        {"GET\n", "ERROR missing arguments"},
        {"SET k\n", "ERROR missing arguments"},
        {"SET\r\n", "ERROR missing arguments"},
        {"DEL \r\n", "ERROR missing arguments"},
        {"KEYS\n", "ERROR missing arguments"},
        {"SET k v EX\n", "ERROR missing arguments"},
        {"SET k v eX \r\n", "ERROR missing arguments"},
        {"GET a b\n", "ERROR too many arguments"},
        {"DEL a b\n", "ERROR too many arguments"},
        {"KEYS a b\n", "ERROR too many arguments"},
        {"STATS x\n", "ERROR too many arguments"},
        {"STATS LATENCY x\n", "ERROR too many arguments"},
        {"PING x\n", "ERROR too many arguments"},
        {"SET k v JUNK\n", "ERROR too many arguments"},
        {"SET k v JUNK 1\n", "ERROR too many arguments"},
        {"SET k v EX 1 x\n", "ERROR too many arguments"},
        {"SET k v EX 1 x\u00a0y z\n", "ERROR too many arguments"},
        {"SET k 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0\n", "ERROR too many arguments"},
        {"SET k v EX 0\n", "ERROR invalid expire time"},
        {"SET k v EX abc\n", "ERROR invalid expire time"},
        {"SET k v EX -1\n", "ERROR invalid expire time"},
        {"SET k v EX 1.5\n", "ERROR invalid expire time"},
        {"SET k v EX +5\n", "ERROR invalid expire time"},
        {"SET k v EX 010\n", "ERROR invalid expire time"},
        {"SET k v EX 315360001\n", "ERROR invalid expire time"},
        {"SET k v EX 99999999999\n", "ERROR invalid expire time"},
        {"SET k v EX 99999999999999999999999\n", "ERROR invalid expire time"},
        {"SET k v EX 5\r\r\n", "ERROR invalid expire time"},
        {"GET key123456\n", "ERROR key too long"},
        {"SET key123456 0123456789abcdefg\n", "ERROR key too long"},
        {"SET k 0123456789abcdefg\n", "ERROR value too long"},
        {"KEYS 0123456789abcdefg\n", "ERROR value too long"},
        {"info a b\n", "ERROR too many arguments"},
        {"SET key123456\n", "ERROR missing arguments"},
        {"SET key123456 v EX 0\n", "ERROR invalid expire time"},
        {"GET " + "k".repeat(276) + "\nGET k\n", "ERROR key too long", "get|k"},
        {"GET " + "k".repeat(276) + "\r\nGET k\n", "ERROR key too long", "get|k"},
        {"GET " + "k".repeat(277) + "\nGET k\n", "ERROR line too long", "get|k"},
        {"GET " + "k".repeat(277) + "\r\nGET k\n", "ERROR line too long", "get|k"},
        {"GET " + "k".repeat(5_000) + "\n\nGET k\n", "ERROR line too long", "ERROR empty command", "get|k"},
        {" ".repeat(281) + "\n", "ERROR line too long"},
        {"x".repeat(281) + "\n" + "x".repeat(282) + "\n" + "x".repeat(283) + "\n", "ERROR line too long",
            "ERROR line too long", "ERROR line too long"},
    };

    private static final String[] PARTIAL = {"", "G", "GET", "GET ", "GET k", "GET k\r", "SET k v EX 1", " ", "\r",
        "x".repeat(281)};

    @Test
    void parse_completeAndInvalidLines_giveOneOutcomeEach() {
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
    void parse_partialLine_isIncomplete() {
        for (String input : PARTIAL) {
            Feed feed = new Feed(parser(), 1, true);
            feed.receive(Fixture.bytes(input), 0, input.length());
            assertEquals(List.of(), feed.outcomes(), input);
            assertEquals(input.length(), feed.unread(), input);
            assertEquals(input.length() + 1, feed.needed(), input);
        }
    }

    @Test
    void parse_endlessLine_isReportedOnceAndNotKept() {
        Feed feed = new Feed(parser(), 1, false);
        byte[] piece = Fixture.bytes("x".repeat(100));
        for (int i = 0; i < 1_000; i++) {
            feed.receive(piece, 0, piece.length);
            assertTrue(feed.unread() <= Fixture.SMALL.lineBytesMax() + 1, feed.unread() + " bytes kept");
        }
        assertEquals(List.of("ERROR line too long"), feed.outcomes());
        feed.receive(Fixture.bytes("\nGET k\n"), 0, 7);
        assertEquals(List.of("ERROR line too long", "get|k"), feed.outcomes());
    }

    /**
     * What has been looked at is overwritten with newlines: had the parser to look at it again before the line is complete, it
     * would find one. So the search is linear in the bytes received, however small the pieces.
     */
    @Test
    void parse_largeValueInPieces_looksAtEachByteOnce() {
        byte[] line = Fixture.bytes("SET k " + "v".repeat(1 << 20) + "\n");
        ByteBuffer in = ByteBuffer.allocate(line.length);
        TextParser parser = new TextParser(Fixture.TABLE, ProtocolLimits.defaults());
        Request request = new Request();
        int received = 0;
        while (received + 16_384 < line.length) {
            in.put(received, line, received, 16_384);
            received += 16_384;
            assertEquals(RequestParser.Outcome.INCOMPLETE, parser.parse(in.limit(received), request));
            assertEquals(0, in.position());
            assertEquals(received + 1, parser.neededBytes());
            in.put(0, Fixture.bytes("\n".repeat(received)));
            in.limit(in.capacity());
        }
        in.put(0, line);
        assertEquals(RequestParser.Outcome.REQUEST, parser.parse(in, request));
        assertEquals(1 << 20, request.length(2));
    }

    @Test
    void parse_millionRandomLines_agreesWithPlainReading() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("TextParserTest seed " + seed);
        Random random = new Random(seed);
        Feed feed = new Feed(parser(), 1, false);
        List<String> expected = new ArrayList<>();
        StringBuilder input = new StringBuilder();
        int lines = 0;
        while (lines < 1_000_000) {
            for (int i = 0; i < 1_000; i++, lines++) {
                String line = randomLine(random);
                input.append(line).append('\n');
                expected.add(TextOracle.outcome(line, Fixture.SMALL));
            }
            byte[] bytes = Fixture.bytes(input.toString());
            for (int at = 0; at < bytes.length;) {
                int piece = Math.min(1 + random.nextInt(random.nextInt(20) == 0 ? 10_000 : 100), bytes.length - at);
                feed.receive(bytes, at, piece);
                at += piece;
            }
            assertEquals(expected, feed.outcomes(), "seed " + seed + " before line " + lines);
            feed.outcomes().clear();
            expected.clear();
            input.setLength(0);
        }
        assertEquals(0, feed.unread());
    }

    private static String randomLine(Random random) {
        String[] words = {"GET", "get", "SET", "sEt", "DEL", "KEYS", "STATS", "LATENCY", "PING", "EX", "ex", "1", "0", "60",
            "315360001", "key", "*", "\r", "\0", "\u00ff", "value", "toolongkey", "012345678901234567"};
        StringBuilder line = new StringBuilder();
        if (random.nextInt(4) == 0) {
            int length = random.nextInt(random.nextInt(50) == 0 ? 600 : 20);
            String alphabet = random.nextBoolean() ? " \t\rGETgetSDLx\0" : " \0\1\t\r\u0080\u008a\u00a0\u00ff\37!ab";
            for (int i = 0; i < length; i++) {
                char letter = alphabet.charAt(random.nextInt(alphabet.length()));
                line.append(random.nextInt(8) == 0 ? randomByte(random) : letter);
            }
            return line.toString();
        }
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 25 : 7); i > 0; i--) {
            line.append(words[random.nextInt(words.length)]);
            line.append(random.nextInt(10) == 0 ? " \t" : " ");
        }
        if (random.nextInt(3) == 0) {
            line.append('\r');
        }
        return line.toString();
    }

    private static char randomByte(Random random) {
        int b = random.nextInt(255);
        return (char) (b < '\n' ? b : b + 1);
    }

    private static List<String> expected(String[] example) {
        return List.of(example).subList(1, example.length);
    }

    private static TextParser parser() {
        return new TextParser(Fixture.TABLE, Fixture.SMALL);
    }
}
