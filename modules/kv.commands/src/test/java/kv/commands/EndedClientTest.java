package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
