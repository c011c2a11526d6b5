package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * For tests that do their worst to a server in a process of its own: servers and clients end with the test, whatever happened.
 *
 * <p>Each test asserts what an innocent would notice: bytes, memory, whether the process lives, answers and ends with 0. None
 * asserts a time; a limit of time only ends what hangs. {@code -Dkv.tests.image=FOLDER} attacks the server of an image.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class UnderAttack {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private KvProcess server;

    /** A server with little memory and two workers, ready. */
    final KvProcess start(String... options) throws IOException, InterruptedException {
        return attend(KvLaunch.small(options).start());
    }

    /** The server that the test is about from now on. */
    final KvProcess attend(KvProcess process) {
        server = process;
        opened.add(process);
        return process;
    }

    final KvProcess server() {
        return server;
    }

    final WireClient client() throws IOException {
        return client(0);
    }

    /** @param receiveBytes how much the kernel keeps for it unread; 0 = as much as it likes */
    final WireClient client(int receiveBytes) throws IOException {
        WireClient client = new WireClient(server.port(), receiveBytes);
        opened.add(client);
        return client;
    }

    final List<WireClient> clients(int count) throws IOException {
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client());
        }
        return clients;
    }

    static void closeAll(List<WireClient> clients) throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
    }

    final void closeAllOpenedClients() throws IOException {
        for (AutoCloseable each : opened) {
            if (each instanceof WireClient client) {
                client.close();
            }
        }
    }

    /** It lives, serves a newcomer, and ends with 0 when it is told to. */
    final void assertUnharmed() throws IOException, InterruptedException {
        assertTrue(server.isAlive(), () -> "the process is gone: " + server.logSoFar());
        assertTrue(KvProcess.becomes(server::answers), () -> "nobody is answered any more: " + server.logSoFar());
        try (WireClient newcomer = server.client()) {
            assertEquals("OK", newcomer.ask("SET", "unharmed", "yes").text());
            assertEquals("yes", newcomer.ask("GET", "unharmed").text());
        }
        assertEquals(0, server.end("TERM"), () -> "its exit status (-1: it does not end); it said " + server.logSoFar());
    }

    @AfterEach
    final void closeAllOpened() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }
}
