package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that ask and do not read cost a bounded amount of memory, and nobody else's service. */
class BackPressureTest extends LiveServer {
    private static final int CLIENTS = 100;
    private static final int GETS = 60;
    private static final long GROWTH_MAX = 128L << 20;

    @Test
    void clientsThatNeverRead_memoryIsBounded_repliesAreCompleteOnceTheyDo() throws IOException {
        start();
        Client watcher = client();
        String value = "v".repeat(1 << 20);
        watcher.ask("SET", "big", value);
        long before = watcher.info("buffer_memory");
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = client(16 << 10);
            clients.add(client.send("GET big\n".repeat(GETS)));
        }
        awaitStandstill(watcher);
        assertTrue(watcher.info("total_net_output_bytes") < (long) CLIENTS * GETS << 20,
                "there are replies that wait for their clients");
        long most = watcher.info("buffer_memory"); // the pool keeps what it once had, so this is the most there ever was
        assertTrue(most - before <= GROWTH_MAX, "grown by " + (most - before) + " bytes");
        assertEquals("$1048576\r\n" + value + "\r\n", watcher.ask("GET", "big"));
        for (int i = 0; i < GETS; i++) {
            assertEquals("VALUE " + value + "\n", clients.get(0).bytes(value.length() + 7));
        }
    }
}
