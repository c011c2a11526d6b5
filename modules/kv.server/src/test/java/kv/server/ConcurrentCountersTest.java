package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No command is lost or counted twice, however many clients there are. */
class ConcurrentCountersTest extends LiveServer {
    private static final int CLIENTS = 16;
    private static final int ROUNDS = 100;
    private static final int PIPELINE = 20;

    @Test
    void counters_manyClientsInBothProtocols_areExact() throws Exception {
        start("workers", "4", "event-loops", "2");
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Client client = client();
            Thread thread = new Thread(() -> {
                try {
                    if (number % 2 == 0) {
                        speakText(client, number);
                    } else {
                        speakResp(client, number);
                    }
                } catch (IOException | AssertionError failure) {
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
        assertEquals(List.of(), failures);
        long each = (long) CLIENTS * ROUNDS * PIPELINE;
        assertEquals("gets:" + 2 * each + " sets:" + each + " dels:" + each / 2 + " errors:" + each + " keys:"
                + CLIENTS * PIPELINE / 2 + " bytes:" + 3 * CLIENTS * PIPELINE / 2, client().line("STATS"));
    }

    /** Each of the keys of one client: set, got, one of two deleted; one miss, one error. */
    private static void speakText(Client client, int number) throws IOException {
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            String key = "k" + number + ":" + i;
            requests.append("SET " + key + " abc\nGET " + key + "\nGET none\nJUNK\n");
            replies.append("OK\nVALUE abc\nNOT_FOUND\nERROR unknown command\n");
            if (i % 2 == 0) {
                requests.append("DEL " + key + "\n");
                replies.append("DELETED\n");
            }
        }
        repeat(client, requests.toString(), replies.toString());
    }

    private static void speakResp(Client client, int number) throws IOException {
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            String key = "k" + number + ":" + i;
            requests.append(Client.request("SET", key, "abc") + Client.request("GET", key) + Client.request("GET", "none")
                    + Client.request("GET"));
            replies.append("+OK\r\n$3\r\nabc\r\n$-1\r\n-ERR wrong number of arguments for 'get' command\r\n");
            if (i % 2 == 0) {
                requests.append(Client.request("DEL", key));
                replies.append(":1\r\n");
            }
        }
        repeat(client, requests.toString(), replies.toString());
    }

    private static void repeat(Client client, String requests, String replies) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            client.send(requests);
            assertEquals(replies, client.bytes(replies.length()));
        }
    }
}
