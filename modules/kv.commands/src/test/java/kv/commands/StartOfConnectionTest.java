package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What decides which protocol a connection speaks, and lines on one that speaks RESP. */
class StartOfConnectionTest {
    private static final String PING = TestClient.request("PING");

    private final TestService service = new TestService();

    @AfterEach
    void close() {
        service.close();
    }

    /** What redis-cli --pipe sends when it is given nothing. */
    @Test
    void emptyLineFirst_thenArray_isRespAndHasNoReply() {
        assertEquals("+PONG\r\n", service.client().send("\r\n" + PING));
        assertEquals("+PONG\r\n", service.client().send("\r\n\r\n\r\n" + PING + "\r\n"));
        String[] pieces = {"\r", "\n", "\r", "\n*1\r\n$4\r\nPI", "NG\r\n"};
        TestClient client = service.client();
        for (int i = 0; i < pieces.length; i++) {
            assertEquals(i == 4 ? "+PONG\r\n" : "", client.send(pieces[i]), "piece " + i);
        }
    }

    @Test
    void emptyLineFirst_thenWord_isText() {
        TestClient client = service.client();
        assertEquals("", client.send("\r\n"));
        assertEquals("NOT_FOUND\n", client.send("GET a\n"));
        assertEquals("ERROR empty command\n", client.send("\r\n"));
        assertEquals("ERROR unknown command\n", client.send("*1\r\n"));
    }

    @Test
    void newlineOrLoneReturnFirst_isText() {
        assertEquals("ERROR empty command\n", service.client().send("\n"));
        assertEquals("ERROR unknown command\n", service.client().send("\rx\n"));
        assertEquals("ERROR unknown command\n", service.client().send("\r\r\n"));
    }

    @Test
    void linesBetweenArrays_onResp_areAnsweredAsResp() {
        TestClient client = service.client();
        assertEquals("+PONG\r\n+OK\r\n$3\r\na b\r\n+PONG\r\n-ERR unknown command 'NOSUCH', with args beginning with: 'x' \r\n",
                client.send(PING + "\n\r\nSET k \"a b\"\nGET k\r\n" + PING + "NOSUCH x\n"));
        assertEquals("-ERR Protocol error: unbalanced quotes in request\r\n", client.send("GET 'k\n" + PING));
        assertTrue(client.closed);
    }

    /** An inline request that takes long is left unread and read again. */
    @Test
    void quotedLine_ofSlowCommand_isExecutedOnce() {
        TestClient client = service.client();
        assertEquals("+OK\r\n*1\r\n$3\r\na b\r\n", client.send(TestClient.request("SET", "a b", "1") + "KEYS \"a\\x20*\"\r\n"));
    }

    @Test
    void httpRequest_inBothProtocols_closes() {
        for (String start : new String[] {"", PING}) {
            for (String http : new String[] {"POST / HTTP/1.1\r\n", "host: x\r\n"}) {
                TestClient client = service.client();
                client.send(start);
                assertEquals("", client.send(http + "SET stolen 1\r\n"));
                assertTrue(client.closed);
            }
        }
        assertEquals("$-1\r\n", service.client().ask("GET", "stolen"));
    }

    @Test
    void text_healthCheckOfHaproxy_isAnsweredAsByRedis() {
        TestClient client = service.client();
        assertEquals("+PONG\r\n", client.send("PING\r\n"));
        String info = client.send("info replication\r\n");
        assertTrue(info.matches("(?s)\\$\\d+\r\n# Replication\r\nrole:master\r\n.*\r\n"), info);
        assertFalse(client.closed);
        assertEquals("+OK\r\n", client.send("QUIT\r\n"));
        assertTrue(client.closed);
    }
}
