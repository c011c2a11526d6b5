package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text protocol over a real socket: every row of its contract. */
class TextWireTest extends LiveServer {
    private static final String MEBIBYTE = "v".repeat(1 << 20);

    private Client client;

    @BeforeEach
    void connect() throws IOException {
        start();
        client = client();
    }

    /** Steps are parted by semicolons, a request and its reply by an arrow. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "SET k v => OK; GET k => VALUE v",
        "SET k v1 => OK; SET k v2 => OK; GET k => VALUE v2",
        "GET k => NOT_FOUND",
        "SET k v => OK; DEL k => DELETED; DEL k => NOT_FOUND; GET k => NOT_FOUND",
        "SET k v EX 100 => OK; GET k => VALUE v",
        "set k v ex 315360000 => OK; get k => VALUE v; Del k => DELETED",
        "KEYS x => KEYS 0; SET xa 1 => OK; KEYS x => KEYS 1 xa; KEYS x* => KEYS 1 xa; KEYS * => KEYS 1 xa; KEYS y => KEYS 0",
        "SET x* 1 => OK; SET xa 1 => OK; KEYS x** => KEYS 1 x*",
        "PING => +PONG\\r",
        "  SET   k\\t v  => OK; GET k \\r => VALUE v",
        " => ERROR empty command", "GET k => NOT_FOUND; \\r => ERROR empty command", " \\t  => ERROR empty command",
        "NOSUCH => ERROR unknown command", "NOSUCH a b c d e f => ERROR unknown command", "GETT k => ERROR unknown command",
        "GET => ERROR missing arguments", "SET k => ERROR missing arguments", "SET => ERROR missing arguments",
        "DEL => ERROR missing arguments", "KEYS => ERROR missing arguments", "SET k v EX => ERROR missing arguments",
        "GET a b => ERROR too many arguments", "SET k v JUNK => ERROR too many arguments",
        "SET k v JUNK 10 => ERROR too many arguments", "SET k v EX 10 x => ERROR too many arguments",
        "DEL a b => ERROR too many arguments", "KEYS a b => ERROR too many arguments", "PING x => ERROR too many arguments",
        "STATS JUNK => ERROR too many arguments", "STATS LATENCY x => ERROR too many arguments",
        "STATS CACHE x => ERROR too many arguments",
        "SET k v EX 0 => ERROR invalid expire time; GET k => NOT_FOUND", "SET k v EX -1 => ERROR invalid expire time",
        "SET k v EX 1.5 => ERROR invalid expire time", "SET k v EX abc => ERROR invalid expire time",
        "SET k v EX 315360001 => ERROR invalid expire time", "SET k v EX 99999999999999999999 => ERROR invalid expire time",
    })
    void request_replied(String steps) throws IOException {
        int errors = 0;
        for (String step : steps.split("; ", -1)) {
            String[] parts = step.split("=> ", -1);
            String request = parts[0].endsWith(" ") ? parts[0].substring(0, parts[0].length() - 1) : parts[0];
            assertEquals(parts[1].replace("\\r", "\r"), client.line(request.replace("\\r", "\r").replace("\\t", "\t")), step);
            if (parts[1].startsWith("ERROR")) {
                errors++;
            }
        }
        assertTrue(client.line("STATS").contains(" errors:" + errors + " "), "each error is counted once");
        assertEquals("+PONG\r", client.line("PING"));
    }

    @Test
    void stats_exampleOfTheContract_isExact() throws IOException {
        for (String request : "SET a 1, SET b 22, SET a 333, GET a, GET c, DEL b".split(", ")) {
            client.line(request);
        }
        assertEquals("gets:2 sets:3 dels:1 errors:0 keys:1 bytes:3", client.line("STATS"));
    }

    @Test
    void statsLatency_afterOneCommandEach_hasAllPairs() throws IOException {
        client.line("SET a 1");
        client.line("GET a");
        client.line("GET b");
        StringBuilder pattern = new StringBuilder();
        String number = "\\d+\\.\\d";
        for (String[] command : new String[][] {{"get", "2"}, {"set", "1"}, {"del", "0"}, {"keys", "0"}}) {
            pattern.append(" %1$s_count:%2$s %1$s_p50_us:%3$s %1$s_p95_us:%3$s %1$s_p99_us:%3$s %1$s_max_us:%3$s"
                    .formatted(command[0], command[1], number));
        }
        String line = client.line("STATS LATENCY");
        assertTrue(line.matches(pattern.substring(1)), line);
        assertTrue(line.endsWith("keys_p50_us:0.0 keys_p95_us:0.0 keys_p99_us:0.0 keys_max_us:0.0"), line);
    }

    @Test
    void statsCache_afterHitsMissesAndExpiry_countsThem() throws IOException {
        client.line("SET a 1");
        client.line("GET a");
        client.line("GET b");
        client.line("MGET a b");
        client.line();
        String line = client.line("STATS cache");
        assertTrue(line.matches("hits:2 misses:2 expired:0 evicted:0 memory:[1-9]\\d+ max_memory:[1-9]\\d+"), line);
    }

    @Test
    void stats_afterReplyOnOtherConnection_countsThatCommand() throws IOException {
        Client other = client();
        for (int i = 1; i <= 500; i++) {
            client.line("GET nothing");
            assertTrue(other.line("STATS").startsWith("gets:" + i + " "), "GET " + i);
            client.line("JUNK");
            assertTrue(other.line("STATS").contains(" errors:" + i + " "), "error " + i);
        }
    }

    @Test
    void expiry_keyWithTimeToLive_isGoneAndNotCounted() throws IOException {
        client.line("SET short-lived 12345 EX 1");
        client.line("SET made-permanent 1 EX 1");
        client.line("SET made-permanent 22");
        while (!client.line("GET short-lived").equals("NOT_FOUND")) {
            Thread.onSpinWait(); // bounded by the class's timeout
        }
        assertTrue(client.line("STATS").endsWith(" keys:1 bytes:2"));
        assertEquals("KEYS 1 made-permanent", client.line("KEYS *"));
        assertEquals("VALUE 22", client.line("GET made-permanent"));
    }

    @Test
    void keys_manyKeys_allOnceInOneLine() throws IOException {
        StringBuilder sets = new StringBuilder();
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            sets.append("SET ").append(i % 2 == 0 ? "even:" : "odd:").append(i).append(" v\n");
            if (i % 2 == 0) {
                expected.add("even:" + i);
            }
        }
        Thread sender = sendAside(sets.toString());
        for (int i = 0; i < 20_000; i++) {
            assertEquals("OK", client.line());
        }
        join(sender);
        String[] reply = client.line("KEYS even:").split(" ");
        assertEquals("10000", reply[1]);
        Set<String> keys = new TreeSet<>();
        for (int i = 2; i < reply.length; i++) {
            assertTrue(keys.add(reply[i]), reply[i] + " twice");
        }
        assertEquals(expected, keys);
    }

    @Test
    void pipeline_mixedWithSlowCommands_repliesInOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            requests.append("SET k ").append(i).append("\nKEYS *\nGET k\n").append(i % 7 == 0 ? "JUNK\n" : "");
            expected.append("OK\nKEYS 1 k\nVALUE ").append(i).append('\n').append(i % 7 == 0 ? "ERROR unknown command\n" : "");
        }
        Thread sender = sendAside(requests.toString());
        assertEquals(expected.toString(), client.bytes(expected.length()));
        join(sender);
    }

    @Test
    void request_splitAtEachByte_sameReplies() throws IOException {
        String requests = "SET key value EX 9\r\nGET key\n\nDEL key\nKEYS *\n";
        String replies = "OK\nVALUE value\nERROR empty command\nDELETED\nKEYS 0\n";
        for (int split = 0; split <= requests.length(); split++) {
            client.send("PING\n" + requests.substring(0, split));
            assertEquals("+PONG\r", client.line()); // the first part has arrived
            client.send(requests.substring(split));
            assertEquals(replies, client.bytes(replies.length()), "split at " + split);
        }
    }

    /** Parsed ahead, then unread again, because the replies before it must be sent first: no trace of that may stay. */
    @Test
    void request_splitBehindLongReplies_sameReplies() throws IOException {
        String value = "v".repeat(100_000);
        client.line("SET big " + value);
        String request = "SET key value\nGET key\n";
        for (int split = 0; split <= request.length(); split++) {
            client.send("GET big\n".repeat(5) + request.substring(0, split));
            for (int i = 0; i < 5; i++) {
                assertEquals("VALUE " + value, client.line(), "split at " + split);
            }
            client.send(request.substring(split));
            assertEquals("OK\nVALUE value\n", client.bytes(15), "split at " + split);
        }
    }

    @Test
    void halfClose_repliesDueThenEnd_unfinishedLineNotExecuted() throws IOException {
        client.send("SET a 1\nGET a\nSET b 2").endOutput();
        assertEquals("OK\nVALUE 1\n", client.rest());
        assertEquals("NOT_FOUND", client().line("GET b"));
    }

    @Test
    void halfClose_beforeLargeReplies_allAreSent() throws IOException {
        client.line("SET big " + MEBIBYTE);
        client.send("GET big\n".repeat(20) + "KEYS *\n").endOutput();
        assertEquals(20L * (MEBIBYTE.length() + 7) + "KEYS 1 big\n".length(), client.rest().length());
    }

    @Test
    void bytes_allButBlanksAndLineEnds_comeBackAsSent() throws IOException {
        StringBuilder bytes = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
                bytes.append(c);
            }
        }
        assertEquals("OK", client.line("SET k" + bytes + " " + bytes));
        assertEquals("VALUE " + bytes, client.line("GET k" + bytes));
        assertEquals("KEYS 1 k" + bytes, client.line("KEYS k"));
        assertEquals("VALUE a\rb", client.line("SET k a\rb").equals("OK") ? client.line("GET k") : "");
    }

    @Test
    void value_ofTheLimit_isStored_oneMoreByteIsNot() throws IOException {
        assertEquals("OK", client.line("SET k " + MEBIBYTE));
        assertEquals("ERROR value too long", client.line("SET k " + MEBIBYTE + "x"));
        assertEquals("VALUE " + MEBIBYTE, client.line("GET k"));
    }

    @Test
    void key_ofTheLimit_isStored_oneMoreByteIsNot() throws IOException {
        String key = "k".repeat(65_535);
        assertEquals("OK", client.line("SET " + key + " v"));
        assertEquals("VALUE v", client.line("GET " + key));
        assertEquals("ERROR key too long", client.line("SET " + key + "k v"));
        assertEquals("ERROR key too long", client.line("GET " + key + "k"));
        assertEquals("ERROR key too long", client.line("DEL " + key + "k"));
        assertTrue(client.line("STATS").contains(" errors:3 "));
    }

    @Test
    void line_withoutEnd_isRefusedOnceAndNotStored() throws IOException {
        Client watcher = client();
        watcher.ask("PING");
        for (int i = 0; i < 64; i++) {
            client.send(MEBIBYTE);
        }
        assertEquals("ERROR line too long", client.line());
        assertTrue(watcher.info("buffer_memory") < 16 << 20, "memory does not grow with the line");
        assertEquals("+PONG\r", client.send("\nPING\n").line());
        assertTrue(client.line("STATS").startsWith("gets:0 sets:0 dels:0 errors:1 "));
    }

    @Test
    void value_withNewlineWrittenByResp_isSentAsItIs() throws IOException {
        client().ask("SET", "k", "a\nb");
        assertEquals("VALUE a", client.line("GET k"));
        assertEquals("b", client.line());
    }

    private Thread sendAside(String bytes) {
        Thread sender = new Thread(() -> {
            try {
                client.send(bytes);
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        });
        sender.start();
        return sender;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
