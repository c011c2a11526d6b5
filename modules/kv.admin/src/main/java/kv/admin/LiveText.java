package kv.admin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kv.stats.LatencySnapshot;

/** All that the page shows, as JSON: the metrics as they are, all buckets of each command's times, slow commands, the log. */
final class LiveText {
    private final StringBuilder json = new StringBuilder(1 << 14);

    private LiveText() {
    }

    static byte[] of(Source source, String metrics) {
        LiveText text = new LiveText();
        text.json.append("{\"metrics\":");
        text.string(metrics).json.append(",\"commands\":{");
        text.commands(source.commands());
        text.json.append("},\"slow\":[");
        text.slow(source.slowCommands());
        text.json.append("],\"log\":[");
        List<String> lines = source.logLines();
        for (int i = 0; i < lines.size(); i++) {
            text.comma(i).string(lines.get(i));
        }
        text.json.append("]}");
        return text.json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void commands(List<Source.CommandTimes> commands) {
        for (int i = 0; i < commands.size(); i++) {
            comma(i).string(commands.get(i).command());
            json.append(":[");
            buckets(commands.get(i).times());
            json.append(']');
        }
    }

    /** Upper end in nanoseconds and count of each bucket that has any, one after the other. */
    private void buckets(LatencySnapshot times) {
        int start = json.length();
        times.forEachBucket((highestNanos, count) -> {
            comma(json.length() - start);
            json.append(highestNanos).append(',').append(count);
        });
    }

    private void slow(List<Source.SlowCommand> commands) {
        for (int i = 0; i < commands.size(); i++) {
            Source.SlowCommand slow = commands.get(i);
            comma(i).json.append("{\"at\":").append(slow.atMillis()).append(",\"micros\":[").append(slow.queueMicros())
                    .append(',').append(slow.lockMicros()).append(',').append(slow.executionMicros())
                    .append(',').append(slow.journalMicros()).append(']');
            json.append(",\"text\":");
            string(slow.text()).json.append(",\"client\":");
            string(slow.client()).json.append(",\"user\":");
            string(slow.user()).json.append('}');
        }
    }

    private LiveText comma(int before) {
        if (before > 0) {
            json.append(',');
        }
        return this;
    }

    private LiveText string(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                json.append('\\').append(next);
            } else if (next == '\n') {
                json.append("\\n");
            } else if (next < ' ' || next >= 0x7f && next < 0xa0 || Character.isSurrogate(next)) {
                json.append(String.format("\\u%04x", (int) next));
            } else {
                json.append(next);
            }
        }
        json.append('"');
        return this;
    }
}
