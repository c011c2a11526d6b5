package kv.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Where replies differ from Redis's on purpose, each with its reason: the lines of redis_differences.txt. Immutable. */
final class KnownDifferences {
    private static final String FILE = "/redis_differences.txt";

    private final List<Line> lines = new ArrayList<>();

    private record Line(Pattern command, Pattern theirs, Pattern ours, String reason) {
        boolean fits(String request, String theirReply, String ourReply) {
            return command.matcher(request).matches() && theirs.matcher(theirReply).matches() && ours.matcher(ourReply).matches();
        }
    }

    KnownDifferences() throws IOException {
        try (BufferedReader file = new BufferedReader(new InputStreamReader(KnownDifferences.class.getResourceAsStream(FILE),
                StandardCharsets.UTF_8))) {
            for (String line; (line = file.readLine()) != null;) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] fields = line.split(" \\| ");
                if (fields.length != 4) {
                    throw new IOException(FILE + ": four fields between bars, not: " + line);
                }
                lines.add(new Line(pattern(fields[0]), pattern(fields[1]), pattern(fields[2]), fields[3]));
            }
        }
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text.strip(), Pattern.DOTALL);
    }

    /** Why this difference is right, or null if nobody has said so. */
    String reason(String command, String theirs, String ours) {
        for (Line line : lines) {
            if (line.fits(command, theirs, ours)) {
                return line.reason;
            }
        }
        return null;
    }
}
