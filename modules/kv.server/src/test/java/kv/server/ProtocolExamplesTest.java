package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/PROTOCOL.md tells the truth: its transcripts are run. */
class ProtocolExamplesTest extends LiveServer {
    private static final Path PAGE = Path.of("..", "..", "docs", "PROTOCOL.md");
    private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    /** TTL rounds to seconds: what takes less does not show. */
    private static final long TTL_NANOS_MAX = 400_000_000;

    /** A fenced block: its protocol, its lines. */
    record Transcript(String protocol, int lineNumber, List<String> lines) {
        @Override
        public String toString() {
            return protocol + " at line " + lineNumber;
        }
    }

    static List<Transcript> transcripts() throws IOException {
        List<Transcript> transcripts = new ArrayList<>();
        Transcript open = null;
        List<String> lines = Files.readAllLines(PAGE);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("```text") || line.equals("```resp")) {
                open = new Transcript(line.substring(3), i + 1, new ArrayList<>());
            } else if (line.equals("```") && open != null) {
                transcripts.add(open);
                open = null;
            } else if (open != null) {
                open.lines.add(line);
            }
        }
        return transcripts;
    }

    @Test
    void page_hasTranscriptsOfBothProtocols() throws IOException {
        assertTrue(transcripts().stream().filter(transcript -> transcript.protocol.equals("text")).count() >= 4);
        assertTrue(transcripts().stream().filter(transcript -> transcript.protocol.equals("resp")).count() >= 3);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void transcript_run_repliesAsWritten(Transcript transcript) throws IOException {
        long began = System.nanoTime();
        try {
            run(transcript);
        } catch (AssertionError wrong) {
            boolean hasTtl = transcript.lines.stream().anyMatch(line -> line.startsWith("> TTL"));
            if (!hasTtl || System.nanoTime() - began < TTL_NANOS_MAX) {
                throw wrong;
            }
            transcript_run_repliesAsWritten(transcript); // so slow that a time to live is a second less: again
        }
    }

    private void run(Transcript transcript) throws IOException {
        start();
        Client client = client();
        String lineEnd = transcript.protocol.equals("resp") ? "\r" : "";
        for (String line : transcript.lines) {
            if (line.equals("<end>")) {
                assertNull(client.line());
            } else if (line.equals("<<")) {
                client.reply(); // one that is not shown
            } else if (line.startsWith(">> ")) {
                client.send(unescape(line.substring(3)));
            } else if (line.startsWith(">")) {
                String request = line.length() > 1 ? line.substring(2) : "";
                client.send(lineEnd.isEmpty() ? unescape(request) + "\n" : array(request));
            } else {
                assertTrue(line.startsWith("<"), line);
                assertEquals(unescape(line.length() > 1 ? line.substring(2) : "") + lineEnd, client.line(), line);
            }
        }
    }

    private static String array(String request) {
        List<String> args = new ArrayList<>();
        Matcher matcher = ARGUMENT.matcher(request);
        while (matcher.find()) {
            args.add(unescape(matcher.group(1) != null ? matcher.group(1) : matcher.group(2)));
        }
        return Client.request(args.toArray(String[]::new));
    }

    private static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0").replace("\\\\", "\\");
    }
}
