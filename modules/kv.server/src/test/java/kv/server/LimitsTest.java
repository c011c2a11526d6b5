package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** What a client gets where a limit is, and that all others go on. */
class LimitsTest extends LiveServer {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    private static final String TOO_LONG = "-ERR string exceeds maximum allowed size (max-value-size)\r\n";

    @Test
    void connection_oneTooMany_isToldAndClosed_untilAnotherLeaves() throws IOException {
        start("max-connections", "2");
        Client first = client();
        Client second = client();
        first.line("PING");
        second.line("PING");
        assertEquals("ERROR too many connections\n", client().rest());
        second.close();
        String reply;
        do {
            reply = replyToNewcomer(); // the server may not have seen the close yet; bounded by the class's timeout
        } while (!reply.equals("+PONG\r"));
        assertEquals("+PONG\r", first.line("PING"));
    }

    private String replyToNewcomer() throws IOException {
        try {
            return String.valueOf(client().line("PING"));
        } catch (IOException resetByTheServer) {
            return "";
        }
    }

    @Test
    void idleTimeout_silentConnection_isClosed() throws IOException {
        start("idle-timeout", "50ms");
        while (!closedWhenIdle(client())) { } // else its time was over before it said anything
        assertNull(client().line());
        long closed;
        do {
            closed = idleClosed();
        } while (closed < 0);
        assertTrue(closed >= 2);
    }

    /** False if it is closed before it has been answered. */
    private static boolean closedWhenIdle(Client idle) throws IOException {
        try {
            if (!"+PONG\r".equals(idle.line("PING"))) {
                return false;
            }
        } catch (SocketException reset) {
            return false;
        }
        assertNull(idle.line());
        return true;
    }

    /** -1 if whoever asks is closed before it is told. */
    private long idleClosed() {
        try {
            return client().info("idle_closed_connections");
        } catch (IOException closed) {
            return -1;
        }
    }

    @Test
    void valueLimit_belowTheKeyLimit_holdsInBothProtocols() throws IOException {
        start("max-value-size", "10");
        Client text = client();
        assertEquals("OK", text.line("SET k 1234567890"));
        assertEquals("ERROR value too long", text.line("SET k 12345678901"));
        Client resp = client();
        String[][] requests = {{"SET", "k", "12345678901"}, {"SET", "k", "12345678901", "NX"}, {"SETNX", "x", "12345678901"},
            {"SETEX", "k", "9", "12345678901"}, {"PSETEX", "k", "9", "12345678901"}, {"GETSET", "k", "12345678901"},
            {"MSET", "x", "1", "k", "12345678901"}, {"MSETNX", "x", "1", "y", "12345678901"}, {"APPEND", "k", "1"},
            {"SETRANGE", "k", "10", "1"}, {"SETRANGE", "k", "0", "12345678901"}};
        for (String[] request : requests) {
            assertEquals(TOO_LONG, resp.ask(request), request[0]);
        }
        assertEquals("$10\r\n1234567890\r\n", resp.ask("GET", "k"));
        assertEquals(":1\r\n", resp.ask("DBSIZE"));
        assertEquals("-ERR Protocol error: invalid bulk length\r\n", resp.ask("SET", "k", "v".repeat(65_536)));
        assertNull(resp.line());
    }

    @Test
    void valueLimit_atTheLargest_isStoredAndSent() throws Exception {
        start("max-value-size", "64m", "max-memory", "256m");
        Client client = client();
        String value = "v".repeat(64 << 20);
        assertEquals("+OK\r\n", client.ask("SET", "k", value));
        assertEquals(":67108864\r\n", client.ask("STRLEN", "k"));
        assertEquals("$67108864\r\n" + value + "\r\n", client.ask("GET", "k"));
        assertEquals("ERROR value too long", client().line("SET k " + value + "v"));
    }

    @Test
    void memory_usedUp_errorIsRepliedAndTheRestGoesOn() throws IOException {
        start("max-memory", "16m");
        Client text = client();
        Client resp = client();
        assertEquals("OK", text.line("SET old value"));
        String value = "v".repeat(100_000);
        int stored = 0;
        while (text.line("SET filler:" + stored + " " + value).equals("OK")) {
            stored++;
        }
        assertTrue(stored > 50, stored + " stored");
        String large = "v".repeat(1 << 20);
        assertEquals("ERROR out of memory", text.line("SET old " + large));
        String[][] requests = {{"SET", "old", large}, {"SET", "old", large, "XX"}, {"SET", "old", large, "GET"},
            {"SETEX", "old", "9", large}, {"GETSET", "old", large}, {"APPEND", "old", large.substring(5)},
            {"SETRANGE", "old", "9", large.substring(9)}, {"SETNX", "new", large}, {"MSET", "new", large},
            {"MSETNX", "new", large}};
        for (String[] request : requests) {
            assertEquals(OOM, resp.ask(request), request[0] + " " + request.length);
        }
        assertEquals("VALUE value", text.line("GET old"));
        assertEquals(":0\r\n", resp.ask("EXISTS", "new"));
        assertEquals("VALUE " + value, text.line("GET filler:0"));
        assertEquals((stored + 1) + "", text.line("KEYS *").split(" ")[1]);
        assertTrue(text.line("STATS").contains(" errors:" + (2 + requests.length) + " keys:" + (stored + 1) + " "));
        for (int i = 0; i < stored; i++) {
            assertEquals("DELETED", text.line("DEL filler:" + i));
        }
        assertEquals("+OK\r\n", resp.ask("SET", "old", large));
    }

    @Test
    void bufferMemory_usedUpByOne_closesThatOneOnly() throws IOException {
        start("max-buffer-memory", "16m");
        Client other = client();
        Client greedy = client();
        String mebibyte = "x".repeat(1 << 20);
        assertEquals("+PONG\r\n", greedy.ask("PING"));
        try {
            greedy.send("*1000\r\n$4\r\nMSET\r\n");
            for (int i = 0; i < 100; i++) {
                greedy.send("$1048576\r\n" + mebibyte + "\r\n");
            }
            greedy.line();
        } catch (IOException closedByTheServer) {
            greedy.close();
        }
        assertTrue(other.info("failed_connections") == 1);
        assertTrue(other.info("buffer_memory") <= 16 << 20);
        assertEquals("+OK\r\n", other.ask("SET", "k", mebibyte));
        assertEquals(mebibyte.length() + 11, other.ask("GET", "k").length() - 1);
    }
}
