package kv.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How a record looks: {@code 2026-11-25 17:33:00.000 INFO Main - ready}, or as another {@link LogStyle} has it. Nothing that a
 * client says can look like a line of ours: further lines of a record (its stack trace) begin with a tab, and control characters
 * are shown as question marks; in JSON all is within one line.
 *
 * <p>Owner: one thread.
 */
final class LogFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter JSON_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);
    /** Between the name of the logger and what it says. */
    private static final String SEPARATOR = " - ";
    /** Of syslog: error, warning, informational, debug. */
    private static final int[] PRIORITIES = {3, 4, 6, 7, 7};

    private final LogStyle style;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LogFormat(LogStyle style) {
        this.style = style;
    }

    byte[] bytes(LogRecord record) {
        line.reset();
        switch (style) {
            case TEXT -> {
                addAscii(TIME.format(Instant.ofEpochMilli(record.millis()).atZone(ZoneId.systemDefault())) + " " + record.level()
                        + " ");
                addText(record, "");
            }
            case JOURNAL -> {
                String priority = "<" + PRIORITIES[record.level().ordinal()] + ">";
                addAscii(priority + record.level() + " ");
                addText(record, priority);
            }
            case JSON -> addJson(record);
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** @param prefix of each line but the first */
    private void addText(LogRecord record, String prefix) {
        byte[] text = record.text();
        int firstEnd = 0;
        while (firstEnd < text.length && text[firstEnd] != '\n') {
            firstEnd++;
        }
        for (int i = 0; i < text.length; i++) {
            if (i == firstEnd) {
                addLeftOut(record);
            }
            add(text[i]);
            if (text[i] == '\n' && i + 1 < text.length) {
                addAscii(prefix);
                if (text[i + 1] != '\t') {
                    line.write('\t');
                }
            }
        }
        if (firstEnd == text.length) {
            addLeftOut(record);
        }
    }

    private void add(byte each) {
        boolean control = each >= 0 && each < ' ' && each != '\n' && each != '\t' || each == 0x7F;
        line.write(control ? '?' : each);
    }

    private void addLeftOut(LogRecord record) {
        if (record.leftOut() > 0) {
            addAscii(" (" + record.leftOut() + " more like this were left out)");
        }
    }

    /**
     * {@code {"time":…,"level":…,"logger":…,"message":…}}, with a trace and the number of those left out where there are such.
     */
    private void addJson(LogRecord record) {
        String text = new String(record.text(), StandardCharsets.UTF_8);
        int lineEnd = text.indexOf('\n');
        String first = lineEnd < 0 ? text : text.substring(0, lineEnd);
        int separator = first.indexOf(SEPARATOR);
        StringBuilder json = new StringBuilder("{\"time\":\"").append(JSON_TIME.format(Instant.ofEpochMilli(record.millis())))
                .append("\",\"level\":\"").append(record.level().name().toLowerCase(Locale.ROOT)).append('"');
        if (separator > 0) {
            member("logger", first.substring(0, separator), json);
        }
        member("message", separator > 0 ? first.substring(separator + SEPARATOR.length()) : first, json);
        if (lineEnd >= 0) {
            member("trace", text.substring(lineEnd + 1).stripTrailing(), json);
        }
        if (record.leftOut() > 0) {
            json.append(",\"leftOut\":").append(record.leftOut());
        }
        line.writeBytes(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void member(String name, String value, StringBuilder json) {
        json.append(",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == '"' || next == '\\') {
                json.append('\\').append(next);
            } else if (next == '\n') {
                json.append("\\n");
            } else if (next == '\t') {
                json.append("\\t");
            } else if (next < ' ' || next >= 0x7f && next < 0xa0 || Character.isSurrogate(next)) {
                json.append(String.format("\\u%04x", (int) next));
            } else {
                json.append(next);
            }
        }
        json.append('"');
    }

    private void addAscii(String text) {
        line.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
