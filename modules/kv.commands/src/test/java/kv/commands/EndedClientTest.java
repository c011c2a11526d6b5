package kv.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of clients that somebody has closed, until the network has heard of it. */
class EndedClientTest {
    private final TestService commands = new TestService();
    private final TestClient admin = commands.client();

    @AfterEach
    void close() {
        commands.close();
    }

    private TestClient bob() {
        admin.ask("ACL", "SETUSER", "bob", "on", "nopass", "~*", "+@all");
        TestClient bob = commands.client();
        assertEquals("+OK\r\n", bob.ask("AUTH", "bob", "x"));
        return bob;
    }

    /** Each line: what is on its way, of which there is nothing to execute. */
    @ParameterizedTest
    @ValueSource(strings = {"*1\r\n$6\r\nNOSUCH\r\n", "*1\r\n$3\r\nGET\r\n", "*x\r\n", "*2\r\n$3\r\nGET\r\n"})
    void wrongOrIncompleteRequest_getsNoReply(String sent) {
        TestClient bob = bob();
        assertEquals(":1\r\n", admin.ask("CLIENT", "KILL", "USER", "bob"));
        assertEquals("", bob.send(sent));
        assertTrue(bob.closed);
        assertEquals("0", TestClient.field(admin.ask("INFO", "STATS"), "total_error_replies:", "\r"));
    }

    /** Held, handed to the slow lane, or queued: what was not at hand at the end does not happen. */
    @Test
    void execThatWaits_isNotExecuted() {
        TestClient bob = bob();
        bob.ask("MULTI");
        bob.ask("SET", "k", "v");
        bob.ask("DBSIZE"); // for which all of it goes to the slow lane
        ByteBuffer in = ByteBuffer.wrap(TestClient.request("EXEC").getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
        Executor executor = commands.service.newExecutor();
        executor.beginBatch(System.nanoTime(), false);
        assertEquals(Executor.Outcome.DEFERRED, executor.execute(bob.client, in, bob.out));
        admin.ask("ACL", "DELUSER", "bob");
        bob.out.onSlowLane = true;
        executor.beginBatch(System.nanoTime(), true);
        assertEquals(Executor.Outcome.CLOSED, executor.execute(bob.client, in, bob.out));
        assertEquals("", bob.out.text());
        assertEquals("$-1\r\n", admin.ask("GET", "k"));
    }

    /** As DELUSER: whoever is not in the file goes, but the one who has asked for it gets the reply first. */
    @Test
    void aclLoad_withoutTheAsker_repliesAndCloses() {
        TestClient bob = bob();
        TestClient other = bob();
        bob.client.closesBy(() -> {
            throw new AssertionError("closed before the reply");
        });
        commands.service.users().keptIn(new UsersFile() {
            @Override
            public void load(Consumer<Client> ending) {
                commands.service.users().load(List.of(), ending);
            }

            @Override
            public void save(List<String> lines) {
                throw new IllegalStateException();
            }
        });
        assertEquals("+OK\r\n", bob.send(TestClient.request("ACL", "LOAD") + TestClient.request("PING")));
        assertTrue(bob.closed);
        assertEquals("", other.ask("PING"));
    }
}
