package kv.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole runs of the program against a server in this JVM. */
final class CliTest {
    private static KvServer server;
    private static int port;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private byte[] input = {};
    private boolean onTerminal;

    @BeforeAll
    static void startServer() throws IOException {
        server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "64m"));
        port = server.addresses().get(0).getPort();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void clear() {
        server.store().clear();
    }

    private int run(int toPort, String... args) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of("-p", Integer.toString(toPort)));
        all.addAll(List.of(args));
        return new Cli(new Surroundings(new ByteArrayInputStream(input), out, new PrintStream(err, true, StandardCharsets.UTF_8),
                false, onTerminal)).run(all.toArray(String[]::new));
    }

    private void assertRun(int status, String expected, String... args) {
        assertEquals(status, run(port, args), err.toString(StandardCharsets.UTF_8));
        assertEquals(expected, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void command_oneShot_printsTheReply() {
        assertRun(0, "OK\n", "SET", "greeting", "hello wörld");
        assertRun(0, "hello wörld\n", "GET", "greeting");
        assertRun(0, "\n", "GET", "nothing");
        assertRun(0, "1\n2\n3\n", "-r", "3", "-i", "0", "INCR", "n");
    }

    @Test
    void command_toTerminal_printsForPeople() {
        onTerminal = true;
        assertRun(0, "OK\n", "SET", "k", "a \"quote\"");
        assertRun(0, "\"a \\\"quote\\\"\"\n", "GET", "k");
        assertRun(0, "(nil)\n", "GET", "nothing");
        assertRun(0, "a \"quote\"\n", "--raw", "GET", "k");
        assertRun(0, "# Keyspace\ndb0:keys=1,expires=0,avg_ttl=0\n", "INFO", "keyspace");
    }

    @Test
    void command_errorReply_isStatus1() {
        assertEquals(1, run(port, "NO-SUCH"));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("ERR unknown command 'NO-SUCH'"), out.toString());
    }

    @Test
    void text_commands_speakTheTextProtocol() {
        assertRun(0, "OK\n", "--text", "SET", "k", "v");
        assertRun(0, "VALUE v\n", "--text", "GET", "k");
        assertRun(1, "ERROR unknown command\n", "--text", "INCR", "k");
        assertRun(2, "", "--text", "SET", "k", "two words");
    }

    @Test
    void lastArgument_fromInput_isAnyBytes() {
        input = new byte[100_000];
        new Random(1).nextBytes(input);
        assertRun(0, "OK\n", "-x", "SET", "k");
        assertArrayEquals(input, server.store().get(new byte[] {'k'}));
        byte[] written = input;
        input = new byte[0];
        assertEquals(0, run(port, "GET", "k"));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(written);
        expected.write('\n');
        assertArrayEquals(expected.toByteArray(), out.toByteArray());
    }

    @Test
    void input_lines_areCommands() {
        input = "SET a \"x y\"\r\n\n  \nGET a\nNOPE\nGET a".getBytes(StandardCharsets.UTF_8);
        assertEquals(1, run(port));
        assertTrue(out.toString(StandardCharsets.UTF_8).matches("OK\nx y\nERR unknown command[^\n]*\nx y\n"), out.toString());
    }

    @Test
    void input_brokenQuote_endsTheRun() {
        input = "SET a 1\nSET a \"\nSET a 2\n".getBytes(StandardCharsets.UTF_8);
        assertRun(2, "OK\n");
        assertEquals("kv-cli: a quote does not end\n", err.toString(StandardCharsets.UTF_8).replace("\r", ""));
        assertArrayEquals(new byte[] {'1'}, server.store().get(new byte[] {'a'}));
    }

    @Test
    void scan_manyKeys_findsEachAndThePatternsOnly() {
        TreeSet<String> keys = new TreeSet<>();
        for (int i = 0; i < 3000; i++) {
            keys.add("key:" + i);
            server.store().put(("key:" + i).getBytes(StandardCharsets.UTF_8), new byte[i % 50]);
        }
        assertEquals(0, run(port, "--scan"));
        assertEquals(keys, new TreeSet<>(out.toString(StandardCharsets.UTF_8).lines().toList()));
        assertEquals(0, run(port, "--scan", "--pattern", "key:29?"));
        assertEquals(10, out.toString(StandardCharsets.UTF_8).lines().count());
    }

    @Test
    void bigKeys_manyKeys_showsTheLongestFirst() {
        for (int i = 0; i < 2000; i++) server.store().put(("key:" + i).getBytes(StandardCharsets.UTF_8), new byte[i]);
        assertEquals(0, run(port, "--bigkeys"));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("keys: 2000, bytes of keys: 14890, bytes of values: 1999000", lines.get(0));
        assertEquals(11, lines.size());
        assertEquals("1999  \"key:1999\"", lines.get(1).strip());
        assertEquals("1990  \"key:1990\"", lines.get(10).strip());
    }

    @Test
    void stat_threeLines_haveOneHeadingAndTheKeys() {
        server.store().put(new byte[] {'k'}, new byte[] {'v'});
        assertEquals(0, run(port, "--stat", "-r", "3", "-i", "0"));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(4, lines.size());
        assertEquals("keys", lines.get(0).strip().split(" +")[0]);
        for (String line : lines.subList(1, 4)) assertEquals("1", line.strip().split(" +")[0]);
    }

    @Test
    void latency_bothProtocols_tellsSamples() {
        for (String protocol : new String[] {"--resp", "--text"}) {
            assertEquals(0, run(port, protocol, "--latency", "-r", "2", "-i", "0"));
            List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
            assertEquals(2, lines.size());
            assertTrue(lines.get(1).matches("min: [0-9.]+, max: [0-9.]+, avg: [0-9.]+ ms \\(2 samples\\)"), lines.get(1));
        }
    }

    @Test
    void server_notThere_isStatus1AndOneLine() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertEquals(1, run(free, "PING"));
        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.startsWith("kv-cli: cannot connect to 127.0.0.1:" + free + ": "), said);
        assertEquals(1, said.lines().count());
    }

    @Test
    void server_goneBetweenCommands_isConnectedToAgain() throws Exception {
        try (Server connection = new Server("127.0.0.1", port, new RespProtocol())) {
            assertEquals(new Reply.Line("OK"), connection.ask("QUIT"));
            boolean failed = false;
            try {
                connection.ask("PING");
            } catch (IOException closed) {
                failed = true;
            }
            assertTrue(failed, "QUIT did not close");
            assertEquals(new Reply.Line("PONG"), connection.ask("PING"));
        }
    }
}
