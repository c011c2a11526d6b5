package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Users whom a client's certificate names.
 *
 * <p>Planted, and found by these tests: RESET that leads to the default user; a user that is off let in; the first of two CNs
 * taken.
 */
class TlsUserTest extends LiveServer {
    private static final String NOBODY = "-NOAUTH Authentication required.\r\n";

    @TempDir
    static Path folder;
    private static TestKeys serverKeys;
    private static TestKeys app;
    private static TestKeys off;
    private static TestKeys unknown;
    private static TestKeys twice;
    private static Path authorities;
    private static Path users;

    @BeforeAll
    static void makeKeys() throws IOException {
        serverKeys = TestKeys.make(folder, "server", 30);
        app = TestKeys.make(folder, "app", 30);
        off = TestKeys.make(folder, "gone", 30);
        unknown = TestKeys.make(folder, "mallory", 30);
        twice = TestKeys.make(folder, "twice", "CN=boss, CN=app", 30);
        StringBuilder all = new StringBuilder();
        for (TestKeys keys : List.of(app, off, unknown, twice)) {
            all.append(Files.readString(keys.certificate()));
        }
        authorities = Files.writeString(folder.resolve("authorities.pem"), all);
        users = Files.write(folder.resolve("users.acl"), List.of("user default off", "user app on ~app:* read-write +acl|whoami",
                "user gone off ~* &* +@all", "user boss on >secret ~* &* +@all"));
    }

    @BeforeEach
    void startServer() throws IOException {
        start(serverKeys.settings("port", "0", "tls-ca", authorities.toString(), "tls-client-user", "cn", "users-file",
                users.toString()));
    }

    /** @param shown the client's, or null */
    private Client connect(SSLContext shown, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) shown.getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"),
                server().tlsAddresses().get(0).getPort());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        Client client = new Client(socket);
        endFirst(client);
        return client;
    }

    private Client boss() throws IOException {
        Client boss = client();
        assertEquals("+OK\r\n", boss.ask("AUTH", "boss", "secret"));
        return boss;
    }

    private void assertRefused(TestKeys shown) throws IOException {
        Client client = connect(serverKeys.client(shown));
        try {
            assertEquals("", client.ask("PING"));
        } catch (IOException closed) {
            // the end may come as an alert, or as a reset where the request was on its way
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void certificate_namesItsUser_withItsRights_alsoAfterReset(String protocol) throws IOException {
        SSLContext context = serverKeys.client(app);
        long began = 0;
        for (int connection = 0; connection < 3; connection++) {
            Client client = connect(context, protocol);
            assertEquals("$3\r\napp\r\n", client.ask("ACL", "WHOAMI"));
            assertEquals("+OK\r\n", client.ask("SET", "app:1", "value"));
            assertTrue(client.ask("GET", "other").startsWith("-NOPERM"));
            assertEquals("+RESET\r\n", client.ask("RESET"));
            assertEquals("$3\r\napp\r\n", client.ask("ACL", "WHOAMI"));
            long sessionBegan = ((SSLSocket) client.socket).getSession().getCreationTime();
            assertTrue(connection == 0 || sessionBegan == began, "the session is taken up again");
            began = sessionBegan;
            client.close();
        }
    }

    @Test
    void otherUser_byPassword_untilReset() throws IOException {
        Client client = connect(serverKeys.client(app));
        assertEquals("+OK\r\n", client.ask("AUTH", "boss", "secret"));
        assertEquals("$4\r\nboss\r\n", client.ask("ACL", "WHOAMI"));
        client.ask("RESET");
        assertEquals("$3\r\napp\r\n", client.ask("ACL", "WHOAMI"));
    }

    @Test
    void nobodyThatIsOn_isRefused_andKept() throws IOException {
        assertRefused(unknown);
        assertRefused(off);
        assertRefused(twice);
        Client boss = boss();
        assertEquals(2, boss.info("acl_access_denied_tls_cert"));
        String log = boss.ask("ACL", "LOG");
        assertTrue(log.contains("tls-cert") && log.contains("mallory") && log.contains("gone"), log);
        assertEquals(3, boss.info("tls_handshakes_failed"));
        assertEquals(0, boss.info("tls_handshakes_done"));
        assertTrue(boss.info("tls_server_cert_expires_in_seconds") > 29 * 24 * 3600);
    }

    @Test
    void userDeletedOrTurnedOff_noWayIn() throws IOException {
        Client before = connect(serverKeys.client(app));
        assertEquals("+PONG\r\n", before.ask("PING"));
        Client boss = boss();
        assertEquals("+OK\r\n", boss.ask("ACL", "SETUSER", "app", "off"));
        before.ask("RESET");
        assertEquals(NOBODY, before.ask("PING"));
        assertRefused(app);
        assertEquals(":1\r\n", boss.ask("ACL", "DELUSER", "app"));
        assertRefused(app);
    }

    @Test
    void withoutCertificate_whereItIsOptional_hasToAuthenticate() throws IOException {
        String refused = boss().ask("CONFIG", "SET", "tls-auth-clients", "optional");
        assertTrue(refused.contains("clients must show certificates since the start"), refused);
        start(serverKeys.settings("tls-ca", authorities.toString(), "tls-client-auth", "optional",
                "tls-client-user", "cn", "users-file", users.toString()));
        Client client = connect(serverKeys.client(null));
        assertEquals(NOBODY, client.ask("PING"));
        assertTrue(client.ask("AUTH", "app", "").startsWith("-WRONGPASS"), "who has no password cannot give one");
        assertEquals("+OK\r\n", client.ask("AUTH", "boss", "secret"));
        assertEquals("$3\r\napp\r\n", connect(serverKeys.client(app)).ask("ACL", "WHOAMI"));
    }

    @Test
    void setting_isLive_underRedissNameToo() throws IOException {
        Client boss = boss();
        assertEquals("*2\r\n$21\r\ntls-auth-clients-user\r\n$2\r\nCN\r\n", boss.ask("CONFIG", "GET", "tls-auth-clients-user"));
        assertEquals("+OK\r\n", boss.ask("CONFIG", "SET", "tls-auth-clients-user", "off"));
        assertEquals(NOBODY, connect(serverKeys.client(app)).ask("PING"));
        assertEquals("+OK\r\n", boss.ask("CONFIG", "SET", "tls-client-user", "cn"));
        assertEquals("+PONG\r\n", connect(serverKeys.client(app)).ask("PING"));
    }
}
