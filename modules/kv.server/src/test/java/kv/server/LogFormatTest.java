package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class LogFormatTest {

    private static String line(LogStyle style, LogLevel level, String text, long leftOut) {
        LogRecord record = new LogRecord(1_795_630_567_143L, level, text.getBytes(StandardCharsets.UTF_8), leftOut);
        return new String(new LogFormat(style).bytes(record), StandardCharsets.UTF_8);
    }

    @Test
    void json_record_isOneObjectALine() {
        assertEquals("{\"time\":\"2026-11-25T18:16:07.143Z\",\"level\":\"warn\",\"logger\":\"Main\",\"message\":\"a \\\"b\\\" "
                + "- c\\u0007\"}\n",
                line(LogStyle.JSON, LogLevel.WARN, "Main - a \"b\" - c\u0007", 0));
        assertEquals("{\"time\":\"2026-11-25T18:16:07.143Z\",\"level\":\"error\",\"logger\":\"X\",\"message\":\"bad\","
                + "\"trace\":\"java.lang.Error: é\\n\\tat x\",\"leftOut\":7}\n",
                line(LogStyle.JSON, LogLevel.ERROR, "X - bad\njava.lang.Error: é\n\tat x\n", 7));
        assertEquals("{\"time\":\"2026-11-25T18:16:07.143Z\",\"level\":\"warn\",\"message\":\"no logger\"}\n",
                line(LogStyle.JSON, LogLevel.WARN, "no logger", 0));
    }

    @Test
    void journal_eachLine_hasThePriority() {
        assertEquals("<6>INFO Main - ready\n", line(LogStyle.JOURNAL, LogLevel.INFO, "Main - ready", 0));
        assertEquals("<3>ERROR X - bad (2 more like this were left out)\n<3>\tError\n<3>\tat x\n<3>\t<0>forged\n",
                line(LogStyle.JOURNAL, LogLevel.ERROR, "X - bad\nError\n\tat x\n<0>forged", 2));
    }

    @Test
    void tail_manyLines_keepsTheLast() {
        LogTail tail = new LogTail();
        for (int i = 0; i < 3 * LogTail.LINES_MAX; i++) {
            String text = "Main - line " + i + " " + "x".repeat(1000);
            tail.add(new LogRecord(0, LogLevel.INFO, text.getBytes(StandardCharsets.UTF_8), 0));
        }
        assertEquals(LogTail.LINES_MAX, tail.lines().size());
        assertTrue(tail.lines().get(LogTail.LINES_MAX - 1).contains("line 299 "), tail.lines().get(LogTail.LINES_MAX - 1));
        assertTrue(tail.lines().stream().allMatch(line -> line.length() <= LogTail.CHARS_MAX + 2));
    }
}
