package kv.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * CLIENT KILL, PAUSE, REPLY, SHUTDOWN and DEBUG. Error texts are those of redis-server 7.0.15.
 *
 * <p>Planted, and seen to fail: who has gone is kept among those that a pause holds.
 */
class ClientControlTest {
    private static final String OK = "+OK\r\n";

    private final TestService commands = new TestService();
    private final TestClient client = commands.client();

    @AfterEach
    void close() {
        commands.close();
    }

    private static AtomicInteger closings(TestClient of) {
        AtomicInteger closings = new AtomicInteger();
        of.client.closesBy(closings::incrementAndGet);
        return closings;
    }

    @Test
    void kill_byFilters_closesThoseThatPassAll() {
        TestClient other = commands.client();
        AtomicInteger closings = closings(other);
        assertEquals(":0\r\n", client.ask("CLIENT", "KILL", "ID", "2", "ADDR", "127.0.0.1:1"));
        assertEquals(":0\r\n", client.ask("CLIENT", "KILL", "ID", "1"), "itself only if asked for");
        assertEquals(":0\r\n", client.ask("CLIENT", "KILL", "TYPE", "pubsub"));
        assertEquals(0, closings.get());
        assertEquals(":1\r\n", client.ask("CLIENT", "KILL", "TYPE", "normal"));
        assertEquals(":1\r\n", client.ask("CLIENT", "KILL", "USER", "default"));
        assertEquals(":1\r\n", client.ask("CLIENT", "KILL", "LADDR", "127.0.0.1:9099", "ID", "2"));
        assertEquals(OK, client.ask("CLIENT", "KILL", "127.0.0.1:40002"));
        assertEquals(4, closings.get());
        assertEquals(":1\r\n", client.ask("CLIENT", "KILL", "ID", "1", "SKIPME", "no"));
        assertTrue(client.closed, "itself when the reply is written");
    }

    @Test
    void kill_wrong_asInRedis() {
        String[][] wrong = {
            {"x", "ERR No such client"}, {"ID", "0", "ERR client-id should be greater than 0"},
            {"ID", "x", "ERR client-id should be greater than 0"}, {"TYPE", "foo", "ERR Unknown client type 'foo'"},
            {"USER", "nobody", "ERR No such user 'nobody'"}, {"FOO", "bar", "ERR syntax error"}, {"ID", "1", "ADDR",
                "ERR syntax error"}, {"SKIPME", "maybe", "ERR syntax error"}};
        for (String[] each : wrong) {
            String[] request = new String[each.length + 1];
            request[0] = "CLIENT";
            request[1] = "KILL";
            System.arraycopy(each, 0, request, 2, each.length - 1);
            assertEquals("-" + each[each.length - 1] + "\r\n", client.ask(request));
        }
    }

    /** One that comes to be closed before the network has said how is closed as soon as it says. */
    @Test
    void kill_ofOneThatHasJustCome_isNotForgotten() {
        TestClient other = commands.client();
        assertEquals(":1\r\n", client.ask("CLIENT", "KILL", "ID", "2"));
        assertEquals(1, closings(other).get());
        assertEquals("", other.ask("SET", "k", "v"), "nor is it served meanwhile");
        assertEquals("$-1\r\n", client.ask("GET", "k"));
    }

    /** What {@link Executor#execute} says to one request, which stays unread if that is HELD. */
    private Executor.Outcome outcome(Executor executor, Client of, String... args) {
        ByteBuffer in = ByteBuffer.wrap(TestClient.request(args).getBytes(UTF_8)).order(ByteOrder.nativeOrder());
        executor.beginBatch(System.nanoTime(), false);
        return executor.execute(of, in, new ArrayOutput());
    }

    @Test
    void pause_holdsRequestsUntilItEnds() {
        Executor executor = commands.service.newExecutor();
        Client held = commands.service.connected(77, "127.0.0.1:77", "127.0.0.1:9099");
        commands.background.timerWaits = true;
        assertEquals(OK, client.ask("CLIENT", "PAUSE", "100000", "WRITE"));
        assertEquals(Executor.Outcome.IDLE, outcome(executor, held, "GET", "k"));
        assertEquals(Executor.Outcome.HELD, outcome(executor, held, "SET", "k", "v"));
        AtomicInteger released = new AtomicInteger();
        executor.whenReleased(released::incrementAndGet);
        assertEquals(OK, client.ask("CLIENT", "PAUSE", "1", "ALL"));
        assertEquals(Executor.Outcome.HELD, outcome(executor, held, "GET", "k"), "the one that stops more");
        Client late = commands.service.connected(78, "127.0.0.1:78", "127.0.0.1:9099");
        assertEquals(Executor.Outcome.HELD, outcome(executor, late, "GET", "k"), "who comes during a pause waits as well");
        executor.whenReleased(released::incrementAndGet);
        commands.service.disconnected(late);
        commands.background.runTimers();
        assertEquals(0, released.get(), "the one that lasts longer");
        assertEquals(OK, client.ask("CLIENT", "UNPAUSE"));
        assertEquals(1, released.get(), "who has gone is forgotten");
        assertEquals(Executor.Outcome.IDLE, outcome(executor, held, "SET", "k", "v"));
        assertEquals(0, held.checks());
    }

    @Test
    void pause_overAfterItsTime() {
        assertEquals(OK, client.ask("CLIENT", "PAUSE", "0"));
        assertEquals(OK, client.ask("SET", "k", "v"));
        assertEquals("-ERR timeout is not an integer or out of range\r\n", client.ask("CLIENT", "PAUSE", "x"));
        assertEquals("-ERR timeout is negative\r\n", client.ask("CLIENT", "PAUSE", "-1"));
        assertEquals("-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n", client.ask("CLIENT", "PAUSE", "1", "FOO"));
    }

    @Test
    void noEvictAndNoTouch_untilReset() {
        assertEquals(OK, client.ask("CLIENT", "NO-EVICT", "on"));
        assertEquals(OK, client.ask("CLIENT", "NO-TOUCH", "ON"));
        assertTrue(client.out.isSpared);
        assertTrue(client.ask("CLIENT", "INFO").contains(" flags=eT "));
        assertTrue(commands.background.lines.stream().anyMatch(line -> line.contains("NO-EVICT")), "it may cost others");
        assertEquals(OK, client.ask("CLIENT", "NO-EVICT", "OFF"));
        assertFalse(client.out.isSpared);
        client.ask("CLIENT", "NO-EVICT", "ON");
        client.ask("CLIENT", "REPLY", "OFF");
        assertEquals("+RESET\r\n", client.ask("RESET"), "replies, too, are as at first");
        assertFalse(client.out.isSpared);
        assertTrue(client.ask("CLIENT", "INFO").contains(" flags=N "));
    }

    @Test
    void reply_offAndSkip_sendNothing() {
        client.ask("SET", "k", "v");
        String pipeline = TestClient.request("CLIENT", "REPLY", "SKIP") + TestClient.request("GET", "k")
                + TestClient.request("PING");
        assertEquals("+PONG\r\n", client.send(pipeline));
        assertEquals("", client.ask("CLIENT", "REPLY", "SKIP"));
        assertEquals("", client.ask("NOSUCH"));
        assertEquals("+PONG\r\n", client.ask("PING"));
        assertEquals("", client.ask("CLIENT", "REPLY", "SKIP"));
        assertEquals("", client.ask("KEYS", "*"), "on the slow lane, too");
        assertEquals("+PONG\r\n", client.ask("PING"));
        assertEquals("", client.ask("CLIENT", "REPLY", "OFF"));
        assertEquals("", client.send(TestClient.request("GET", "k") + TestClient.request("NOSUCH")));
        assertEquals("", client.ask("SET", "long", "v".repeat(100_000)));
        assertEquals("", client.ask("GET", "long"));
        assertEquals("", client.ask("CLIENT", "REPLY", "SKIP"), "OFF stays");
        assertEquals("", client.ask("PING"));
        assertEquals(OK, client.ask("CLIENT", "REPLY", "ON"));
        assertEquals("$100000\r\n" + "v".repeat(100_000) + "\r\n", client.ask("GET", "long"));
        assertEquals("-ERR syntax error\r\n", client.ask("CLIENT", "REPLY", "FOO"));
    }

    @Test
    void shutdown_asksTheProcess() {
        assertEquals("-ERR syntax error\r\n", client.ask("SHUTDOWN", "FOO"));
        assertEquals("-ERR syntax error\r\n", client.ask("SHUTDOWN", "SAVE", "NOSAVE"));
        assertEquals("-ERR syntax error\r\n", client.ask("SHUTDOWN", "ABORT", "NOW"));
        assertEquals("-ERR No shutdown in progress.\r\n", client.ask("SHUTDOWN", "ABORT"));
        assertEquals("-ERR this server is part of another program, which ends it\r\n", client.ask("SHUTDOWN"));
        assertFalse(client.closed);
        commands.background.stops = true;
        assertEquals("", client.ask("SHUTDOWN", "NOSAVE", "NOW", "FORCE"));
        assertTrue(client.closed);
    }

    @Test
    void debugSleep_delaysOnlyThisClient() {
        assertEquals(OK, client.ask("DEBUG", "SLEEP", "1.5"));
        assertEquals(1500L, client.delays.get(0));
        assertTrue(client.ask("DEBUG", "SEGFAULT").startsWith("-ERR unknown subcommand"));
    }
}
