package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What ends a script that would run for ever, on real sockets; and what becomes of others meanwhile. */
class ScriptWireTest extends LiveServer {
    private static final String ENDLESS = "redis.call('set', KEYS[1], 'new') while true do end";

    /** Returns when the script runs: who asks for its key is not answered. */
    private Client startEndless(Client other) throws IOException {
        other.ask("SET", "held", "old");
        Client runs = client();
        runs.send("*4\r\n$4\r\nEVAL\r\n$" + ENDLESS.length() + "\r\n" + ENDLESS + "\r\n$1\r\n1\r\n$4\r\nheld\r\n");
        while (!other.ask("CLIENT", "LIST").contains("cmd=eval ")) {
            Thread.onSpinWait();
        }
        return runs;
    }

    private static String killed(Client other) throws IOException {
        String reply;
        do { // it is still in a worker, or between it and the lane
            reply = other.ask("SCRIPT", "KILL");
        } while (reply.startsWith("-NOTBUSY"));
        return reply;
    }

    @Test
    void scriptKill_endsIt_itsWritesAreGone_itsClientIsTold() throws IOException {
        start();
        Client other = client();
        Client runs = startEndless(other);
        assertEquals("+OK\r\n", killed(other));
        String reply = runs.line();
        assertTrue(reply.startsWith("-ERR Error running script: Script killed by user with SCRIPT KILL"), reply);
        assertEquals("$3\r\nold\r\n", other.ask("GET", "held"));
        assertEquals(":1\r\n", runs.ask("EVAL", "return 1", "0"));
    }

    @Test
    void whileOneRuns_othersAreServed() throws IOException {
        start();
        Client other = client();
        startEndless(other);
        for (int i = 0; i < 200; i++) { // more than workers: none of them waits
            assertEquals("+PONG\r\n", client().ask("EVAL", "return redis.call('ping')", "0"));
        }
        assertTrue(other.ask("INFO", "server").contains("redis_version"));
        assertEquals("+OK\r\n", killed(other));
        assertEquals("$3\r\nold\r\n", other.ask("GET", "held"));
    }

    @Test
    void clientKill_ofWhoRunsIt_endsIt() throws IOException {
        start();
        Client other = client();
        Client runs = startEndless(other);
        String line = other.ask("CLIENT", "LIST").lines().filter(each -> each.contains("cmd=eval ")).findFirst().orElseThrow();
        String id = line.substring(line.indexOf("id=") + 3, line.indexOf(' '));
        assertEquals(":1\r\n", other.ask("CLIENT", "KILL", "ID", id));
        String last = runs.line(); // nothing, or that the script has been ended, if that comes before the connection's end
        assertTrue(last == null || last.startsWith("-ERR Error running script") && runs.line() == null, last);
        assertEquals("$3\r\nold\r\n", other.ask("GET", "held"));
    }

    @Test
    void clientThatGoes_endsIt() throws IOException {
        start();
        Client other = client();
        startEndless(other).close();
        assertEquals("$3\r\nold\r\n", other.ask("GET", "held"));
    }

    @Test
    void shutdown_whileOneRuns_endsTheProcess() throws IOException, InterruptedException {
        try (ServerProcess process = new ServerProcess(":"); Client other = new Client(process.port());
                Client runs = new Client(process.port())) {
            runs.send("*4\r\n$4\r\nEVAL\r\n$" + ENDLESS.length() + "\r\n" + ENDLESS + "\r\n$1\r\n1\r\n$4\r\nheld\r\n");
            while (!other.ask("CLIENT", "LIST").contains("cmd=eval ")) {
                Thread.onSpinWait();
            }
            other.send("*2\r\n$8\r\nSHUTDOWN\r\n$6\r\nNOSAVE\r\n");
            assertNull(other.line());
            assertEquals(0, process.await());
        }
    }

    /** It once wrote a stack trace to the log, as if it were a failure of ours. */
    @Test
    void replyWithoutRoom_closesItsConnectionOnly_andIsNoFailure() throws IOException, InterruptedException {
        String script = "local s = ('x'):rep(1e6) local t = {} for i = 1, 5000 do t[i] = s end return t";
        try (ServerProcess process = new ServerProcess(":"); Client asks = new Client(process.port());
                Client other = new Client(process.port())) {
            asks.send("*3\r\n$4\r\nEVAL\r\n$" + script.length() + "\r\n" + script + "\r\n$1\r\n0\r\n");
            assertEquals("", asks.rest());
            assertEquals("+PONG\r\n", other.ask("PING"));
            process.stop();
            assertEquals(0, process.countLog("request handler failed"));
        }
    }

    @Test
    void close_whileOneRuns_endsIt() throws IOException {
        KvServer server = start();
        startEndless(client());
        server.close();
    }

    @Test
    void eval_inATransaction_isPartOfIt() throws IOException {
        start();
        Client client = client();
        client.ask("MULTI");
        client.ask("SET", "k", "1");
        client.ask("EVAL", "return redis.call('incr', KEYS[1])", "1", "k");
        client.ask("EVAL", "return redis.call('get', 'undeclared')", "1", "k");
        client.ask("GET", "k");
        String reply = client.ask("EXEC");
        assertTrue(reply.startsWith("*4\r\n+OK\r\n:2\r\n-ERR Script attempted to access a key that was not declared"), reply);
        assertTrue(reply.endsWith("$1\r\n2\r\n"), reply);
    }
}
