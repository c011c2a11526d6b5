package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A process without file descriptors left: it accepts no more, goes on with those it has, and resumes. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorsTest {
    private static final String PAUSED = "cannot accept connections";

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs prlimit")
    void descriptorsRunOut_acceptingPausesAndResumes() throws Exception {
        try (ServerProcess server = new ServerProcess("ulimit -n 1000")) {
            lowerLimit(server.pid()); // after the start: it would have kept to what it may open
            Client first = new Client(server.port());
            assertEquals("OK", first.line("SET k v"));
            // here, unlike in the image, classes are files: load them while there are descriptors
            assertEquals("VALUE v", first.line("GET k"));
            long begin = System.nanoTime();
            List<Client> many = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                many.add(new Client(server.port())); // those not accepted wait in the backlog
            }
            server.awaitLog(PAUSED);
            for (int i = 0; i < 1000; i++) {
                assertEquals("VALUE v", first.line("GET k"));
            }
            Client waiting = many.get(many.size() - 1).send("PING\n");
            waiting.socket.setSoTimeout(1);
            assertNoReply(waiting);
            waiting.socket.setSoTimeout(0);
            for (Client client : many.subList(0, 140)) {
                client.close();
            }
            assertEquals("+PONG\r", waiting.line());
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            assertTrue(server.countLog(PAUSED) <= seconds + 1, "more than a log line a second");
            try (Client newcomer = new Client(server.port())) {
                assertEquals("VALUE v", newcomer.line("GET k"));
            }
            first.close();
            for (Client client : many) {
                client.close();
            }
            assertEquals(0, server.stop());
        }
    }

    private static void lowerLimit(long pid) throws Exception {
        assertEquals(0, new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile=100").inheritIO().start().waitFor());
    }

    @Test
    @EnabledOnOs(value = {OS.LINUX, OS.MAC}, disabledReason = "needs a shell with ulimit")
    void descriptorsBelowMaxConnections_connectionTooMany_isTold() throws Exception {
        try (ServerProcess server = new ServerProcess("ulimit -n 100")) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 68; i++) {
                clients.add(new Client(server.port()));
                assertEquals("+PONG\r\n", clients.get(i).ask("PING"));
            }
            assertEquals(68, clients.get(0).info("maxclients"));
            try (Client tooMany = new Client(server.port())) {
                assertTrue(tooMany.rest().contains("connections"));
            }
            for (Client client : clients) {
                client.close();
            }
            assertEquals(0, server.stop());
        }
    }

    private static void assertNoReply(Client client) throws Exception {
        try {
            throw new AssertionError("replied, though there was no descriptor left: " + client.line());
        } catch (SocketTimeoutException expected) {
            // it waits
        }
    }
}
