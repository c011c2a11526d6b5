package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections begin, idle, and end: first bytes, time-outs, peers that vanish, signals, and a stop amid everything. */
class ConnectionLifeTest extends UnderAttack {
    private static final int KEEPALIVE_TIMER = 2;
    private static final String BULK = "v".repeat(1 << 20);

    /** It takes four seconds and more, far longer than an idle connection has; but it is not idle. */
    @Test
    void idleTimeout_replyIsBeingRead_doesNotCutIt() throws Exception {
        start("--idle-timeout", "1s", "--max-buffer-memory", "256m");
        WireClient reader = client(16 << 10);
        reader.ask("SET", "big", BULK);
        String[] mget = new String[17];
        mget[0] = "MGET";
        for (int i = 1; i < mget.length; i++) {
            mget[i] = "big";
        }
        reader.send(WireClient.request(mget));
        assertEquals("*16", reader.line().strip());
        long expected = 16L * (BULK.length() + "$1048576\r\n\r\n".length());
        long read = 0;
        for (int pieces = 0; read < expected; pieces++) {
            String piece = reader.bytes((int) Math.min(expected - read, 256 << 10));
            assertFalse(piece.isEmpty(), "cut off after " + read + " of " + expected + " bytes");
            read += piece.length();
            TimeUnit.MILLISECONDS.sleep(60); // a slow reader's pace, no wait for anything
        }
        assertEquals(expected, read);
    }

    /** A byte now and then makes no client: the request it belongs to never ends. */
    @Test
    void idleTimeout_requestComesByteByByte_endsTheConnection() throws Exception {
        start("--idle-timeout", "2s");
        WireClient dripping = client();
        dripping.ask("PING");
        dripping.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000\r\n");
        boolean ended = KvProcess.becomes(() -> {
            try {
                dripping.send("x");
                TimeUnit.MILLISECONDS.sleep(100);
                return false;
            } catch (IOException reset) {
                return true;
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
        assertTrue(ended, "it holds a connection for ever with a byte now and then");
        assertUnharmed();
    }

    @Test
    void idleTimeout_nothingIsSent_endsTheConnection() throws Exception {
        start("--idle-timeout", "2s");
        WireClient idle = client();
        assertEquals("PONG", idle.ask("PING").text());
        assertEquals("", idle.rest());
    }

    /** The kernel asks whether the peer is still there: its timer, as /proc/net/tcp shows it. */
    @Test
    void peers_thatMayVanish_areProbed() throws Exception {
        KvProcess server = start();
        client().ask("PING");
        List<String> timers = new ArrayList<>();
        String port = String.format(":%04X", server.port());
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            String[] fields = line.trim().split("\\s+");
            if (fields.length > 5 && fields[1].endsWith(port) && fields[3].equals("01")) {
                timers.add(fields[5]);
            }
        }
        assertEquals(1, timers.size());
        assertEquals(KEEPALIVE_TIMER, Integer.parseInt(timers.get(0).split(":")[0], 16), "no timer for keep-alive: " + timers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n"})
    void firstBytes_lineEndsOnly_leaveTheProtocolOpen(String lineEnds) throws Exception {
        start();
        assertEquals("PONG", client().send(lineEnds).ask("PING").text());
        WireClient byteByByte = client();
        for (char c : (lineEnds + WireClient.request("ECHO", "x")).toCharArray()) {
            byteByByte.send(Character.toString(c));
        }
        assertEquals("x", byteByByte.reply().text());
        assertEquals("", client().send(lineEnds).endOutput().rest(), "line ends alone are answered with nothing");
    }

    @Test
    void firstByte_lineFeed_isText() throws Exception {
        start();
        WireClient text = client();
        text.send("\nSET a 1\n");
        assertEquals("ERROR empty command", text.line());
        assertEquals("OK", text.line());
    }

    @Test
    void connections_overTheLimit_areToldSoInTheirProtocol() throws Exception {
        start("--max-connections", "2");
        client().ask("PING");
        client().ask("PING");
        WireClient resp = client();
        resp.send(WireClient.request("PING"));
        assertEquals("-ERR max number of clients reached\r\n", resp.rest());
    }

    @Test
    void crossProtocol_browser_getsNothing() throws Exception {
        start();
        assertEquals("", client().send("POST / HTTP/1.1\r\nHost: x\r\n\r\nSET a 1\r\n").rest());
        assertEquals("", client().send("Host: x\r\n\r\nSET a 1\r\n").rest());
        WireClient resp = client();
        resp.ask("PING");
        assertEquals("", resp.send("POST / HTTP/1.1\r\nHost: x\r\n\r\n").rest());
        assertTrue(client().ask("GET", "a").isNull());
    }

    @Test
    void hup_runningServer_losesNothing() throws Exception {
        KvProcess server = start();
        client().ask("SET", "kept", "yes");
        for (int i = 0; i < 5; i++) {
            server.signal("HUP");
        }
        assertEquals("yes", client().ask("GET", "kept").text());
        assertUnharmed();
    }

    /** With several loops, from all states: idle, half-sent, unread, at work. Each sees the end; none is left. */
    @Test
    void stop_severalLoops_endsEveryConnection() throws Exception {
        for (int round = 0; round < 3; round++) {
            KvProcess server = start("--event-loops", "2");
            try (WireClient filler = client()) {
                filler.ask("SET", "big", BULK);
            }
            List<WireClient> all = clients(60);
            for (int i = 0; i < all.size(); i++) {
                switch (i % 4) {
                    case 0 -> all.get(i).ask("PING");
                    case 1 -> all.get(i).send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nhalf");
                    case 2 -> all.get(i).send(WireClient.request("MGET", "big", "big", "big", "big").repeat(4));
                    default -> all.get(i).send(WireClient.request("KEYS", "*").repeat(20));
                }
            }
            assertEquals(0, server.end("TERM"), "its exit status; -1: it does not end");
            for (WireClient each : all) {
                each.rest();
            }
        }
    }

    @Test
    void stop_whileAttacked_endsWithZero() throws Exception {
        KvProcess server = attend(KvLaunch.small("--max-memory", "256m").start());
        try (WireClient filler = client()) {
            for (int i = 0; i < 200; i++) {
                filler.ask("SET", "key" + i, "v".repeat(500_000));
            }
        }
        String pattern = "*[" + "a".repeat(900_000);
        for (int i = 0; i < 4; i++) {
            attemptForEver(client(), WireClient.request("SCAN", "0", "MATCH", pattern, "COUNT", "1000").repeat(8));
            attemptForEver(client(), WireClient.request("KEYS", pattern).repeat(8));
            attemptForEver(client(), WireClient.request("FLUSHALL").repeat(200) + WireClient.request("KEYS", "*").repeat(2000));
            attemptForEver(client(), WireClient.request("GETRANGE", "key" + i, "0", "-1").repeat(200));
        }
        assertEquals(0, server.end("TERM"), "its exit status; -1: it does not end");
    }

    private static void attemptForEver(WireClient attacker, String bytes) {
        Thread sender = new Thread(() -> {
            try {
                attacker.send(bytes).rest();
            } catch (IOException ended) {
                // The stop has ended it.
            }
        }, "attacker");
        sender.setDaemon(true);
        sender.start();
    }
}
