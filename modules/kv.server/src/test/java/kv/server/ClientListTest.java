package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * What CLIENT LIST tells of the memory of a connection. The figures are seen sooner or later, so each test looks until they are
 * there; the time limit of all tests over sockets ends it. Planted, and found: what is unread, or waits to be sent, told as
 * nothing.
 */
class ClientListTest extends LiveServer {
    private static final int VALUE_BYTES = 1 << 20;
    private static final int LINES = 300;
    /** Not quite the mebibyte that may wait for a monitor. */
    private static final int WAITING_BYTES = 1_000_000;

    /** The fields of its line, once they are so. */
    private static Map<String, String> await(Client watcher, String id, Predicate<Map<String, String>> wanted)
            throws IOException {
        while (true) {
            Map<String, String> fields = new HashMap<>();
            String line = watcher.ask("CLIENT", "LIST", "ID", id).lines().skip(1).findFirst().orElseThrow();
            for (String field : line.split(" ")) {
                String[] parts = field.split("=", 2);
                fields.put(parts[0], parts[1]);
            }
            if (wanted.test(fields)) {
                return fields;
            }
        }
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.get(name));
    }

    private static String id(Client client) throws IOException {
        return client.ask("CLIENT", "ID").substring(1).trim();
    }

    @Test
    void list_halfOfARequest_isUnread() throws IOException {
        start();
        Client watcher = client();
        Client slow = client();
        String id = id(slow);
        assertEquals("0", await(watcher, id, fields -> true).get("qbuf"));
        String half = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000\r\n" + "x".repeat(500);
        slow.send(half);
        Map<String, String> fields = await(watcher, id, now -> number(now, "qbuf") == half.length());
        assertTrue(number(fields, "tot-mem") >= number(fields, "qbuf") + number(fields, "qbuf-free"), fields.toString());
        assertEquals("0 0 r", fields.get("oll") + " " + fields.get("omem") + " " + fields.get("events"));
        slow.send("x".repeat(500) + "\r\n");
        assertEquals("+OK\r\n", slow.reply());
        await(watcher, id, now -> number(now, "qbuf") == 0 && number(now, "tot-mem") == 0);
    }

    @Test
    void list_repliesThatNobodyReads_waitToBeSent() throws IOException {
        start();
        Client watcher = client();
        watcher.ask("SET", "big", "v".repeat(VALUE_BYTES));
        Client deaf = client(4096);
        String id = id(deaf);
        int gets = 30; // more than the kernel keeps on both sides
        deaf.send(Client.request("GET", "big").repeat(gets));
        Map<String, String> fields = await(watcher, id, now -> now.get("events").equals("w") && number(now, "oll") > 0);
        assertTrue(number(fields, "omem") > 0 && number(fields, "tot-mem") > 0, fields.toString());
        for (int i = 0; i < gets; i++) {
            assertEquals(VALUE_BYTES + 12, deaf.reply().length());
        }
        await(watcher, id, now -> now.get("events").equals("r") && number(now, "oll") == 0 && number(now, "omem") == 0);
    }

    @Test
    void list_whatAMonitorDoesNotRead_waitsToBeSent() throws IOException {
        start();
        Client watcher = client();
        Client deaf = client(4096);
        String id = id(deaf);
        assertEquals("+OK\r\n", deaf.ask("MONITOR"));
        Client busy = client();
        String[] words = new String[32];
        Arrays.fill(words, "w".repeat(100));
        words[0] = "MGET";
        String requests = Client.request(words).repeat(LINES);
        await(watcher, id, now -> {
            boolean isSeen = now.get("events").equals("w") && number(now, "omem") > WAITING_BYTES;
            return isSeen || tellMore(busy, requests);
        });
        assertTrue(await(watcher, id, now -> true).get("flags").contains("O"));
    }

    /** A mebibyte for who watches; what the kernel keeps for it is full after some. @return false */
    private static boolean tellMore(Client busy, String requests) {
        try {
            busy.send(requests).bytes(LINES * ("*31\r\n".length() + 31 * "$-1\r\n".length()));
            return false;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void list_transaction_tellsItsMemory() throws IOException {
        start();
        Client watcher = client();
        Client client = client();
        String id = id(client);
        client.ask("MULTI");
        assertEquals("+QUEUED\r\n", client.ask("SET", "k", "v".repeat(1000)));
        Map<String, String> fields = await(watcher, id, now -> now.get("multi").equals("1"));
        assertTrue(number(fields, "multi-mem") >= 1000 && number(fields, "tot-mem") >= number(fields, "multi-mem"),
                fields.toString());
        client.ask("DISCARD");
        assertEquals("0", await(watcher, id, now -> now.get("multi").equals("-1")).get("multi-mem"));
    }
}
