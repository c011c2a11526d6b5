package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** redis-cli and redis-benchmark, where they are installed; a test whose tool is missing is skipped and says so. */
class RedisToolsTest {
    private static final int MINUTES_MAX = 10;

    private static TestServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What a tool prints, error output included; it must end with status 0. */
    private String run(String tool, String... args) throws IOException, InterruptedException {
        return runWith("", tool, args);
    }

    private String runWith(String input, String tool, String... args) throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
        assumeTrue(installed, tool + " is not installed");
        List<String> command = new ArrayList<>(List.of(tool, "-h", TestServer.HOST, "-p", Integer.toString(server.port())));
        command.addAll(List.of(args));
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(in.toFile())
                .redirectOutput(out.toFile()).start();
        try {
            assertTrue(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES), "it hangs: " + command);
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(out, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), command + " said " + said);
        return said;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "-3"})
    void cli_commandsFromAPipe_answered(String protocol) throws Exception {
        String said = runWith("""
                SET cli:a "two words"
                GET cli:a
                GET cli:absent
                INCR cli:n
                EXPIRE cli:n 100
                PERSIST cli:n
                COMMAND COUNT
                NOSUCH x
                DEL cli:a cli:n
                """, "redis-cli", protocol);
        List<String> lines = said.lines().filter(line -> !line.isEmpty()).toList();
        assertEquals(List.of("OK", "two words", "1", "1", "1"), lines.subList(0, 5));
        assertTrue(Integer.parseInt(lines.get(5)) > 50, lines.get(5));
        assertEquals("ERR unknown command 'NOSUCH', with args beginning with: 'x' ", lines.get(6));
        assertEquals("2", lines.get(7));
    }

    @Test
    void cli_scanAndBigkeys_findAllKeys() throws Exception {
        for (int i = 0; i < 300; i++) {
            server.put("scan:" + i, "v".repeat(i));
        }
        String scanned = run("redis-cli", "--scan", "--pattern", "scan:*");
        assertEquals(300, scanned.lines().distinct().count());
        String biggest = run("redis-cli", "--bigkeys");
        assertTrue(biggest.contains("\"scan:299\"' has 299 bytes"), biggest);
        assertFalse(biggest.contains("ERR"), biggest);
        String memory = run("redis-cli", "--memkeys");
        assertFalse(memory.contains("ERR"), memory);
    }

    @Test
    void cli_commandDocs_readByItsHelp() throws Exception {
        String said = run("redis-cli", "-3", "COMMAND", "DOCS", "get");
        assertTrue(said.contains("summary"), said);
        assertTrue(run("redis-cli", "--json", "COMMAND", "DOCS").startsWith("{"), "a map, as JSON");
    }

    @Test
    void cli_pipeMode_acceptsAMassInsertion() throws Exception {
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            String key = "mass:" + (1000 + i);
            input.append("*3\r\n$3\r\nSET\r\n$9\r\n").append(key).append("\r\n$1\r\nv\r\n");
        }
        String said = runWith(input.toString(), "redis-cli", "--pipe");
        assertTrue(said.contains("errors: 0, replies: 1000"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "16"})
    void benchmark_usualTests_endWithoutError(String pipeline) throws Exception {
        String said = run("redis-benchmark", "-t", "ping,set,get,incr,mset", "-P", pipeline, "-n", "20000", "-q");
        assertFalse(said.toLowerCase(Locale.ROOT).contains("err"), said);
        for (String test : List.of("PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)")) {
            assertTrue(said.contains(test + ": "), test + " is missing in " + said);
        }
    }
}
