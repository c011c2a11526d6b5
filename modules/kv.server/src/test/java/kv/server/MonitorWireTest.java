package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** MONITOR over sockets, beside load. */
final class MonitorWireTest extends LiveServer {
    /** In each command. All lines together are more than {@code max-buffer-memory}. */
    private static final int PAIRS = 10;

    /** Else the watcher would be closed first, for it has said nothing for longest. */
    @Test
    void monitor_nothingToShow_isNotIdle() throws Exception {
        start("idle-timeout", "3");
        Client watcher = client();
        assertEquals("+OK\r\n", watcher.ask("MONITOR"));
        Client idle = client();
        assertEquals("+PONG\r\n", idle.ask("PING"));
        assertTrue(watcher.line().contains("PING"));
        assertEquals(null, idle.line(), "closed, as it is idle");
        client().ask("PING");
        assertTrue(watcher.line().contains("PING"));
        assertEquals("+RESET\r\n", watcher.ask("RESET"));
        assertEquals(null, watcher.line(), "it watches no more");
    }

    /**
     * Seen to fail with a bound of 64 MiB, for monitors and for what may be posted at all: the watcher that does not read is
     * closed, for it holds most.
     */
    @Test
    void monitor_watcherThatDoesNotRead_costsLinesAndNeverAReply() throws Exception {
        start("max-buffer-memory", "16m");
        Client deaf = client(4096);
        assertEquals("+OK\r\n", deaf.ask("MONITOR"));
        Client watcher = client();
        assertEquals("+OK\r\n", watcher.ask("MONITOR"));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        String[] arguments = new String[1 + 2 * PAIRS];
        Arrays.fill(arguments, "v".repeat(100));
        arguments[0] = "MSET";
        Thread load = new Thread(() -> {
            try (Client client = new Client(port())) {
                String batch = Client.request(arguments).repeat(100);
                for (int i = 0; i < 200; i++) {
                    client.send(batch);
                    assertEquals("+OK\r\n".repeat(100), client.bytes(500));
                }
            } catch (IOException | AssertionError failed) {
                failure.set(failed);
            }
        });
        load.start();
        long seen = 0;
        long leftOut = 0;
        while (seen + leftOut < 20_000) {
            String line = watcher.line();
            if (line.contains("[0 kv-server]")) {
                leftOut += Long.parseLong(line.replaceAll(".*\"(\\d+) commands were left out\"\\s*", "$1"));
            } else {
                assertTrue(line.contains("\"MSET\" \"vvv"), line);
                seen++;
            }
            if (!load.isAlive() && seen + leftOut < 20_000) {
                client().ask("MSET", "vvv", "v"); // what was left out is said with the next line
            }
        }
        load.join();
        assertEquals(null, failure.get());
        deaf.send(Client.request("PING"));
        String line;
        do {
            line = deaf.line();
            assertNotNull(line, "closed");
        } while (!line.startsWith("+PONG"));
    }
}
