package kv.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotingTest {

    private static List<String> words(String line) throws UsageException {
        return Quoting.words(line.getBytes(StandardCharsets.UTF_8)).stream()
                .map(word -> new String(word, StandardCharsets.ISO_8859_1)).toList();
    }

    /** A line, and its words joined by commas. */
    @ParameterizedTest
    @ValueSource(strings = {
        "GET key|GET,key",
        "  GET \t key \r|GET,key",
        "SET k \"two words\"|SET,k,two words",
        "SET k 'two words'|SET,k,two words",
        "SET k \"\"|SET,k,",
        "SET k a\"b c\"|SET,k,ab c",
        "\"\\x41\\x6a\"|Aj",
        "\"\\xZZ\"|xZZ",
        "\"\\x4\"|x4",
        "\"\\\"\\\\\"|\"\\",
        "'it\\'s \\n'|it's \\n",
        "a\\b|a\\b",
        "\"it's\"|it's",
    })
    void words_validLine_areTheseWords(String row) throws UsageException {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], String.join(",", words(cells[0])));
    }

    @Test
    void words_escapes_areSingleBytes() throws UsageException {
        assertArrayEquals(new byte[] {'\n', '\r', '\t', '\b', 7, 0, (byte) 0xff},
                Quoting.words("\"\\n\\r\\t\\b\\a\\x00\\xfF\"".getBytes(StandardCharsets.US_ASCII)).get(0));
    }

    @Test
    void words_blankLine_areNone() throws UsageException {
        assertEquals(List.of(), words(" \t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET \"key", "GET 'key", "\"a\"b", "'a'\"b\"", "\"a\\\"", "\"\\"})
    void words_brokenQuotes_areRefused(String line) {
        assertThrows(UsageException.class, () -> words(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "plain|\"plain\"", "a b|\"a b\"", "a\"b\\|\"a\\\"b\\\\\"", "wörld €|\"wörld €\"", "\u001b[31m|\"\\x1b[31m\"",
        "a\u202eb|\"a\\xe2\\x80\\xaeb\"", "\u0085|\"\\xc2\\x85\"",
    })
    void quote_text_isShownUnlessItActs(String row) {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], Quoting.quote(cells[0].getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void quote_noText_isEscaped() {
        assertEquals("\"\\xff\\xc3\\x00\\n\"", Quoting.quote(new byte[] {(byte) 0xff, (byte) 0xc3, 0, '\n'}));
    }

    @Test
    void quote_anyBytes_areReadBackByWords() throws UsageException {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("QuotingTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            List<byte[]> words = Quoting.words(Quoting.quote(bytes).getBytes(StandardCharsets.UTF_8));
            assertEquals(1, words.size());
            assertArrayEquals(bytes, words.get(0), Quoting.quote(bytes));
        }
    }
}
