package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Commands on several keys, and those that read and write back, are one step: many clients run them against each other, and a
 * state between two steps is never seen. Left without the section's locks, each of these tests fails.
 */
class AtomicityTest extends LiveServer {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 4000;
    private static final int PIPELINE = 16;

    /** What a client asks in its nth request. */
    private interface Requests {
        String[] request(int client, int number);
    }

    /** What is always true of a reply. */
    private interface Check {
        void check(String reply);
    }

    @Test
    void incr_sameKeyByAll_losesNone() throws Exception {
        start("workers", "4");
        for (int i = 0; i < 5; i++) {
            run((client, number) -> number % 2 == 0 ? new String[] {"INCR", "n"} : new String[] {"INCRBY", "n", "1"},
                    reply -> { });
        }
        assertEquals("$5\r\n80000\r\n", client().ask("GET", "n"));
        assertEquals("+OK\r\n", client().ask("SET", "a", ""));
        run((client, number) -> new String[] {"APPEND", "a", "x"}, reply -> { });
        assertEquals(":16000\r\n", client().ask("STRLEN", "a"));
    }

    @Test
    void mset_seenByMget_allOrNothing() throws Exception {
        start("workers", "4");
        client().ask("MSET", "a", "0", "b", "0", "c", "0");
        run((client, number) -> client % 2 == 0
                        ? new String[] {"MSET", "a", "" + number, "b", "" + number, "c", "" + number}
                        : new String[] {"MGET", "b", "c", "a"},
                AtomicityTest::assertEqualElements);
    }

    @Test
    void copy_againstMset_keepsKeysEqual() throws Exception {
        start("workers", "4");
        client().ask("MSET", "a", "0", "b", "0");
        run((client, number) -> switch (client) {
            case 0 -> new String[] {"MSET", "a", "" + number, "b", "" + number};
            case 1 -> new String[] {"COPY", "a", "b", "REPLACE"};
            case 2 -> new String[] {"COPY", "b", "a", "REPLACE"};
            default -> new String[] {"MGET", "a", "b"};
        }, AtomicityTest::assertEqualElements);
    }

    @Test
    void rename_toAndFro_keyIsAlwaysOnceThere() throws Exception {
        start("workers", "4");
        client().ask("SET", "a", "token");
        run((client, number) -> switch (client) {
            case 0 -> new String[] {"RENAME", "a", "b"};
            case 1 -> new String[] {"RENAMENX", "b", "a"};
            default -> new String[] {"MGET", "a", "b"};
        }, reply -> {
            if (reply.startsWith("*")) {
                assertEquals(2, reply.split("token", -1).length, reply);
            }
        });
        assertEquals(":1\r\n", client().ask("DBSIZE"));
    }

    @Test
    void msetnx_sameKeysByAll_oneWins() throws Exception {
        start("workers", "4");
        int[] won = new int[1];
        run((client, number) -> new String[] {"MSETNX", "a" + number, "" + client, "b" + number, "" + client}, reply -> {
            synchronized (won) {
                won[0] += Integer.parseInt(reply.substring(1).trim());
            }
        });
        assertEquals(REQUESTS, won[0]);
        Client reader = client();
        for (int number = 0; number < REQUESTS; number++) {
            assertEqualElements(reader.ask("MGET", "a" + number, "b" + number));
        }
    }

    private static void assertEqualElements(String reply) {
        if (!reply.startsWith("*")) {
            return;
        }
        String[] lines = reply.split("\r\n");
        for (int i = 4; i < lines.length; i += 2) {
            assertEquals(lines[2], lines[i], reply);
        }
    }

    private void run(Requests requests, Check check) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Client client = client();
            Thread thread = new Thread(() -> {
                try {
                    for (int done = 0; done < REQUESTS; done += PIPELINE) {
                        ask(client, number, done, requests, check);
                    }
                } catch (IOException | RuntimeException | AssertionError failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(failures.isEmpty(), () -> failures.get(0).toString());
    }

    private static void ask(Client client, int number, int from, Requests requests, Check check) throws IOException {
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            pipeline.append(Client.request(requests.request(number, from + i)));
        }
        client.send(pipeline.toString());
        for (int i = 0; i < PIPELINE; i++) {
            check.check(client.reply());
        }
    }
}
