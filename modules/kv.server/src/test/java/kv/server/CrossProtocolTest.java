package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page that makes a browser talk to us gets nothing done. Planted, and found in each case: the words not looked for. */
class CrossProtocolTest extends LiveServer {

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\n", "post / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n",
        "OPTIONS / HTTP/1.1\r\nhost: x\r\n"})
    void request_ofHttp_closedAndLoggedAndNothingBehindItExecuted(String http) throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            start();
            Client browser = client();
            String replies = browser.send(http + "SET stolen 1\r\n").rest();
            assertTrue(replies.isEmpty() || replies.matches("ERROR .*\n"), replies);
            assertEquals("NOT_FOUND", client().line("GET stolen"));
        } finally {
            System.setErr(before);
        }
        assertTrue(log.toString(StandardCharsets.UTF_8).contains("possible cross-protocol attack from 127.0.0.1:"),
                log.toString(StandardCharsets.UTF_8));
    }

    @Test
    void word_hostInsideOfLine_isNoAttack() throws IOException {
        start();
        Client client = client();
        assertEquals("OK", client.line("SET Host: POST"));
        assertEquals("VALUE POST", client.line("GET Host:"));
    }
}
