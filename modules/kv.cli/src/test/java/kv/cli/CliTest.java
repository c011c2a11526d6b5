package kv.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
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
        return new Cli(new Surroundings(new ByteArrayInputStream(input), out, new PrintStream(err, true,
                StandardCharsets.UTF_8),
                false, onTerminal, Map.of())).run(all.toArray(String[]::new));
    }

    private void assertRun(int status, String expected, String... args) {
        assertEquals(status, run(port, args), err.toString(StandardCharsets.UTF_8));
        assertEquals(expected, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void help_ofACommand_needsNoServer() {
        assertEquals(0, run(1, "help", "setnx"));
        assertEquals("""

                  SETNX key value
                  summary: Sets a key to a value unless it has one
                  group: string
                """, out.toString(StandardCharsets.UTF_8));
        assertEquals(0, run(1, "HELP"));
        assertEquals(Options.HELP, out.toString(StandardCharsets.UTF_8));
        assertEquals(1, run(1, "help", "nope"));
        assertEquals("kv-cli: no help for nope\n", err.toString(StandardCharsets.UTF_8));
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
        assertRun(0, "VALUE 2\n", "--text", "INCR", "n", "2");
        assertRun(1, "ERROR unknown command\n", "--text", "APPEND", "k");
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
        for (int i = 0; i < 2000; i++) {
            server.store().put(("key:" + i).getBytes(StandardCharsets.UTF_8), new byte[i]);
        }
        assertEquals(0, run(port, "--bigkeys"));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("keys: 2000, bytes of keys: 14890, bytes of values: 1999000", lines.get(0));
        assertEquals(11, lines.size());
        assertEquals("1999  \"key:1999\"", lines.get(1).strip());
        assertEquals("1990  \"key:1990\"", lines.get(10).strip());
    }

    @Test
    void hotKeys_oneKeyIsAskedForAllTheTime_isShown() throws Exception {
        server.store().put("cold".getBytes(StandardCharsets.UTF_8), new byte[10]);
        server.store().put("hot".getBytes(StandardCharsets.UTF_8), new byte[1000]);
        AtomicBoolean done = new AtomicBoolean();
        Thread load = new Thread(() -> {
            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                byte[] requests = "GET hot\nGET hot\nGET cold\n".getBytes(StandardCharsets.US_ASCII);
                while (!done.get()) {
                    socket.getOutputStream().write(requests);
                    socket.getInputStream().readNBytes(2 * "VALUE ".length() + 2 * 1001 + "VALUE ".length() + 11);
                }
            } catch (IOException failed) {
                done.set(true);
            }
        });
        load.start();
        try {
            assertEquals(0, run(port, "--hotkeys", "-i", "2"));
        } finally {
            done.set(true);
            load.join();
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("microseconds:", lines.get(0));
        int network = lines.indexOf("bytes on the network:");
        assertTrue(network > 0, lines.toString());
        assertTrue(lines.get(network + 1).endsWith("  \"hot\""), lines.toString());
        assertTrue(lines.get(network + 2).endsWith("  \"cold\""), lines.toString());
    }

    @Test
    void stat_threeLines_haveOneHeadingAndTheKeys() {
        server.store().put(new byte[] {'k'}, new byte[] {'v'});
        assertEquals(0, run(port, "--stat", "-r", "3", "-i", "0"));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(4, lines.size());
        assertEquals("keys", lines.get(0).strip().split(" +")[0]);
        for (String line : lines.subList(1, 4)) {
            assertEquals("1", line.strip().split(" +")[0]);
        }
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
        try (Server connection = new Server(Target.standard().withAddress("127.0.0.1", port), new RespProtocol(),
                aside -> { })) {
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

    @Test
    void login_passwordGiven_isTheFirstCommandOfEachConnection() throws IOException {
        try (FakeServer fake = new FakeServer(request -> request.equals("QUIT") ? FakeServer.CLOSE : "+OK\r\n")) {
            assertEquals(0, run(fake.port(), "-a", "s p", "PING"));
            assertEquals(0, run(fake.port(), "--user", "me", "--pass", "x", "-n", "2", "PING"));
            assertEquals(0, run(fake.port(), "-3", "--user", "me", "--pass", "x", "PING"));
            assertEquals(0, run(fake.port(), "-3", "--pass", "x", "PING"));
            assertEquals(0, run(fake.port(), "-u", "kv://me:y@127.0.0.1/1", "PING"));
            input = "PING\nQUIT\nPING\n".getBytes(StandardCharsets.US_ASCII);
            assertEquals(1, run(fake.port(), "-a", "z"));
            assertEquals(List.of("AUTH s p", "PING", "AUTH me x", "SELECT 2", "PING", "HELLO 3 AUTH me x", "PING",
                    "HELLO 3 AUTH default x", "PING", "AUTH me y", "SELECT 1", "PING", "AUTH z", "PING", "QUIT"),
                            fake.requests());
        }
    }

    @Test
    void login_refused_isToldAndTheCommandIsSent() throws IOException {
        try (FakeServer fake = new FakeServer(request -> request.startsWith("AUTH") ? "-WRONGPASS no\r\n"
                : "-NOAUTH first\r\n")) {
            assertEquals(1, run(fake.port(), "--no-auth-warning", "-a", "x", "GET", "k"));
            assertEquals("NOAUTH first\n", out.toString(StandardCharsets.UTF_8));
            assertEquals("kv-cli: AUTH failed: WRONGPASS no\n", err.toString(StandardCharsets.UTF_8).replace("\r", ""));
        }
    }

    @Test
    void database_notThere_nothingIsDone() throws IOException {
        try (FakeServer fake = new FakeServer(request -> request.startsWith("SELECT") ? "-ERR no\r\n" : "+OK\r\n")) {
            assertEquals(1, run(fake.port(), "-n", "7", "SET", "k", "v"));
            assertEquals(List.of("SELECT 7"), fake.requests());
        }
    }

    @Test
    void resp3_pushes_areNoReplies() throws IOException {
        try (FakeServer fake = new FakeServer(request -> request.startsWith("GET")
                ? ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n$1\r\nv\r\n"
                : "%0\r\n")) {
            assertEquals(0, run(fake.port(), "-3", "GET", "k"));
            assertEquals("v\n", out.toString(StandardCharsets.UTF_8));
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("invalidate"), err.toString());
        }
    }

    @Test
    void stream_untilTheConnectionEnds_printsAll() throws IOException {
        try (FakeServer fake = new FakeServer(request -> request.equals("MONITOR") ? "+OK\r\n+1 a\r\n+2 b\r\n$9\r\nbroken"
                : "+OK\r\n")) {
            try (Server connection = new Server(Target.standard().withAddress("127.0.0.1", fake.port()), new RespProtocol(),
                    aside -> { })) {
                connection.send(Server.bytes("MONITOR"));
                assertEquals(new Reply.Line("OK"), connection.next());
                assertEquals(new Reply.Line("1 a"), connection.next());
                assertEquals(new Reply.Line("2 b"), connection.next());
                Thread ending = new Thread(connection::close);
                ending.start();
                assertThrows(IOException.class, connection::next);
            } catch (UsageException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    @Test
    void pipe_manyCommands_countsRepliesAndErrors() {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            commands.append("*3\r\n$3\r\nSET\r\n$6\r\n").append(100_000 + i).append("\r\n$1\r\nv\r\n");
        }
        input = commands.append("*1\r\n$4\r\nNOPE\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        assertEquals(1, run(port, "--pipe"));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("\nerrors: 1, replies: 20001\n"), out.toString());
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("ERR unknown command 'NOPE'"), err.toString());
        assertEquals(20_000, server.store().size());
        input = new byte[0];
        assertEquals(0, run(port, "--pipe"));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("\nerrors: 0, replies: 0\n"), out.toString());
    }

    @Test
    void pipe_linesAsPeopleWriteThem_areCommands() {
        input = "SET a 1\r\nSET b 'two words'\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0, run(port, "--pipe"));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("\nerrors: 0, replies: 3\n"), out.toString());
        assertEquals(2, server.store().size());
    }

    @Test
    void pipe_unfinishedRequest_endsByTheTimeOut() {
        input = "*2\r\n$4\r\nECHO\r\n$100\r\nx".getBytes(StandardCharsets.US_ASCII);
        assertEquals(1, run(port, "--pipe", "--pipe-timeout", "1"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no reply for 1 seconds"), err.toString());
    }

    @Test
    void pipe_noResp_saysWhatTheServerSaid() {
        input = "*1\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
        assertEquals(1, run(port, "--pipe"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("Protocol error"), err.toString());
    }
}
