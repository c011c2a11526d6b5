package kv.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Who has to say who they are, how, and what they get before and after. Error texts are those of redis-server 7.0.15.
 *
 * <p>Planted, each seen to fail: no limits before AUTH, no delay of a wrong answer, nothing remembered of a slow password, no
 * decoy for a name that is none, nobody late is closed.
 */
class LoginTest {
    private static final String NOAUTH = "-NOAUTH Authentication required.\r\n";
    private static final String WRONGPASS = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    private static final String OK = "+OK\r\n";

    private final TestService commands = new TestService();
    private final Users users = commands.service.users();

    @AfterEach
    void close() {
        commands.close();
    }

    private void setPassword(String password) {
        users.setDefaultPassword(password.getBytes(UTF_8));
    }

    @Test
    void resp_withPassword_nothingBeforeAuth() {
        setPassword("secret");
        TestClient client = commands.client();
        assertEquals(NOAUTH, client.ask("PING"));
        assertEquals(NOAUTH, client.ask("GET", "k"));
        assertEquals(NOAUTH, client.ask("CLIENT", "LIST"));
        assertEquals(NOAUTH, client.ask("KEYS", "*"));
        assertEquals("-ERR unknown command 'FOO', with args beginning with: \r\n", client.ask("FOO"));
        assertEquals("-ERR wrong number of arguments for 'get' command\r\n", client.ask("GET"));
        assertTrue(client.ask("HELLO", "3").startsWith("-NOAUTH HELLO must be called with the client already authenticated"));
        assertEquals(WRONGPASS, client.ask("AUTH", "wrong"));
        assertEquals(WRONGPASS, client.ask("AUTH", "nobody", "secret"));
        assertEquals(NOAUTH, client.ask("PING"));
        assertEquals(OK, client.ask("AUTH", "secret"));
        assertEquals("+PONG\r\n", client.ask("PING"));
        assertEquals("+RESET\r\n", client.ask("RESET"));
        assertEquals(NOAUTH, client.ask("PING"));
        assertTrue(client.ask("HELLO", "3", "AUTH", "default", "secret").startsWith("%7\r\n"));
        assertEquals(OK, client.ask("SET", "k", "v"));
    }

    @Test
    void text_withPassword_nothingBeforeAuth() {
        setPassword("secret");
        TestClient client = commands.client();
        assertEquals("ERROR authentication required\n".repeat(5), client.send("PING\nGET k\nFOO\n\nSET\n"));
        assertEquals("ERROR missing arguments\n", client.send("AUTH\n"));
        assertEquals("ERROR wrong user or password\n", client.send("AUTH wrong\n"));
        assertEquals("ERROR wrong user or password\n", client.send("AUTH nobody secret\n"));
        assertEquals("OK\n+PONG\r\n", client.send("AUTH secret\nPING\n"));
        TestClient other = commands.client();
        assertEquals("OK\n+OK\r\n", other.send("AUTH default secret\nQUIT\n"));
    }

    @Test
    void auth_withoutPassword_asInRedis() {
        TestClient client = commands.client();
        assertEquals("-ERR AUTH <password> called without any password configured for the default user. Are you sure your "
                + "configuration is correct?\r\n", client.ask("AUTH", "x"));
        assertEquals(OK, client.ask("AUTH", "default", "x"));
        assertEquals(WRONGPASS, client.ask("AUTH", "nobody", "x"));
        assertEquals("-ERR syntax error\r\n", client.ask("AUTH", "a", "b", "c"));
        assertEquals("ERROR no password is set\n", commands.client().send("AUTH x\n"));
    }

    @Test
    void auth_ofOneWhoIsIn_keepsThem() {
        setPassword("secret");
        TestClient client = commands.client();
        client.ask("AUTH", "secret");
        assertEquals(WRONGPASS, client.ask("AUTH", "wrong"));
        assertEquals("+PONG\r\n", client.ask("PING"));
    }

    /** Else many guesses could be made at once, and none would be answered late. */
    @Test
    void transaction_takesNoPasswords() {
        setPassword("secret");
        TestClient client = commands.client();
        client.ask("AUTH", "secret");
        for (String[] guess : new String[][] {{"AUTH", "wrong"}, {"AUTH", "default", "secret"},
            {"HELLO", "3", "AUTH", "default", "wrong"}}) {
            assertEquals(OK, client.ask("MULTI"));
            assertEquals("-ERR Command not allowed inside a transaction\r\n", client.ask(guess));
            assertTrue(client.ask("EXEC").startsWith("-EXECABORT"));
        }
        client.ask("MULTI");
        assertEquals("+QUEUED\r\n", client.ask("HELLO", "3"));
        assertTrue(client.ask("EXEC").startsWith("*1\r\n%7\r\n"));
    }

    @Test
    void pipeline_authThenLongRequest_isOne() {
        setPassword("secret");
        String value = "v".repeat(100_000);
        String many = TestClient.request("MSET", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6");
        assertEquals(OK + OK + OK, commands.client().send(
                TestClient.request("AUTH", "secret") + TestClient.request("SET", "k", value) + many));
    }

    @Test
    void beforeAuth_longRequests_endTheConnection() {
        setPassword("secret");
        TestClient elements = commands.client();
        assertEquals("-ERR Protocol error: unauthenticated multibulk length\r\n", elements.send("*11\r\n"));
        assertTrue(elements.closed);
        TestClient bytes = commands.client();
        assertEquals("-ERR Protocol error: unauthenticated bulk length\r\n", bytes.send("*2\r\n$4\r\nAUTH\r\n$16385\r\n"));
        assertTrue(bytes.closed);
        assertEquals(WRONGPASS, commands.client().ask("AUTH", "p".repeat(16 << 10)));
        assertEquals("ERROR authentication required\n", commands.client().send("x".repeat(20_000)));
    }

    @Test
    void password_wrong_repliesLaterEachTime() {
        setPassword("secret");
        TestClient client = commands.client();
        for (int i = 0; i < 6; i++) {
            client.ask("AUTH", "wrong");
        }
        assertEquals(List.of(100L, 200L, 400L, 800L, 1000L, 1000L), client.delays);
        assertEquals(OK, client.ask("AUTH", "secret"));
        client.ask("AUTH", "wrong");
        assertEquals(100L, client.delays.get(6));
        assertEquals("WARNING authentication failed: user \"default\" from 127.0.0.1:40001", commands.background.lines.get(0));
        assertEquals(7, commands.service.denials.count(Denials.Reason.AUTH));
    }

    @Test
    void password_slow_isCheckedElsewhereOnceAndRemembered() {
        users.change("app", rules -> rules.apply("on") == null ? rules.apply(">pw") : "");
        users.load(users.lines()); // as after a restart: nobody has been in yet
        assertEquals(OK, commands.client().ask("AUTH", "app", "pw"));
        commands.background.isFull = true; // no check could be made any more
        assertEquals(OK, commands.client().ask("AUTH", "app", "pw"));
    }

    @Test
    void password_slowAndWrong_isRefusedAfterOneCheck() {
        users.change("app", rules -> rules.apply("on") == null ? rules.apply(">pw") : "");
        TestClient client = commands.client();
        client.resetCalls();
        assertEquals(WRONGPASS, client.ask("AUTH", "app", "other"));
        assertEquals(2, client.calls(), "handed back once");
        client.resetCalls();
        assertEquals(WRONGPASS, client.ask("AUTH", "nobody", "other"));
        assertEquals(2, client.calls(), "a name that is none costs the same");
    }

    @Test
    void login_byCertificate_needsAUserThatIsOn() {
        setPassword("secret");
        users.load(List.of("user app on ~* +@all", "user gone off ~* +@all"));
        TestClient client = commands.client();
        assertFalse(commands.service.enterByCertificate(client.client, "nobody"));
        assertFalse(commands.service.enterByCertificate(client.client, "gone"));
        assertTrue(commands.service.enterByCertificate(client.client, "app"));
        assertEquals("+PONG\r\n", client.ask("PING"));
    }

    @Test
    void logins_late_areClosed() {
        setPassword("secret");
        TestClient late = commands.client();
        TestClient in = commands.client();
        in.ask("AUTH", "secret");
        boolean[] closed = new boolean[2];
        late.client.closesBy(() -> closed[0] = true);
        in.client.closesBy(() -> closed[1] = true);
        commands.service.endLateLogins(60_000);
        assertFalse(closed[0]);
        commands.service.endLateLogins(0);
        assertTrue(closed[0]);
        assertFalse(closed[1]);
    }

    @Test
    void client_withoutLimits_isNotLookedAt() {
        TestClient client = commands.client();
        assertEquals(0, client.client.checks());
        assertNull(client.client.rights);
        setPassword("secret");
        assertEquals(0, client.client.checks(), "who is in stays in");
    }
}
