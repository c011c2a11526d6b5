package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who a server lets in: passwords and users by its settings, and when it refuses to open at all. Over real sockets.
 *
 * <p>Planted, each seen to fail: the start does not refuse, later changes open what it refused, a timer without its time, a file
 * that is saved with other rights.
 */
class AccessTest extends LiveServer {
    @TempDir
    Path directory;

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static String ask(Client client, String line) throws IOException {
        client.send(line + "\n");
        return client.line();
    }

    @Test
    void passwordFile_firstLine_isThePassword() throws IOException {
        start("password-file", file("password", "open sesame\r\nnot this\n"));
        Client client = client();
        assertEquals("ERROR authentication required", ask(client, "PING"));
        assertEquals("ERROR wrong user or password", ask(client, "AUTH sesame"));
        client.send("*2\r\n");
        Client resp = client();
        resp.send("*2\r\n$4\r\nAUTH\r\n$11\r\nopen sesame\r\n");
        assertEquals("+OK\r", resp.line());
    }

    @Test
    void password_wrong_replyWaitsWithoutAThread() throws IOException {
        keep(KvServer.start(config().with("workers", "1").withPassword("secret")));
        Client wrong = client();
        Client right = client();
        long began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            wrong.send("AUTH wrong\n");
        }
        assertEquals("OK", ask(right, "AUTH secret"));
        for (int i = 0; i < 3; i++) {
            assertEquals("ERROR wrong user or password", wrong.line());
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        assertTrue(millis >= 100 + 200 + 400, "the third answer came after " + millis + " ms");
    }

    @Test
    void usersFile_slowPassword_isCheckedBesideTheWorkers() throws IOException {
        start("users-file", file("users.acl", "# who\nuser default off\n\nuser app on >pw ~app:* +@all -flushall\n"));
        Client client = client();
        assertEquals("ERROR authentication required", ask(client, "PING"));
        assertEquals("OK", ask(client, "AUTH app pw"));
        assertEquals("OK", ask(client, "SET app:1 x"));
        assertEquals("ERROR not allowed", ask(client, "SET other x"));
        assertEquals("ERROR wrong user or password", ask(client, "AUTH app no"));
    }

    @Test
    void beyondLoopback_withoutAuthentication_isRefusedWithTheWaysOut() throws IOException {
        IOException refused = assertThrows(IOException.class, () -> start("bind", "0.0.0.0"));
        for (String word : new String[] {"no password is set", "--password-file", "KV_PASSWORD", "--users-file",
            "127.0.0.1,::1", "--open-access yes"}) {
            assertTrue(refused.getMessage().contains(word), refused.getMessage());
        }
        String open = file("open.acl", "user default on nopass ~* +@all\n");
        IOException nopass = assertThrows(IOException.class, () -> start("bind", "0.0.0.0", "users-file", open));
        assertTrue(nopass.getMessage().contains("nopass"), nopass.getMessage());
        start("bind", "0.0.0.0", "open-access", "yes");
        start("bind", "0.0.0.0", "password-file", file("password", "x"));
        start("bind", "0.0.0.0", "users-file", file("closed.acl", "user default on >x ~* +@all\n"));
    }

    @Test
    void files_wrong_areNamedWithLineAndReason() throws IOException {
        String missing = directory.resolve("missing").toString();
        assertTrue(assertThrows(IOException.class, () -> start("password-file", missing)).getMessage()
                .startsWith("password-file: cannot read '" + missing + "'"));
        String empty = file("empty", "\nx\n");
        assertTrue(assertThrows(IOException.class, () -> start("password-file", empty)).getMessage().contains("is empty"));
        String wrong = file("wrong.acl", "user default on >secret\nuser a +nothing\n");
        assertEquals("users-file: '" + wrong + "': line 2: \"+nothing\": Unknown command or category name in ACL",
                assertThrows(IOException.class, () -> start("users-file", wrong)).getMessage());
    }

    @Test
    void environment_password_isTakenAndShownNowhere() throws Exception {
        CommandLine line = CommandLine.parse(new String[] {}, Map.of("KV_PASSWORD", "secret"));
        assertEquals("secret", new String(line.config().password()));
        assertTrue(line.notices().isEmpty());
        UsageException twice = assertThrows(UsageException.class,
                () -> CommandLine.parse(new String[] {"--password-file", "f"}, Map.of("KV_PASSWORD", "secret")));
        assertFalse(twice.getMessage().contains("secret"));
        assertThrows(UsageException.class, () -> CommandLine.parse(new String[] {"--password", "secret"}, Map.of()));
        assertNull(CommandLine.parse(new String[] {}, Map.of("KV_PASSWORD", "")).config().password());
    }

    @Test
    void connection_thatDoesNotAuthenticate_isClosedInTime() throws IOException {
        keep(KvServer.start(config().with("auth-timeout", "3s").withPassword("secret")));
        Client silent = client();
        Client begun = client();
        begun.send("*2\r\n$4\r\nAUTH\r\n$6\r\nsec");
        Client in = client();
        assertEquals("OK", ask(in, "AUTH secret"));
        assertNull(silent.line());
        assertNull(begun.line());
        assertEquals("+PONG\r", ask(in, "PING"));
    }

    @Test
    void beyondLoopback_noLaterChangeOpens() throws IOException {
        String users = file("closed.acl", "user default on >x ~* +@all\n");
        start("bind", "0.0.0.0", "users-file", users);
        Client client = client();
        client.send("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n");
        assertEquals("+OK\r", client.line());
        assertTrue(ask(client, "CONFIG SET requirepass \"\"").contains("bind 0.0.0.0"));
        assertTrue(ask(client, "ACL SETUSER default nopass").startsWith("-ERR bind 0.0.0.0: beyond loopback"));
        assertTrue(ask(client, "ACL SETUSER other on nopass").startsWith("-ERR bind 0.0.0.0: beyond loopback"));
        assertEquals("+OK\r", ask(client, "ACL SETUSER later nopass"), "one that is off");
        assertTrue(ask(client, "ACL SETUSER later on").startsWith("-ERR bind"));
        Files.writeString(Path.of(users), "user default on nopass ~* +@all\n");
        assertTrue(ask(client, "ACL LOAD").contains("line 1: bind 0.0.0.0"));
        assertEquals("ERROR authentication required", ask(client(), "PING"));
    }

    @Test
    void configSet_requirepass_setsAndTakesAway() throws IOException {
        start();
        Client client = client();
        client.send("*1\r\n$4\r\nPING\r\n");
        assertEquals("+PONG\r", client.line());
        assertEquals("+OK\r", ask(client, "CONFIG SET requirepass secret"));
        assertEquals("ERROR authentication required", ask(client(), "PING"));
        assertEquals("OK", ask(client(), "AUTH secret"));
        assertTrue(ask(client, "CONFIG SET timeout 1 requirepass x").startsWith("-ERR CONFIG SET failed"));
        assertEquals("OK", ask(client(), "AUTH secret"));
        assertEquals("+OK\r", ask(client, "CONFIG SET requirepass sch\u00c3\u00b6n\u00ff"));
        assertEquals("OK", ask(client(), "AUTH sch\u00c3\u00b6n\u00ff"), "the bytes count, whatever they mean");
        client.send("CONFIG SET requirepass \"\"\r\n");
        assertEquals("+OK\r", client.line());
        assertEquals("+PONG\r", ask(client(), "PING"));
    }

    @Test
    void usersFile_savedAndRead_keepsWhatWasSaid() throws IOException {
        Path real = Path.of(file("real.acl", "user default on nopass ~* &* +@all\n"));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link.acl"), real);
        start("users-file", link.toString());
        Client client = client();
        client.send("*1\r\n$4\r\nPING\r\n");
        assertEquals("+PONG\r", client.line());
        assertEquals("+OK\r", ask(client, "ACL SETUSER app on >pw ~app:* +get"));
        assertEquals("+OK\r", ask(client, "ACL SAVE"));
        String saved = Files.readString(real);
        assertTrue(saved.matches("user app on #pbkdf2-sha256:\\S+ ~app:\\* resetchannels -@all \\+get\n"
                + "user default on nopass ~\\* &\\* \\+@all\n"), saved);
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
        try (var files = Files.list(directory)) {
            assertEquals(2, files.count(), "no file is left over");
        }
        Client app = client();
        assertEquals("OK", ask(app, "AUTH app pw"));
        assertEquals(":1\r", ask(client, "ACL DELUSER app"));
        assertNull(app.line(), "who is no user any more is cut off");
        assertEquals("+OK\r", ask(client, "ACL LOAD"));
        assertEquals("OK", ask(client(), "AUTH app pw"));
        Files.writeString(real, "user default on nopass ~* &* +@all\nuser app on #00 +get\n");
        assertEquals("-ERR users-file: '" + link + "': line 2: \"#00\": The password hash must be exactly 64 characters and "
                + "contain only lowercase hexadecimal characters\r", ask(client, "ACL LOAD"));
        assertEquals("OK", ask(client(), "AUTH app pw"), "nothing is changed");
        Files.writeString(real, "user default on nopass ~* &* +@all\nuser app on >new +get\n");
        server().reloadAccess();
        assertEquals("OK", ask(client(), "AUTH app new"));
    }

    @Test
    void reconnects_aThousand_withASlowPassword() throws IOException {
        String hash = "pbkdf2-sha256:100000:000102030405060708090a0b0c0d0e0f:"
                + "fbe79903d759b826e1d54bd9e4f8beb2de5a87ac86037c76328ad485fd894671";
        start("users-file", file("users.acl", "user default off\nuser app on #" + hash + " ~* +@all\n"));
        for (int i = 0; i < 1000; i++) {
            try (Client client = new Client(port())) {
                assertEquals("OK", ask(client, "AUTH app pw"));
            }
        }
        Client client = client();
        client.send("*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$2\r\npw\r\n");
        assertEquals("+OK\r", client.line());
        assertEquals(1, client.info("acl_slow_checks"), "one was hashed, the others were known");
    }
}
