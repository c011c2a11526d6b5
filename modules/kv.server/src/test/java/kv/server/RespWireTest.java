package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RESP over a real socket: requests and the literal bytes of their replies, as Redis 7.0.15 gives them (except where
 * docs/PROTOCOL.md says otherwise).
 *
 * <p>Notation of the rows: steps parted by {@code " ; "}, arguments by blanks; {@code ''} is an empty argument; in replies {@code
 * \n} stands for CRLF; {@code <FAR>} is a second far in the future.
 */
class RespWireTest extends LiveServer {
    private static final String FAR = "33000000000";
    /** TTL rounds to seconds: what takes less does not show. */
    private static final long TTL_NANOS_MAX = 400_000_000;

    private Client client;

    @BeforeEach
    void connect() throws IOException {
        start();
        client = client();
    }

    /** The rows of resp_replies.txt. */
    static List<String> rows() throws IOException {
        try (InputStream rows = RespWireTest.class.getResourceAsStream("/resp_replies.txt")) {
            String text = new String(rows.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(row -> !row.isEmpty() && !row.startsWith("#")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void request_replied(String steps) throws IOException {
        long began = System.nanoTime();
        String wrong = firstWrong(steps);
        while (wrong != null && steps.contains("TTL ") && System.nanoTime() - began > TTL_NANOS_MAX) {
            connect(); // so slow that a time to live is a second less: again
            began = System.nanoTime();
            wrong = firstWrong(steps);
        }
        assertNull(wrong);
        assertEquals("+PONG\r\n", client.ask("PING"));
    }

    /** The first step that is not replied as it should be, and how it was; or null. */
    private String firstWrong(String steps) throws IOException {
        for (String step : steps.replace("<FAR>", FAR).split(" ; ")) {
            String[] parts = step.split(" => ", 2);
            String[] args = parts[0].split(" ");
            for (int i = 0; i < args.length; i++) {
                args[i] = args[i].replace("''", "");
            }
            String reply = client.ask(args);
            if (!reply.equals(parts[1].replace("\\n", "\r\n"))) {
                return step + ", not " + reply;
            }
        }
        return null;
    }

    @Test
    void resp3_typesOfItsOwn_afterHello() throws IOException {
        String hello = client.ask("HELLO", "3", "AUTH", "default", "any", "SETNAME", "me");
        assertTrue(hello.startsWith("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3"
                + "\r\n$2\r\nid\r\n:"), hello);
        assertTrue(hello.endsWith("$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"),
                hello);
        assertEquals("_\r\n", client.ask("GET", "none"));
        assertEquals("*1\r\n_\r\n", client.ask("MGET", "none"));
        assertEquals("%1\r\n$4\r\nsave\r\n$0\r\n\r\n", client.ask("CONFIG", "GET", "save"));
        assertEquals("*1\r\n_\r\n", client.ask("COMMAND", "INFO", "nosuch"));
        assertEquals("%0\r\n", client.ask("COMMAND", "DOCS", "nosuch"));
        assertTrue(client.ask("COMMAND", "INFO", "get").contains("\r\n~2\r\n+readonly\r\n+fast\r\n"));
        assertTrue(client.ask("INFO", "server").startsWith("="));
        assertEquals("_\r\n", client.ask("SET", "none", "1", "XX"));
        assertEquals("%7\r\n", client.ask("HELLO").substring(0, 4));
        assertEquals("+RESET\r\n", client.ask("RESET"));
        assertEquals("$-1\r\n", client.ask("GET", "none"));
        assertEquals("*14\r\n", client.ask("HELLO", "2").substring(0, 5));
    }

    @Test
    void latencyHistogram_afterCommands_countsThem() throws IOException {
        for (int i = 0; i < 3; i++) {
            client.ask("GET", "k");
        }
        String reply = client.ask("LATENCY", "HISTOGRAM", "get");
        assertTrue(reply.startsWith("*2\r\n$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:3\r\n$14\r\nhistogram_usec\r\n*"), reply);
        assertTrue(reply.endsWith(":3\r\n"), reply);
    }

    @Test
    void info_sections_serverFirstWithVersion() throws IOException {
        String all = client.ask("INFO");
        assertTrue(all.matches("(?s)\\$\\d+\r\n# Server\r\nredis_version:7\\.0\\.15\r\n.*"), all);
        for (String section : new String[] {"Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "Keyspace"}) {
            assertTrue(all.contains("# " + section + "\r\n"), section);
            assertTrue(client.ask("INFO", section).contains("# " + section + "\r\n"), section);
        }
        assertEquals("$0\r\n\r\n", client.ask("INFO", "nosuch"));
        client.ask("SET", "k", "v", "EX", "100");
        assertTrue(client.ask("INFO", "keyspace").contains("db0:keys=1,expires=1,"));
        assertTrue(client.ask("INFO", "commandstats").contains("cmdstat_set:calls=1,"));
    }

    @Test
    void clientListAndInfo_nameAndLibrary_shown() throws IOException {
        client.ask("CLIENT", "SETNAME", "me");
        client.ask("CLIENT", "SETINFO", "LIB-NAME", "lib");
        Client other = client();
        String id = client.ask("CLIENT", "ID").substring(1).trim();
        String info = client.ask("CLIENT", "INFO");
        assertTrue(info.contains("id=" + id + " addr=127.0.0.1:" + client.socket.getLocalPort() + " laddr=127.0.0.1:" + port()
                + " "), info);
        assertTrue(info.contains(" name=me ") && info.contains(" lib-name=lib ") && info.contains(" resp=2 "), info);
        assertTrue(other.ask("CLIENT", "LIST").contains(" name=me "));
        assertTrue(other.ask("CLIENT", "LIST", "ID", id).contains("id=" + id + " "));
        assertEquals("$0\r\n\r\n", other.ask("CLIENT", "LIST", "TYPE", "replica"));
        assertEquals("-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
                client.ask("CLIENT", "SETNAME", "a b"));
    }

    @Test
    void time_twoNumbers_ofNow() throws IOException {
        long before = System.currentTimeMillis() / 1000;
        String[] lines = client.ask("TIME").split("\r\n");
        long seconds = Long.parseLong(lines[2]);
        long after = System.currentTimeMillis() / 1000;
        assertTrue(seconds >= before - 1 && seconds <= after + 1, lines[2]); // two clocks, some milliseconds apart
        assertTrue(Long.parseLong(lines[4]) < 1_000_000);
    }

    @Test
    void binary_keyAndValueOfAllBytes_comeBackAsSent() throws IOException {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 1024; i++) {
            bytes.append((char) (i & 255));
        }
        String key = bytes.toString();
        String value = key.repeat(1024);
        assertEquals("+OK\r\n", client.ask("SET", key, value));
        assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.ask("GET", key));
        assertEquals("*1\r\n$1024\r\n" + key + "\r\n", client.ask("KEYS", "*"));
        assertEquals("*2\r\n$1\r\n0\r\n*1\r\n$1024\r\n" + key + "\r\n", client.ask("SCAN", "0"));
    }

    @Test
    void scan_smallCountWhileTheStoreGrows_eachKeyThatStaysIsReturned() throws IOException {
        for (int i = 0; i < 3000; i++) {
            client.send(Client.request("SET", "stays:" + i, "v"));
        }
        for (int i = 0; i < 3000; i++) {
            assertEquals("+OK\r\n", client.reply());
        }
        Set<String> seen = new HashSet<>();
        String cursor = "0";
        int added = 0;
        do {
            String[] lines = client.ask("SCAN", cursor, "COUNT", "7", "MATCH", "stays:*").split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.length; i += 2) {
                seen.add(lines[i]);
            }
            for (int i = 0; i < 100 && added < 20_000; i++) {
                assertEquals("+OK\r\n", client.ask("SET", "added:" + added++, "v"));
            }
        } while (!cursor.equals("0"));
        assertEquals(3000, seen.size());
    }

    @Test
    void request_splitAtEachByte_sameReplies() throws IOException {
        String requests = Client.request("SET", "key", "a\r\nb") + "*0\r\n" + Client.request("GET", "key")
                + Client.request("KEYS", "*") + Client.request("NOSUCH") + Client.request("DEL", "key");
        String replies = "+OK\r\n$4\r\na\r\nb\r\n*1\r\n$3\r\nkey\r\n-ERR unknown command 'NOSUCH', with args beginning with: "
                + "\r\n:1\r\n";
        for (int split = 0; split <= requests.length(); split++) {
            client.send(Client.request("PING") + requests.substring(0, split));
            assertEquals("+PONG\r\n", client.reply()); // the first part has arrived
            client.send(requests.substring(split));
            assertEquals(replies, client.bytes(replies.length()), "split at " + split);
        }
    }

    /** Parsed ahead, then unread again, because the replies before it must be sent first: no trace of that may stay. */
    @Test
    void request_splitBehindLongReplies_sameReplies() throws IOException {
        String value = "v".repeat(100_000);
        client.ask("SET", "big", value);
        String longReplies = Client.request("GET", "big").repeat(5);
        String request = Client.request("SET", "key", "a\r\nb") + Client.request("GET", "key");
        for (int split = 0; split <= request.length(); split++) {
            client.send(longReplies + request.substring(0, split));
            for (int i = 0; i < 5; i++) {
                assertEquals("$100000\r\n" + value + "\r\n", client.reply(), "split at " + split);
            }
            client.send(request.substring(split));
            assertEquals("+OK\r\n$4\r\na\r\nb\r\n", client.bytes(15), "split at " + split);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "*-5\\r\\n => invalid multibulk length", "*x\\r\\n => invalid multibulk length",
                "*99999999999\\r\\n => invalid multibulk length",
        "*1048577\\r\\n => invalid multibulk length", "*1\\r\\n$-1\\r\\n => invalid bulk length",
        "*1\\r\\n$1048577\\r\\n => invalid bulk length", "*1\\r\\n$99999999999\\r\\n => invalid bulk length",
        "*1\\r\\n$x\\r\\n => invalid bulk length", "*1\\r\\n:1\\r\\n => expected '$', got ':'",
        "*2\\r\\n$3\\r\\nDEL\\r\\n$1\\r\\nkey\\r\\n => expected CRLF after a bulk",
        "*2\\r\\n$3\\r\\nDEL\\r\\n$4\\r\\nkey\\r\\n\\n => expected CRLF after a bulk",
        "GET \"key\\r\\n => unbalanced quotes in request", "*2\\r\\n$3\\r\\nDEL\\r\\n3\\r\\nkey\\r\\n => expected '$', got '3'",
        "*111111111111111111111111111111111111111111 => too big mbulk count string",
    })
    void badFraming_repliedAndClosed_nothingExecuted(String row) throws IOException {
        String[] parts = row.split(" => ");
        client.ask("SET", "key", "1");
        client.send(parts[0].replace("\\r", "\r").replace("\\n", "\n") + Client.request("DEL", "key"));
        assertEquals("-ERR Protocol error: " + parts[1], client.line().trim());
        assertNull(client.line());
        assertEquals("$1\r\n1\r\n", client().ask("GET", "key"));
        assertEquals(1, client().info("total_error_replies"));
    }

    @Test
    void hugeAnnouncement_withoutBytes_takesNoMemory() throws IOException {
        long before = client.info("buffer_memory");
        for (int i = 0; i < 50; i++) {
            Client other = client();
            assertEquals("+PONG\r\n", other.ask("PING"));
            other.send("*1048576\r\n$1048576\r\nSE");
        }
        assertTrue(client.info("buffer_memory") - before < 4 << 20);
    }

    @Test
    void errorReply_quotesAtMost128Bytes_withoutLineEnds() throws IOException {
        String longText = "x\r\n+OK\r\n".repeat(10_000);
        String[][] requests = {{longText}, {"NOSUCH", longText}, {"EXPIRE", "k", "1", longText}, {"HELLO", "2", longText},
            {"CLIENT", longText}, {"CLIENT", "SETINFO", longText, "x"}, {"CONFIG", "SET", longText, "1"},
            {"OBJECT", longText, "k"}, {"CONFIG", longText}, {"COMMAND", longText}, {"MEMORY", longText}, {"LATENCY", longText}};
        for (String[] request : requests) {
            String reply = client.ask(request);
            assertTrue(reply.startsWith("-") && reply.length() < 2 * 128 + 100, reply.length() + " bytes: " + request[0]);
            assertEquals("+PONG\r\n", client.ask("PING"), "one line only");
        }
    }

    @Test
    void quit_withRequestsBehind_closesAndExecutesNone() throws IOException {
        client.send(Client.request("SET", "a", "1") + Client.request("QUIT") + Client.request("SET", "a", "2"));
        assertEquals("+OK\r\n+OK\r\n", client.rest());
        assertEquals("$1\r\n1\r\n", client().ask("GET", "a"));
    }

    /** The keys of a pipeline are looked at before its commands run: there are commands that may have none. */
    @Test
    void pipeline_ofCommandsWithoutTheirKeys_allReplied() throws IOException {
        String[][] requests = {{"OBJECT", "HELP"}, {"MEMORY", "X"}, {"OBJECT", "ENCODING"}, {"GET"}, {"PING"},
                {"OBJECT", "HELP"}};
        StringBuilder pipeline = new StringBuilder();
        for (String[] request : requests) {
            pipeline.append(Client.request(request));
        }
        client.send(pipeline.toString());
        for (String[] request : requests) {
            assertTrue(client.reply().length() > 0, request[0]);
        }
    }

    /** More than are parsed at once, and replies of more than are sent at once: what was parsed too early is parsed again. */
    @Test
    void pipeline_withLongRepliesSlowCommandsAndErrors_repliesInOrder() throws IOException {
        String value = "v".repeat(40_000);
        client.ask("SET", "big", value);
        StringBuilder pipeline = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            switch (i * 7 % 11) {
                case 0, 4 -> {
                    pipeline.append(Client.request("GET", "big"));
                    replies.append("$40000\r\n").append(value).append("\r\n");
                }
                case 1 -> {
                    pipeline.append(Client.request("KEYS", "n*"));
                    replies.append("*1\r\n$1\r\nn\r\n");
                }
                case 2 -> {
                    pipeline.append(Client.request("GET"));
                    replies.append("-ERR wrong number of arguments for 'get' command\r\n");
                }
                case 3 -> pipeline.append("*0\r\n\r\n");
                default -> {
                    pipeline.append(Client.request("SET", "n", "" + i)).append(Client.request("GET", "n"));
                    replies.append("+OK\r\n$" + ("" + i).length() + "\r\n" + i + "\r\n");
                }
            }
        }
        Client sender = client;
        Thread thread = new Thread(() -> {
            try {
                sender.send(pipeline.toString());
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        });
        thread.start();
        assertEquals(replies.toString(), client.bytes(replies.length()));
    }

    @Test
    void mset_manyKeys_allThere() throws IOException {
        String[] request = new String[20_001];
        request[0] = "MSET";
        for (int i = 1; i < request.length; i++) {
            request[i] = "k" + (i - 1) / 2;
        }
        assertEquals("+OK\r\n", client.ask(request));
        assertEquals(":10000\r\n", client.ask("DBSIZE"));
    }

    @Test
    void key_tooLong_refusedWhereverItStands() throws IOException {
        String key = "k".repeat(65_536);
        for (String[] request : new String[][] {{"GET", key}, {"SET", key, "v"}, {"MGET", "a", key}, {"MSET", "a", "1", key, "2"},
            {"RENAME", "a", key}, {"COPY", "a", key}, {"OBJECT", "ENCODING", key}, {"MEMORY", "USAGE", key}, {"DEL", "a", key}}) {
            assertEquals("-ERR key too long\r\n", client.ask(request), request[0]);
        }
        assertEquals(":0\r\n", client.ask("DBSIZE"));
    }

    @Test
    void bothProtocols_oneStoreAndOneSetOfCounters() throws IOException {
        Client text = client();
        text.line("SET a 1");
        client.ask("SET", "b", "22");
        client.ask("GET", "a");
        client.ask("DEL", "a", "b", "c");
        client.ask("NOSUCH");
        assertEquals("gets:1 sets:2 dels:1 errors:1 keys:0 bytes:0", text.line("STATS"));
    }
}
