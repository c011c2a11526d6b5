package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns, the slow lane, and requests that meet a long section. */
class ExecutorTest {
    private static final String LONG = "v".repeat(2 << 20);

    private TickingClock clock;
    private TestService service;
    private StoreSession holder;

    /** @param tickNanos how long each command takes */
    private TestClient start(long tickNanos) {
        clock = new TickingClock(tickNanos);
        service = new TestService(StoreConfig.defaults().withMemoryLimitBytes(256 << 20).withValueBytesMax(8 << 20)
                .withClock(clock.clock()));
        return service.client();
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void turn_timeIsOver_leavesTheRestForTheNext() {
        TestClient client = start(100_000);
        String replies = client.send(TestClient.request("PING").repeat(23));
        assertEquals("+PONG\r\n".repeat(23), replies);
        assertEquals(5, client.calls(), "5 commands of 100 us in each 500 us");
    }

    @Test
    void turn_firstCommandTakesLonger_isExecutedAndNoOther() {
        TestClient client = start(700_000);
        client.send(TestClient.request("PING").repeat(3));
        assertEquals(3, client.calls());
    }

    /** In a batch that has used up its time, each client gets one command done. */
    @Test
    void batch_timeIsOver_eachClientGetsOneCommand() {
        start(100_000);
        Executor executor = service.service.newExecutor();
        Client[] clients = new Client[6];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = service.service.connected(100 + i, "a", "b");
        }
        executor.beginBatch(System.nanoTime(), false);
        int executed = 0;
        for (int i = 0; i < clients.length; i++) {
            ByteBuffer in = bytes(TestClient.request("PING").repeat(10));
            assertEquals(Executor.Outcome.PAUSED, executor.execute(clients[i], in, new ArrayOutput()));
            executed += executor.executed();
            assertEquals(i < 2 ? 5 : 1, executor.executed(), "client " + i);
        }
        assertEquals(14, executed);
    }

    @Test
    void output_isFull_leavesTheRest() {
        TestClient client = start(1);
        client.out.buffersFull = 3;
        assertEquals("+PONG\r\n".repeat(20), client.send(TestClient.request("PING").repeat(20)));
        assertTrue(client.calls() > 5, client.calls() + " calls");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)).order(ByteOrder.nativeOrder());
    }

    /** What copies much is done on the slow lane, and what is short before and behind it in a pipeline is not. */
    @Test
    void longValue_anyCommandThatCopiesIt_isDeferred() {
        TestClient client = start(1);
        client.ask("SET", "long", LONG);
        client.ask("SET", "k", "v");
        String[][] deferred = {{"GET", "long"}, {"MGET", "k", "long"}, {"GETRANGE", "long", "0", "-1"},
            {"COPY", "long", "other", "REPLACE"}, {"RENAME", "other", "renamed"}, {"GETSET", "renamed", "x"},
            {"SET", "long2", LONG}, {"SET", "long2", "x", "GET"}, {"GETEX", "long", "EX", "100"}, {"GETEX", "long", "PERSIST"},
            {"GETDEL", "long"}, {"SETRANGE", "gap", "3000000", "x"}, {"KEYS", "*"}, {"SCAN", "0", "MATCH", "?".repeat(100)},
            {"FLUSHALL"}};
        for (String[] command : deferred) {
            client.resetCalls();
            String replies = client.send(TestClient.request("PING") + TestClient.request(command) + TestClient.request("PING"));
            assertTrue(replies.startsWith("+PONG\r\n") && replies.endsWith("+PONG\r\n"), command[0]);
            assertFalse(replies.contains("-ERR"), command[0]);
            assertEquals(3, client.calls(), command[0]);
        }
    }

    @Test
    void longValue_commandThatTouchesLittleOfIt_isNotDeferred() {
        TestClient client = start(1);
        client.ask("SET", "long", LONG);
        String[][] quick = {{"STRLEN", "long"}, {"GETRANGE", "long", "5", "9"}, {"APPEND", "long", "x"},
            {"SETRANGE", "long", "1000000", "x"}, {"EXPIRE", "long", "100"}, {"EXISTS", "long"}, {"TTL", "long"},
            {"SCAN", "0", "MATCH", "*"}, {"DEL", "long"}};
        for (String[] command : quick) {
            client.resetCalls();
            client.ask(command);
            assertEquals(1, client.calls(), command[0]);
        }
    }

    @Test
    void manyArguments_areDeferred() {
        TestClient client = start(1);
        String[] mget = new String[3000];
        Arrays.fill(mget, "k");
        mget[0] = "MGET";
        client.ask(mget);
        assertEquals(2, client.calls());
    }

    /** As a script would: holds the key's shard until it is told to end. */
    private void hold(String key) {
        holder = service.store.session();
        Keys keys = holder.newKeys();
        keys.add(bytes(key), 0, key.length());
        assertEquals(Opening.OPEN, holder.hold(keys, 0, 1, clock.nowMillis()));
    }

    private void holdAll() {
        holder = service.store.session();
        assertEquals(Opening.OPEN, holder.holdAll(holder.newKeys(), clock.nowMillis()));
    }

    /** The same bytes again and again, until they are executed; what is replied meanwhile is nothing. */
    private static final class Waiting {
        private final Executor executor;
        private final Client client;
        private final ByteBuffer in;
        private final ArrayOutput out = new ArrayOutput();
        private int released;

        private Waiting(TestService service, boolean slow, String bytes) {
            executor = service.service.newExecutor();
            client = service.service.connected(1000, "a", "b");
            in = bytes(bytes);
            out.onSlowLane = slow;
        }

        private Executor.Outcome run() {
            executor.beginBatch(System.nanoTime(), out.onSlowLane);
            Executor.Outcome outcome = executor.execute(client, in, out);
            if (outcome == Executor.Outcome.HELD) {
                executor.whenReleased(() -> released++);
            }
            return outcome;
        }
    }

    @Test
    void heldKey_requestIsLeftUnreadAndExecutedOnce() {
        TestClient other = start(1);
        other.ask("SET", "k", "1");
        hold("k");
        Waiting waiting = new Waiting(service, false, TestClient.request("PING") + TestClient.request("INCR", "k")
                + TestClient.request("PING"));
        for (int i = 1; i < 4; i++) {
            assertEquals(Executor.Outcome.HELD, waiting.run());
            assertEquals(i == 1 ? "+PONG\r\n" : "", waiting.out.text());
        }
        assertEquals(0, waiting.released);
        holder.close();
        assertEquals(3, waiting.released);
        assertEquals(Executor.Outcome.IDLE, waiting.run());
        assertEquals(":2\r\n+PONG\r\n", waiting.out.text());
        assertEquals("$1\r\n2\r\n", other.ask("GET", "k"));
    }

    /** Keys are worked on in pieces; what was done before the piece that is held is not done, or counted, again. */
    @Test
    void heldKey_withinManyKeys_countsEachOnce() {
        TestClient other = start(1);
        StringBuilder del = new StringBuilder("*1001\r\n$3\r\nDEL\r\n");
        for (int i = 1000; i < 2000; i++) {
            other.ask("SET", "key" + i, "v");
            del.append("$7\r\nkey").append(i).append("\r\n");
        }
        hold("key1700");
        Waiting waiting = new Waiting(service, false, del + TestClient.request("DEL", "x", "y"));
        assertEquals(Executor.Outcome.HELD, waiting.run());
        assertEquals(Executor.Outcome.HELD, waiting.run());
        holder.close();
        assertEquals(Executor.Outcome.IDLE, waiting.run());
        assertEquals(":1000\r\n:0\r\n", waiting.out.text());
    }

    @Test
    void heldStore_walksAndFlush_areLeftUnread() {
        TestClient other = start(1);
        other.ask("SET", "k", "1");
        for (String[] command : new String[][] {{"SCAN", "0"}, {"RANDOMKEY"}, {"FLUSHALL"}, {"GET", "k"}, {"SET", "k", LONG}}) {
            holdAll();
            Waiting waiting = new Waiting(service, true, TestClient.request(command));
            assertEquals(Executor.Outcome.HELD, waiting.run(), command[0]);
            assertEquals("", waiting.out.text());
            holder.close();
            assertEquals(Executor.Outcome.IDLE, waiting.run(), command[0]);
            assertTrue(waiting.out.text().length() > 3, command[0]);
        }
    }

    @Test
    void heldStore_commandsWithoutKeys_run() {
        TestClient client = start(1);
        holdAll();
        for (String[] command : new String[][] {{"PING"}, {"CLIENT", "LIST"}, {"COMMAND", "COUNT"}, {"CONFIG", "GET", "*"},
                {"TIME"}}) {
            assertFalse(client.ask(command).startsWith("-"), command[0]);
        }
        holder.close();
    }

    /** KEYS has begun its reply, so it waits where it is, on the slow lane; unless its client has gone. */
    @Test
    void heldStore_keysOfClientThatHasGone_ends() {
        start(1);
        holdAll();
        Waiting waiting = new Waiting(service, true, TestClient.request("KEYS", "*") + TestClient.request("PING"));
        waiting.out.cancelled = true;
        assertEquals(Executor.Outcome.CLOSED, waiting.run());
        assertEquals("", waiting.out.text());
        holder.close();
    }

    @Test
    void clientHasGone_longCommands_endEarly() {
        TestClient client = start(1);
        for (int i = 0; i < 2000; i++) {
            client.ask("SET", "key" + i, "v");
        }
        StringBuilder mget = new StringBuilder("*2001\r\n$4\r\nMGET\r\n");
        StringBuilder del = new StringBuilder("*2001\r\n$3\r\nDEL\r\n");
        for (int i = 0; i < 2000; i++) {
            String key = "$" + ("key" + i).length() + "\r\nkey" + i + "\r\n";
            mget.append(key);
            del.append(key);
        }
        for (StringBuilder request : new StringBuilder[] {mget, del}) {
            Waiting waiting = new Waiting(service, true, request.toString());
            waiting.out.cancelled = true;
            assertEquals(Executor.Outcome.CLOSED, waiting.run());
            assertEquals("", waiting.out.text());
        }
        assertEquals(":2000\r\n", client.ask("DBSIZE"));
    }

    @Test
    void names_areChargedAndGivenBack() {
        TestClient client = start(1);
        client.ask("CLIENT", "SETNAME", "a".repeat(128));
        assertEquals(128, client.out.charged);
        client.ask("CLIENT", "SETNAME", "b");
        client.ask("CLIENT", "SETINFO", "LIB-NAME", "cc");
        assertEquals(3, client.out.charged);
        client.out.chargedMax = 5;
        assertTrue(client.ask("CLIENT", "SETINFO", "LIB-VER", "ddd").startsWith("-OOM"));
        assertTrue(client.ask("HELLO", "3", "SETNAME",
                "a".repeat(129)).startsWith("-ERR Client names cannot be longer than 128"));
        client.ask("RESET");
        assertEquals(2, client.out.charged);
    }
}
