package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that keep the server waiting, and those that are one too many. */
class TimeoutsTest extends ServerTest {
    private static final long FOR_EVER = 3_600_000;

    @Test
    void idle_nothingIsSent_closes() throws IOException {
        startWithTimes(0, FOR_EVER, FOR_EVER);
        try (Client client = new Client(); Client silent = new Client()) {
            assertEquals("a", client.ask("a"));
            server.setTimeouts(50, FOR_EVER, FOR_EVER); // not before: it holds between connecting and asking, too
            assertNull(client.in.readLine());
            assertNull(silent.in.readLine());
            assertEquals(2, server.stats().connectionsIdleClosed());
        }
    }

    @Test
    void idle_limitIsSetLater_holdsForThoseThatWaitAlready() throws IOException {
        startWithTimes(0, 0, 0);
        try (Client client = new Client()) {
            assertEquals("a", client.ask("a"));
            server.setTimeouts(30, 0, 0);
            assertNull(client.in.readLine());
            assertEquals(1, server.stats().connectionsIdleClosed());
        }
        server.setTimeouts(0, 0, 0);
        try (Client client = new Client()) {
            assertEquals("a", client.ask("a"));
            server.setTimeouts(0, 30, 0);
            client.send("half a line");
            assertNull(client.in.readLine());
            assertEquals(1, server.stats().connectionsTimedOut());
        }
        assertThrows(IllegalArgumentException.class, () -> server.setTimeouts(-1, 0, 0));
    }

    @Test
    void idle_requestIsAtWorkOrHeld_staysOpen() throws Exception {
        startWithTimes(0, FOR_EVER, FOR_EVER);
        try (Client held = new Client(); Client blocked = new Client()) {
            held.send("hold\n");
            Hold hold = service.holds.take();
            blocked.send("block\n");
            service.waiting.await();
            server.setTimeouts(30, FOR_EVER, FOR_EVER);
            for (int i = 0; i < 3; i++) {
                try (Client idle = new Client()) {
                    assertNull(idle.in.readLine()); // so its time has passed over
                }
            }
            hold.release();
            assertEquals("hold", held.in.readLine());
            service.gate.countDown();
            assertEquals("block", blocked.in.readLine());
        }
    }

    @Test
    void request_comesByteByByteWithoutEnd_closes() throws IOException {
        startWithTimes(0, 100, FOR_EVER);
        assertDripEnds();
    }

    @Test
    void request_comesByteByByte_idleTimeoutEndsItToo() throws IOException {
        startWithTimes(100, 0, FOR_EVER);
        assertDripEnds();
    }

    private void assertDripEnds() throws IOException {
        try (Client dripping = new Client(); Client other = new Client()) {
            while (server.stats().connectionsTimedOut() == 0) {
                try {
                    dripping.send("x");
                    assertEquals("a", other.ask("a"));
                } catch (IOException ended) {
                    break;
                }
            }
            await(() -> server.stats().connectionsTimedOut() == 1);
            assertEquals("still here", other.ask("still here"));
        }
    }

    @Test
    void send_clientNeverReads_closes() throws IOException {
        startWithTimes(0, FOR_EVER, 100);
        try (Client deaf = new Client(); Client other = new Client()) {
            deaf.send("fill 30000000\n");
            await(() -> server.stats().connectionsTimedOut() == 1);
            assertEquals("still here", other.ask("still here"));
            assertEquals(1, server.stats().connectionsOpen());
        }
    }

    @Test
    void oneTooMany_firstByte_choosesTheAnswer() throws IOException {
        start(1, 1, 1, 0, BUFFER_BYTES);
        try (Client first = new Client()) {
            assertEquals("a", first.ask("a"));
            for (String request : List.of("*1", "SET a b", "x".repeat(1000))) {
                try (Client tooMany = new Client()) {
                    assertEquals("too many, " + request.charAt(0), tooMany.ask(request));
                    assertNull(tooMany.in.readLine());
                }
            }
            try (Client silent = new Client()) {
                assertEquals("too many, silent", silent.in.readLine());
                assertNull(silent.in.readLine());
            }
            assertEquals(4, server.stats().connectionsRejected());
            assertEquals("b", first.ask("b"));
            assertEquals(1, service.connected.get());
        }
    }

    @Test
    void manyTooMany_allSilent_theFirstMakeWay() throws IOException {
        start(1, 1, 1, 0, BUFFER_BYTES);
        try (Client first = new Client()) {
            assertEquals("a", first.ask("a"));
            List<Client> silent = new ArrayList<>();
            for (int i = 0; i < 3 * Rejections.COUNT_MAX; i++) {
                silent.add(new Client());
            }
            assertEquals("b", first.ask("b"));
            for (Client client : silent) {
                assertEquals("too many, silent", client.in.readLine());
                assertFalse(client.in.ready());
                client.close();
            }
        }
    }
}
