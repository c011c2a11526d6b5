package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLineTest {
    @Test
    void parse_whatWasWritten_isTheSame() {
        String text = new JsonLine().put("name", "a \"b\" \\ c").put("count", 12_345_678_901L).put("us", 1.23456, 2).toString();
        assertEquals("{\"name\":\"a \\\"b\\\" \\\\ c\",\"count\":12345678901,\"us\":1.23}", text);
        JsonLine line = JsonLine.parse(text);
        assertEquals(text, line.toString());
        assertEquals("a \"b\" \\ c", line.text("name"));
        assertEquals(1.23, line.number("us"));
        assertEquals(0, line.number("absent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":\"b", "{\"a\":1 \"b\":2}"})
    void parse_brokenLine_throws(String broken) {
        assertThrows(IllegalArgumentException.class, () -> JsonLine.parse(broken));
    }
}
