package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The log as a way in: lines that clients can cause, into a pipe that nobody reads, or without end.
 *
 * <p>Seen to fail on the server whose workers wrote the log: after 578 lines nobody was answered, and TERM did not end it; and of
 * 20,000 requests of a browser it logged 20,000 lines.
 */
class LogAttackTest extends UnderAttack {
    private static final String BROWSER = "POST / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int REQUESTS = 4_000;
    private static final int LINES_MAX = 400;

    @Test
    void stderr_nobodyReadsIt_holdsNeitherClientsNorTheStop() throws Exception {
        KvProcess server = attend(stalled());
        assertTrue(KvProcess.becomes(server::answers), "it does not get ready");
        pretendToBeABrowser(REQUESTS);
        for (int i = 0; i < 10; i++) {
            try (WireClient client = client()) {
                assertEquals("PONG", client.ask("PING").text());
            }
        }
        assertEquals(0, server.end("TERM"), "its exit status; -1: it does not end");
    }

    /** A reader that comes back finds the log going on, and a word about what it has missed. */
    @Test
    void stderr_readerComesBack_learnsWhatWasLeftOut() throws Exception {
        KvProcess server = attend(stalled());
        assertTrue(KvProcess.becomes(server::answers), "it does not get ready");
        pretendToBeABrowser(REQUESTS);
        server.readLog();
        server.awaitLog("ready on ");
        assertEquals(0, server.end("TERM"), "its exit status; -1: it does not end");
    }

    @Test
    void lines_thatClientsCause_areLimitedAndCounted() throws Exception {
        KvProcess server = start();
        pretendToBeABrowser(REQUESTS);
        pretendToBeABrowser(1);
        assertUnharmed();
        List<String> lines = server.logSoFar();
        assertTrue(lines.size() < LINES_MAX, () -> lines.size() + " lines of log, the first " + lines.subList(0, 5));
    }

    private void pretendToBeABrowser(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (WireClient browser = client()) {
                browser.send(BROWSER);
                assertEquals("", browser.rest());
            }
        }
    }

    private static KvProcess stalled() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(TestServer.HOST))) {
            port = free.getLocalPort();
        }
        return KvLaunch.small("--port", Integer.toString(port)).withoutReader().begin().at(port);
    }
}
