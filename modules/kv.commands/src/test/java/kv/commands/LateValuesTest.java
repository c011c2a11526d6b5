package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Long values are copied into the output when their keys are free for others again. Each test changes the keys while the reply is
 * being written: that would wait for ever for a section which is still open, as it did before.
 */
@Timeout(600)
class LateValuesTest {
    private static final String LONG = "0123456789".repeat(90_000);

    private final TestService service = new TestService();
    private final TestClient client = service.client();
    private boolean changed;

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void get_long_othersChangeItMeanwhile() {
        client.ask("SET", "k", LONG);
        whileReplying("k");
        assertEquals(bulk(LONG), client.ask("GET", "k"));
        assertEquals(bulk("new"), client.ask("GET", "k"));
        assertTrue(changed);
    }

    @Test
    void get_withinText_othersChangeItMeanwhile() {
        client.ask("SET", "k", LONG);
        TestClient text = service.client();
        CompletableFuture<Void> change = new CompletableFuture<>();
        // The first time is for the attempt without a section, which leaves the value alone.
        text.out.beforeReserve = () -> text.out.beforeReserve = () -> change(change, "k");
        assertEquals("VALUE " + LONG + "\n", text.send("GET k\n"));
        assertTrue(change.isDone());
    }

    @Test
    void getdel_long_isReplied() {
        client.ask("SET", "k", LONG);
        whileReplying("k");
        assertEquals(bulk(LONG), client.ask("GETDEL", "k"));
        assertEquals(bulk("new"), client.ask("GET", "k"));
    }

    @Test
    void mget_longShortAndMissing_areOfOneMomentInOrder() {
        client.ask("SET", "a", LONG);
        client.ask("SET", "b", "short");
        client.ask("SET", "d", LONG + "d");
        client.ask("SET", "e", "");
        whileReplying("a", "b", "c", "d", "e");
        // The array's head is written in the section, what follows is not.
        assertEquals("*6\r\n" + bulk(LONG) + bulk("short") + "$-1\r\n" + bulk(LONG + "d") + bulk("") + bulk(LONG),
                client.ask("MGET", "a", "b", "c", "d", "e", "a"));
        assertTrue(changed);
        assertEquals("*2\r\n" + bulk("new") + bulk("new"), client.ask("MGET", "c", "e"));
    }

    /** More than is kept aside of values without a whole page. */
    @Test
    void mget_manyShort_areReplied() {
        StringBuilder expected = new StringBuilder("*3000\r\n");
        String[] request = new String[3001];
        request[0] = "MGET";
        for (int i = 0; i < 3000; i++) {
            String value = i + "-" + "x".repeat(i % 1000);
            request[i + 1] = "k" + i;
            if (i % 7 != 0) {
                client.ask("SET", "k" + i, value);
            }
            expected.append(i % 7 != 0 ? bulk(value) : "$-1\r\n");
        }
        assertEquals(expected.toString(), client.ask(request));
    }

    @Test
    void get_outputFull_leavesNothingBehind() {
        client.ask("SET", "k", LONG);
        client.ask("SET", "s", "short");
        client.out.beforeReserve = () -> {
            throw new OutputFullException(null);
        };
        try {
            client.ask("GET", "k");
        } catch (OutputFullException expected) {
            changed = true;
        }
        assertTrue(changed);
        client.out.beforeReserve = () -> { };
        TestClient other = service.client();
        assertEquals(bulk("short"), other.ask("GET", "s"));
        assertEquals("*2\r\n" + bulk(LONG) + bulk("short"), other.ask("MGET", "k", "s"));
    }

    /** Seen to hang with LateWork doing all at once. */
    @Test
    void computing_ofLongValues_othersChangeThemMeanwhile() {
        String[][] requests = {{"GETRANGE", "k", "10", "-20"}, {"BITCOUNT", "k"}, {"BITCOUNT", "k", "3", "2300001", "BIT"},
            {"BITPOS", "z", "1"}, {"BITPOS", "z", "1", "100", "-1"}, {"DUMP", "k"}, {"DIGEST", "k"},
            {"DUMP", "short"}, {"LCS", "short", "other"}, {"LCS", "k", "x"}, {"LCS", "short", "other", "IDX"}};
        for (String[] request : requests) {
            client.ask("SET", "k", LONG.substring(0, 300_000));
            client.ask("SET", "z", "\0".repeat(299_999) + "\1");
            client.ask("SET", "short", LONG.substring(0, 1000));
            client.ask("SET", "other", LONG.substring(5, 900));
            client.ask("SET", "x", "x");
            client.ask("MULTI");
            client.ask(request);
            String atOnce = client.ask("EXEC").substring("*1\r\n".length());
            CompletableFuture<Void> change = new CompletableFuture<>();
            client.out.beforeReserve = () -> change(change, "k", "z", "short", "other", "x");
            String late = client.ask(request);
            client.out.beforeReserve = () -> { };
            assertEquals(atOnce, late, request[0]);
            assertTrue(change.isDone(), request[0]);
        }
        assertEquals(bulk("new"), client.ask("GET", "k"));
    }

    @Test
    void computing_ofLongValues_isRight() {
        client.ask("SET", "k", LONG);
        client.ask("SET", "z", "\0".repeat(899_999) + "\1");
        assertEquals(bulk(LONG.substring(33_000, 700_001)), client.ask("GETRANGE", "k", "33000", "700000"));
        assertEquals(":" + LONG.chars().mapToLong(Integer::bitCount).sum() + "\r\n", client.ask("BITCOUNT", "k"));
        assertEquals(":7199999\r\n", client.ask("BITPOS", "z", "1"));
        assertEquals("$0\r\n\r\n", client.ask("LCS", "k", "absent"));
    }

    @Test
    void script_long_isReplied() {
        client.ask("SET", "k", LONG);
        assertEquals(bulk(LONG), client.ask("EVAL", "return redis.call('MGET', KEYS[1])[1]", "1", "k"));
    }

    /** At the first piece of a value that the reply has room for, if not before, these keys are changed by somebody else. */
    private void whileReplying(String... keys) {
        CompletableFuture<Void> change = new CompletableFuture<>();
        int[] reserved = {0};
        client.out.beforeReserve = () -> {
            if (++reserved[0] == 2) {
                change(change, keys);
            }
        };
    }

    private void change(CompletableFuture<Void> change, String... keys) {
        if (change.isDone()) {
            return;
        }
        try {
            CompletableFuture.runAsync(() -> {
                for (String key : keys) {
                    service.store.put(key.getBytes(StandardCharsets.US_ASCII), "new".getBytes(StandardCharsets.US_ASCII));
                }
            }).get(300, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        changed = true;
        change.complete(null);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}
