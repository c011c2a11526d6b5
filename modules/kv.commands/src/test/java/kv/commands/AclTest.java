package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Users and what each may do. Error texts are those of redis-server 7.0.15.
 *
 * <p>Planted, each seen to fail: no look at the command's bit, none at its keys, all keys shown by KEYS and SCAN, FLUSHALL
 * without {@code ~*}, DELPREFIX without its pattern, no check in scripts, connections not told of a change, not closed by
 * DELUSER, one that comes in as a user who has just gone, one who has gone and goes on, secrets in the log, ACL LOG without its
 * bound.
 */
class AclTest {
    private static final String OK = "+OK\r\n";
    private static final String NO_KEY = "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n";
    private static final String SHA_OF_PW = "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4";

    private final TestService commands = new TestService();
    private final TestClient admin = commands.client();

    @AfterEach
    void close() {
        commands.close();
    }

    /** A connection of a user with these rules. */
    private TestClient user(String... rules) {
        String[] request = new String[rules.length + 5];
        System.arraycopy(new String[] {"ACL", "SETUSER", "bob", "on", "nopass"}, 0, request, 0, 5);
        System.arraycopy(rules, 0, request, 5, rules.length);
        assertEquals(OK, admin.ask(request));
        TestClient client = commands.client();
        assertEquals(OK, client.ask("AUTH", "bob", "x"));
        return client;
    }

    private static String noCommand(String name) {
        return "-NOPERM this user has no permissions to run the '" + name + "' command\r\n";
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void commands_notAllowed_areRefused() {
        TestClient bob = user("~*", "+@connection", "-@dangerous", "+get", "+client|list", "-echo");
        assertEquals("$-1\r\n", bob.ask("GET", "k"));
        assertEquals(noCommand("set"), bob.ask("SET", "k", "v"));
        assertEquals(noCommand("echo"), bob.ask("ECHO", "a"));
        assertEquals(noCommand("acl|whoami"), bob.ask("ACL", "WHOAMI"));
        assertEquals(noCommand("client|kill"), bob.ask("CLIENT", "KILL", "ID", "1"));
        assertTrue(bob.ask("CLIENT", "LIST").contains(" user=bob "));
        assertEquals("-ERR unknown subcommand 'FOO'. Try CLIENT HELP.\r\n", bob.ask("CLIENT", "FOO"));
        TestClient text = commands.client();
        assertEquals("OK\nNOT_FOUND\nERROR not allowed\n", text.send("AUTH bob x\nGET k\nSET k v\n"));
    }

    @Test
    void keys_byPattern_forReadingAndWriting() {
        TestClient bob = user("~app:*", "%R~ro:*", "%W~wo:*", "+@all");
        for (String write : new String[] {"app:1", "wo:1"}) {
            assertEquals(OK, bob.ask("SET", write, "v"));
        }
        assertEquals(NO_KEY, bob.ask("SET", "ro:1", "v"));
        assertEquals(NO_KEY, bob.ask("SET", "wo:1", "v", "GET"), "SET GET reads");
        for (String compared : new String[] {"IFEQ", "ifne", "IFDEQ", "IFDNE"}) {
            assertEquals(NO_KEY, bob.ask("SET", "wo:1", "v", compared, "0123456789abcdef"), "the answer tells what is there");
        }
        assertEquals(":1\r\n", bob.ask("MSETEX", "1", "wo:1", "v", "EX", "100"));
        assertEquals(NO_KEY, bob.ask("MSETEX", "2", "wo:1", "v", "ro:1", "v"));
        assertEquals(NO_KEY, bob.ask("GET", "wo:1"));
        assertEquals(NO_KEY, bob.ask("INCR", "wo:1"));
        assertEquals(":2\r\n", bob.ask("APPEND", "wo:1", "v"));
        assertEquals(":1\r\n", bob.ask("EXISTS", "wo:1"), "any right will do");
        assertEquals(NO_KEY, bob.ask("EXISTS", "app:1", "other"));
        assertEquals(NO_KEY, bob.ask("MGET", "app:1", "wo:1"));
        assertEquals(OK, bob.ask("MSET", "app:1", "v", "wo:2", "v"));
        assertEquals(NO_KEY, bob.ask("MSET", "app:1", "v", "ro:2", "v"));
        assertEquals(":1\r\n", bob.ask("COPY", "app:1", "wo:3"));
        assertEquals(NO_KEY, bob.ask("COPY", "wo:3", "app:2"));
        assertEquals(NO_KEY, bob.ask("RENAME", "app:1", "ro:1"));
        assertEquals(NO_KEY, bob.ask("OBJECT", "ENCODING", "other"));
        assertEquals(NO_KEY, bob.ask("EVAL", "return 1", "1", "wo:1"));
    }

    @Test
    void allKeys_asAWhole_needEveryPattern() {
        TestClient bob = user("~app:*", "+@all");
        for (String command : new String[] {"FLUSHALL", "FLUSHDB", "RANDOMKEY"}) {
            assertEquals(NO_KEY, bob.ask(command));
        }
        admin.ask("ACL", "SETUSER", "bob", "allkeys");
        assertEquals(OK, bob.ask("FLUSHALL"));
    }

    @Test
    void delprefix_needsAPatternThatCoversIt() {
        admin.ask("SET", "app:1", "v");
        TestClient bob = user("~app:*", "%R~ro:*", "~one", "~esc\\*", "+@all");
        for (String prefix : new String[] {"ap", "ro:", "one", "esc*", "x", ""}) {
            assertEquals(NO_KEY, bob.ask("DELPREFIX", prefix), prefix);
        }
        TestClient tricked = user("~[a*", "~[^a*", "~\\\\*", "+@all");
        for (String prefix : new String[] {"a", "b", "*", "\\"}) {
            String expected = prefix.equals("\\") ? ":0\r\n" : NO_KEY;
            assertEquals(expected, tricked.ask("DELPREFIX", prefix), "a star in brackets is no star: " + prefix);
        }
        bob = user("resetkeys", "~app:*", "+@all");
        assertEquals(":1\r\n", bob.ask("DELPREFIX", "app:"));
        assertEquals(":0\r\n", bob.ask("DELPREFIX", "app:x"));
        TestClient text = commands.client();
        assertTrue(text.send("AUTH bob x\nDELPREFIX app*\n").endsWith("ERROR not allowed\n"));
        assertTrue(!text.send("DELPREFIX app:*\n").startsWith("ERROR"));
    }

    /** Redis 7 shows the names of others' keys. */
    @Test
    void keysAndScan_showOnlyWhatMayBeRead() {
        for (String key : new String[] {"app:1", "wo:1", "other", "ro:1"}) {
            admin.ask("SET", key, "v");
        }
        TestClient bob = user("~app:*", "%R~ro:*", "%W~wo:*", "+@all");
        String keys = bob.ask("KEYS", "*");
        String scanned = bob.ask("SCAN", "0", "COUNT", "100");
        for (String shown : List.of(keys, scanned)) {
            assertTrue(shown.contains("app:1") && shown.contains("ro:1"), shown);
            assertFalse(shown.contains("other") || shown.contains("wo:1"), shown);
        }
        assertTrue(keys.startsWith("*2\r\n"), keys);
        assertTrue(admin.ask("KEYS", "*").startsWith("*4\r\n"));
        TestClient text = commands.client();
        assertEquals("OK\nKEYS 1 ro:1\n", text.send("AUTH bob x\nKEYS r\n"));
    }

    @Test
    void script_mayDoWhatItsUserMay() {
        TestClient bob = user("~app:*", "+eval", "+get", "+@connection");
        String command = "ERR The user executing the script can't run this command or subcommand";
        assertEquals(bulk(command), bob.ask("EVAL", "return redis.pcall('set',KEYS[1],'v')['err']", "1", "app:1"));
        assertEquals(":1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('get','app:1')", "0"));
        assertEquals("$-1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('get','other')", "0"));
        assertEquals("$-1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('set','app:1','v')", "0"));
        admin.ask("ACL", "SETUSER", "bob", "+flushall", "+delprefix");
        assertEquals("$-1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('flushall')", "0"), "it needs all keys");
        assertEquals("$-1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('delprefix','a')", "0"));
        assertEquals(":1\r\n", bob.ask("EVAL", "return redis.acl_check_cmd('delprefix','app:')", "0"));
        TestClient reader = user("resetkeys", "%R~app:*", "+eval_ro");
        assertTrue(reader.ask("EVAL_RO", "return redis.call('get',KEYS[1])", "1", "app:1").equals("$-1\r\n"));
        assertEquals(1, commands.service.denials.latest(10).stream().filter(entry -> entry.context().equals("lua")).count());
    }

    @Test
    void change_ofAUser_isSeenByTheNextCommand() {
        TestClient bob = user("~*", "+get");
        assertEquals(noCommand("set"), bob.ask("SET", "k", "v"));
        admin.ask("ACL", "SETUSER", "bob", "+set");
        assertEquals(OK, bob.ask("SET", "k", "v"));
        admin.ask("ACL", "SETUSER", "bob", "+@all");
        assertEquals(0, bob.client.checks(), "who may do everything is not looked at");
        admin.ask("ACL", "SETUSER", "bob", "-get");
        assertEquals(noCommand("get"), bob.ask("GET", "k"));
    }

    @Test
    void setuser_wrong_changesNothing() {
        user("~*", "+get");
        String before = admin.ask("ACL", "LIST");
        String[][] wrong = {
            {"foo", "Syntax error"}, {"+foo", "Unknown command or category name in ACL"},
            {"-@bar", "Unknown command or category name in ACL"}, {"~a b", "Syntax error"}, {"%X~x", "Syntax error"},
            {"<...", "The password you are trying to remove from the user does not exist"},
            {"#zz", "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"},
            {"~late", "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. "
                    + "Try 'resetkeys' to start with an empty list of patterns"},
            {"+client|foo", "Unknown command or category name in ACL"}, {"(+get ~x)", "Selectors are not supported"},
            {"+get|x", "Rules for a command's first argument are not supported"},
            {"+get|x|y", "Unknown command or category name in ACL"},
            {"+config|get|x", "Allowing first-arg of a subcommand is not supported"}};
        for (String[] each : wrong) {
            assertEquals("-ERR Error in ACL SETUSER modifier '" + each[0] + "': " + each[1] + "\r\n",
                    admin.ask("ACL", "SETUSER", "bob", "off", each[0]));
        }
        assertEquals(before, admin.ask("ACL", "LIST"));
        assertEquals("-ERR Usernames can't contain spaces or null characters\r\n", admin.ask("ACL", "SETUSER", "a b"));
    }

    /** Files of Redis name them: there are no such commands here, and that is no fault of the file. */
    @Test
    void categoriesWithoutCommands_areTaken() {
        TestClient bob = user("~*", "-@all", "+@read", "-@list", "+@pubsub", "-@SortedSet");
        assertEquals("$-1\r\n", bob.ask("GET", "k"));
        assertTrue(admin.ask("ACL", "LIST").contains(" -@all +@read -@list +@pubsub -@sortedset"));
    }

    @Test
    void list_saysWhatTheFileSays() {
        admin.ask("ACL", "SETUSER", "bob", "on", "#" + SHA_OF_PW, "~app:*", "%R~ro:*", "%W~wo:*", "allchannels", "+GET", "+set",
                "+client|list", "+@read", "-strlen", "+client");
        String line = "user bob on #" + SHA_OF_PW + " ~app:* %R~ro:* %W~wo:* &* -@all +get +set +@read -strlen +client";
        assertEquals("*2\r\n" + bulk(line) + bulk("user default on nopass ~* &* +@all"), admin.ask("ACL", "LIST"));
        List<String> lines = commands.service.users().lines();
        admin.ask("ACL", "DELUSER", "bob");
        commands.service.users().load(lines);
        assertEquals(lines, commands.service.users().lines());
        assertEquals(OK, commands.client().ask("AUTH", "bob", "pw"));
        assertEquals("*2\r\n$3\r\nbob\r\n$7\r\ndefault\r\n", admin.ask("ACL", "USERS"));
        assertEquals("$-1\r\n", admin.ask("ACL", "GETUSER", "nobody"));
        assertTrue(admin.ask("ACL", "GETUSER", "bob").contains("commands\r\n" + bulk("-@all +get +set +@read -strlen +client")));
    }

    /** As Redis shows them. Planted, and found: what was said before about the same command counts as said. */
    @Test
    void rulesThatChangeNothing_areNotKept() {
        for (String[] each : new String[][] {
                {"+memory|usage", "-@all +memory|usage"},
                {"+memory", "-@all +memory"},
                {"+@all +client|id", "+@all"},
                {"-get -set +get", "+@all -set"},
                {"nocommands -flushall +get -get", "-@all"},
                {"+config|get -config|set", "-@all +config|get"},
                {"+@read +get -@read", "-@all +config|get -@read"},
                {"+get -get", "-@all +config|get -@read"}}) {
            String[] request = ("ACL SETUSER bob " + each[0]).split(" ");
            assertEquals(OK, admin.ask(request));
            assertTrue(admin.ask("ACL", "GETUSER", "bob").contains("commands\r\n" + bulk(each[1])), each[0]);
        }
        assertEquals(OK, admin.ask("ACL", "SETUSER", "bob", ""));
    }

    @Test
    void passwords_givenAsTheyAre_areWrittenHard() {
        admin.ask("ACL", "SETUSER", "bob", "on", ">pw", ">pw", ">other");
        String line = commands.service.users().lines().get(0);
        assertTrue(line.matches("user bob on (#pbkdf2-sha256:100000:[0-9a-f]{32}:[0-9a-f]{64} ){2}resetchannels -@all"), line);
        assertEquals(OK, commands.client().ask("AUTH", "bob", "pw"));
        assertEquals(OK, admin.ask("ACL", "SETUSER", "bob", "<pw"));
        assertTrue(commands.client().ask("AUTH", "bob", "pw").startsWith("-WRONGPASS"), "what was remembered is gone with it");
        assertEquals(OK, commands.client().ask("AUTH", "bob", "other"));
    }

    /** RFC 7914, section 11, and a password longer than a block of the hash; the latter from Python's hashlib. */
    @Test
    void pbkdf2_isTheStandards() {
        assertEquals("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
                HexFormat.of().formatHex(Passwords.pbkdf2("passwd".getBytes(), "salt".getBytes(), 1)));
        assertEquals("bc3c380bc1b4894e735f9d8b225e3404d32fd14479124e912eb2ba5e2462fb22",
                HexFormat.of().formatHex(Passwords.pbkdf2("p".repeat(100).getBytes(), "salt".getBytes(),
                1000)));
    }

    @Test
    void deluser_closesItsConnections() {
        TestClient bob = user("~*", "+@all");
        boolean[] closed = new boolean[1];
        bob.client.closesBy(() -> closed[0] = true);
        assertEquals("-ERR The 'default' user cannot be removed\r\n", admin.ask("ACL", "DELUSER", "bob", "default"));
        assertFalse(closed[0]);
        assertEquals(":1\r\n", admin.ask("ACL", "DELUSER", "bob", "nobody"));
        assertTrue(closed[0]);
        assertFalse(commands.service.users().enter(commands.client().client, bob.client.user), "who comes in just then does not");
        assertEquals("", bob.ask("SET", "k", "v"), "what was on its way before the network heard of it");
        assertTrue(bob.closed);
        assertEquals("$-1\r\n", admin.ask("GET", "k"));
    }

    /** Redis's unit/acl asks for that; before, it went well only if the network heard of it between the two requests. */
    @Test
    void deluser_ofItself_repliesAndCloses() {
        TestClient bob = user("~*", "+acl");
        bob.client.closesBy(() -> {
            throw new AssertionError("closed before the reply");
        });
        assertEquals(":1\r\n", bob.send(TestClient.request("ACL", "DELUSER", "bob") + TestClient.request("PING")));
        assertTrue(bob.closed);
    }

    @Test
    void readyMade_areWhatTheirNamesSay() {
        TestClient reader = user("~*", "read-only");
        assertEquals("$-1\r\n", reader.ask("GET", "k"));
        assertEquals(noCommand("set"), reader.ask("SET", "k", "v"));
        TestClient writer = user("~*", "read-write");
        assertEquals(OK, writer.ask("SET", "k", "v"));
        for (String[] request : new String[][] {{"CONFIG", "GET", "*"}, {"ACL", "LIST"}, {"SLOWLOG", "GET"}, {"FLUSHALL"},
            {"CLIENT", "KILL", "ID", "1"}, {"CLIENT", "LIST"}, {"SAVE"}}) {
            assertTrue(writer.ask(request).startsWith("-NOPERM"), request[0]);
        }
        TestClient monitor = user("monitor");
        assertTrue(monitor.ask("INFO").startsWith("$"));
        assertTrue(monitor.ask("SLOWLOG", "LEN").startsWith(":"));
        assertEquals(noCommand("get"), monitor.ask("GET", "k"));
        assertEquals(OK, user("~*", "admin").ask("FLUSHALL"));
    }

    @Test
    void dryrun_saysWhatWouldHappen() {
        user("~app:*", "+get", "+client|list");
        assertEquals(OK, admin.ask("ACL", "DRYRUN", "bob", "GET", "app:1"));
        assertEquals(bulk("This user has no permissions to access the 'q' key"), admin.ask("ACL", "DRYRUN", "bob", "get", "q"));
        assertEquals(bulk("This user has no permissions to run the 'flushall' command"),
                admin.ask("ACL", "DRYRUN", "bob", "flushall"));
        assertEquals(OK, admin.ask("ACL", "DRYRUN", "bob", "client", "list"));
        admin.ask("ACL", "SETUSER", "bob", "+flushall", "+delprefix");
        assertEquals(bulk("This user has no permissions to access all keys"), admin.ask("ACL", "DRYRUN", "bob", "flushall"));
        assertEquals(bulk("This user has no permissions to access the 'a' key"),
                admin.ask("ACL", "DRYRUN", "bob", "delprefix", "a"));
        assertEquals(OK, admin.ask("ACL", "DRYRUN", "bob", "delprefix", "app:"));
        assertEquals("-ERR User 'nob' not found\r\n", admin.ask("ACL", "DRYRUN", "nob", "get", "x"));
        assertEquals("-ERR Command 'foo' not found\r\n", admin.ask("ACL", "DRYRUN", "bob", "foo"));
        assertEquals("-ERR wrong number of arguments for 'get' command\r\n", admin.ask("ACL", "DRYRUN", "bob", "get"));
    }

    @Test
    void genpass_asManyBitsAsWanted() {
        assertEquals(64 + 7, admin.ask("ACL", "GENPASS").length());
        assertTrue(admin.ask("ACL", "GENPASS", "5").startsWith("$2\r\n"));
        assertTrue(admin.ask("ACL", "GENPASS", "4096").startsWith("$1024\r\n"));
        for (String bits : new String[] {"0", "4097"}) {
            assertEquals("-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
                    + "4096\r\n", admin.ask("ACL", "GENPASS", bits));
        }
    }

    @Test
    void log_keepsTheLastDenials_bounded() {
        TestClient bob = user("~app:*", "+get", "+@transaction");
        bob.ask("FLUSHALL");
        bob.ask("FLUSHALL");
        bob.ask("GET", "other");
        String entries = admin.ask("ACL", "LOG");
        bob.ask("MULTI");
        bob.ask("GET", "queued");
        bob.ask("DISCARD");
        String queued = admin.ask("ACL", "LOG", "1");
        assertTrue(queued.contains("$7\r\ncontext\r\n$5\r\nmulti\r\n$6\r\nobject\r\n$6\r\nqueued\r\n"), queued);
        assertTrue(entries.startsWith("*2\r\n*14\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$3\r\nkey\r\n"), entries);
        assertTrue(entries.contains(":2\r\n$6\r\nreason\r\n$7\r\ncommand\r\n$7\r\ncontext\r\n$8\r\ntoplevel\r\n$6\r\nobject\r\n"
                + "$8\r\nflushall\r\n$8\r\nusername\r\n$3\r\nbob\r\n"), entries);
        for (int i = 0; i < 200; i++) {
            bob.ask("GET", "other" + i);
        }
        assertTrue(admin.ask("ACL", "LOG", "1000").startsWith("*128\r\n"));
        assertEquals(OK, admin.ask("ACL", "LOG", "RESET"));
        assertEquals("*0\r\n", admin.ask("ACL", "LOG"));
        assertTrue(admin.ask("INFO", "stats").contains("acl_access_denied_key:202\r\n"));
    }

    /** Else who guesses passwords has us keep 128 names of 16 KiB. */
    @Test
    void log_nameOfManyBytes_isCut() {
        TestClient guesser = commands.client();
        guesser.ask("AUTH", "x".repeat(16_000), "guessed");
        String entries = admin.ask("ACL", "LOG");
        assertTrue(entries.contains("\r\n" + "x".repeat(Denials.NAME_BYTES_MAX) + "... (15872 more bytes)\r\n"), entries);
        assertTrue(entries.length() < 1000, entries);
    }

    @Test
    void load_wrongLine_changesNothing() {
        List<String> before = commands.service.users().lines();
        for (String line : new String[] {"usr a on", "user", "user a +foo", "user a on >\u00e4 (x)"}) {
            assertThrows(IllegalArgumentException.class, () -> commands.service.users().load(List.of("user b on", line)), line);
        }
        assertThrows(IllegalArgumentException.class, () -> commands.service.users().load(List.of("user a on", "user a off")));
        assertEquals(before, commands.service.users().lines());
    }

    @Test
    void adminCommands_areTold_withoutSecrets() {
        admin.ask("ACL", "SETUSER", "bob", "on", ">secret");
        admin.ask("FLUSHALL");
        admin.ask("ACL", "LIST");
        admin.ask("CONFIG", "SET", "nosuch", "1", "requirepass", "secret");
        List<String> lines = commands.background.lines;
        assertEquals("INFO admin: done: user \"default\" from 127.0.0.1:40001: \"ACL\" \"SETUSER\" \"bob\" (redacted) (redacted)",
                lines.get(0));
        assertEquals("INFO admin: done: user \"default\" from 127.0.0.1:40001: \"FLUSHALL\"", lines.get(1));
        assertEquals("INFO admin: failed: user \"default\" from 127.0.0.1:40001: \"CONFIG\" \"SET\" \"nosuch\" \"1\" "
                + "\"requirepass\" (redacted)", lines.get(2));
        assertEquals(3, lines.size());
    }

    @Test
    void adminCommands_each_itIsDecidedIfTheyAreTold() {
        for (Command command : commands.service.commands.meant("@admin")) {
            assertTrue(AdminLog.isDecided(command.fullName), command.fullName);
        }
    }
}
