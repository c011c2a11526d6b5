package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kv.store.Eviction;
import kv.store.StoreConfig;
import kv.store.StoreNotWritableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A journal that has no room, because its disk is behind or full: no worker waits for it, readers notice nothing, and what was
 * begun for a change that is not made is nobody else's.
 *
 * <p>Planted: with a session that waits in a worker, all but the last fail; with what was prepared left behind, the last.
 */
class JournalBehindTest {
    private final TestService service = new TestService(
            StoreConfig.defaults().withMemoryLimitBytes(16 << 20).withValueBytesMax(4 << 20).withEviction(Eviction.ALL));
    private TestClient client;
    private boolean isBehind;
    /** What is asked for after so many times is refused. */
    private int timesUntilFull = Integer.MAX_VALUE;
    /** For each time that room was asked for, whether the asker would have waited. */
    private final List<Boolean> asked = new ArrayList<>();

    @BeforeEach
    void open() {
        service.journal((proxy, method, args) -> switch (method.getName()) {
            case "prepare" -> prepare((boolean) args[2]);
            case "end" -> 1L;
            case "unpreparedBytesMax" -> Long.MAX_VALUE;
            default -> null;
        });
        client = service.client();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private boolean prepare(boolean waits) {
        asked.add(waits);
        if (asked.size() > timesUntilFull) {
            throw new StoreNotWritableException("full", true);
        }
        return waits || !isBehind;
    }

    /** Executed by the slow lane, after a worker was refused once. */
    private void assertDeferred(String reply, String... args) {
        asked.clear();
        client.resetCalls();
        assertEquals(reply, client.ask(args));
        assertEquals(2, client.calls(), "calls of the executor");
        assertEquals(false, asked.get(0));
        assertTrue(asked.size() > 1 && !asked.subList(1, asked.size()).contains(false), asked.toString());
    }

    @Test
    void changes_areLeftToTheSlowLane_readersAreNot() {
        client.ask("SET", "k", "1");
        isBehind = true;
        assertDeferred("+OK\r\n", "SET", "k", "2");
        assertDeferred(":3\r\n", "INCR", "k");
        assertDeferred("+OK\r\n", "MSET", "a", "1", "b", "2");
        assertDeferred(":1\r\n", "EVAL", "return redis.call('DEL', KEYS[1])", "1", "b");
        client.resetCalls();
        asked.clear();
        assertEquals("$1\r\n3\r\n", client.ask("GET", "k"));
        assertEquals("*2\r\n$1\r\n1\r\n$-1\r\n", client.ask("MGET", "a", "b"));
        assertEquals(2, client.calls());
        assertEquals(List.of(), asked);
    }

    @Test
    void transaction_isLeftToTheSlowLane_asAWhole() {
        client.ask("MULTI");
        client.ask("INCR", "n");
        client.ask("SELECT", "1");
        client.ask("INCR", "n");
        isBehind = true;
        assertDeferred("*3\r\n:1\r\n+OK\r\n:1\r\n", "EXEC");
        assertEquals("$1\r\n1\r\n", client.ask("GET", "n"));
    }

    @Test
    void eviction_isLeftToTheSlowLane() {
        String value = "v".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            assertEquals("+OK\r\n", client.ask("SET", "k" + i, value));
        }
        isBehind = true;
        assertDeferred("+OK\r\n", "SET", "new", value);
        assertEquals(":1048576\r\n", client.ask("STRLEN", "new"));
    }

    /** Room for the second value is made by evicting, which the full disk forbids: nothing of the first one may be left. */
    @Test
    void valuePreparedForARefusedCommand_isNotTheNextOnes() {
        String value = "v".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            client.ask("SET", "k" + i, value);
        }
        asked.clear();
        client.ask("MSET", "a", value, "b", value, "c", value);
        int times = asked.size();
        assertTrue(times > 3, "evicted for each: " + asked);
        for (int until = 0; until < times; until++) {
            asked.clear();
            timesUntilFull = until;
            String reply = client.ask("MSET", "a", value, "b", value, "c", value);
            timesUntilFull = Integer.MAX_VALUE;
            String other = "o".repeat((1 << 20) + until);
            assertEquals("+OK\r\n", client.ask("SET", "long", other), reply);
            assertEquals("$" + other.length() + "\r\n" + other + "\r\n", client.ask("GET", "long"));
        }
    }
}
