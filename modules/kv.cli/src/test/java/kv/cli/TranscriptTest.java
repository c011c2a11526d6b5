package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.Test;

/** What docs/CLI.md shows is what happens, from top to bottom against one server. */
final class TranscriptTest {
    private static final Pattern COMMAND = Pattern.compile("(?:printf '(?<input>[^']*)' \\| )?"
            + "kv-cli ?(?<args>.*?)(?<status>; echo \"status \\$\\?\")?");
    private static final Pattern PROMPT = Pattern.compile("127\\.0\\.0\\.1:9099(\\[\\d+])?(\\(TX\\))?> (.*)");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private String address;
    private int shown;

    @Test
    void page_transcripts_happenAsShown() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../../docs/CLI.md").toAbsolutePath().normalize());
        try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind",
                "127.0.0.1").with("max-memory", "64m"))) {
            address = "127.0.0.1:" + server.addresses().get(0).getPort();
            for (int i = 0; i < page.size(); i++) {
                if (page.get(i).equals("```console") || page.get(i).equals("```kv-cli")) {
                    int end = i + page.subList(i, page.size()).indexOf("```");
                    List<String> block = page.subList(i + 1, end);
                    if (page.get(i).equals("```console")) {
                        runCommands(block);
                    } else {
                        runShell(block);
                    }
                    i = end;
                }
            }
        }
        assertTrue(shown > 20, "only " + shown + " commands");
    }

    private void runCommands(List<String> block) throws Exception {
        for (int i = 0; i < block.size(); ) {
            String command = block.get(i++);
            assertTrue(command.startsWith("$ "), command);
            StringBuilder expected = new StringBuilder();
            for (; i < block.size() && !block.get(i).startsWith("$ "); i++) {
                expected.append(block.get(i)).append('\n');
            }
            assertEquals(expected.toString(), run(command.substring(2)), command);
        }
    }

    /** Standard output and error, as they would come on a terminal. */
    private String run(String command) throws UsageException {
        shown++;
        Matcher parts = COMMAND.matcher(command);
        assertTrue(parts.matches(), command);
        List<String> args = new ArrayList<>(List.of("-p", address.substring(address.indexOf(':') + 1)));
        for (byte[] word : Quoting.words(parts.group("args").getBytes(StandardCharsets.UTF_8))) {
            args.add(new String(word, StandardCharsets.UTF_8).replace("127.0.0.1:9099", address));
        }
        String input = parts.group("input") == null ? "" : parts.group("input").replace("\\n", "\n").replace("\\r", "\r");
        out.reset();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status = new Cli(new Surroundings(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), printed,
                printed, false,
                false, Map.of())).run(args.toArray(String[]::new));
        if (parts.group("status") != null) {
            printed.println("status " + status);
        }
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /**
     * All lines are typed at once; the prompts are left out of what is compared, since the terminal echoes them as it likes.
     */
    private void runShell(List<String> block) throws IOException {
        StringBuilder typed = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (String line : block) {
            Matcher prompt = PROMPT.matcher(line);
            if (prompt.matches()) {
                typed.append(prompt.group(3)).append('\n');
                shown++;
            } else {
                expected.append(line).append('\n');
            }
        }
        out.reset();
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(System.in, out, System.err, true, true, Map.of());
        Target target = Target.standard().withAddress("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':')
                + 1)));
        try (Server server = new Server(target, new RespProtocol(), aside -> { });
                Terminal terminal = TerminalBuilder.builder().system(false).type("dumb")
                        .streams(new ByteArrayInputStream(typed.toString().getBytes(StandardCharsets.UTF_8)), screen).build()) {
            Commands commands = new Commands(server, out, Options.Format.PRETTY);
            assertEquals(Cli.OK, new Shell(commands, server, false, surroundings).run(terminal));
        }
        assertEquals(expected.toString(), out.toString(StandardCharsets.UTF_8));
        assertTrue(screen.toString(StandardCharsets.UTF_8).contains(address + "> "), screen.toString(StandardCharsets.UTF_8));
    }
}
