package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {
    private final CommandHelp help = new CommandHelp(false);
    private final Hints hints = new Hints(help);

    /** A line, and what is shown behind it. */
    @ParameterizedTest
    @ValueSource(strings = {
        "|",
        "ge|",
        "get|~key",
        "GET |key",
        "get k|",
        "get k |",
        "get k x |",
        "set k |value [NX / XX / IFEQ value / IFNE value / IFDEQ digest / IFDNE digest] [GET] "
                + "[EX seconds / PX milliseconds / EXAT unix-seconds / PXAT unix-milliseconds / KEEPTTL]",
        "set k v ex |[NX / XX / IFEQ value / IFNE value / IFDEQ digest / IFDNE digest] [GET]",
        "set k v ex 5 |[NX / XX / IFEQ value / IFNE value / IFDEQ digest / IFDNE digest] [GET]",
        "set k v nx |[GET] [EX seconds / PX milliseconds / EXAT unix-seconds / PXAT unix-milliseconds / KEEPTTL]",
        "mget a|~[key ...]",
        "mget a b |[key ...]",
        "config ge|",
        "config get|~parameter [parameter ...]",
        "scan 0 match x* |[COUNT count] [TYPE type]",
        "ping|~[message]",
        "ping hello|",
        "dbsize |",
        "nope |",
        "copy a b |[DB destination-db] [REPLACE]",
        "hotkeys start metrics 2 |[CPU] [NET] [COUNT k] [DURATION seconds] [SAMPLE ratio]",
    })
    void hints_line_showsWhatIsLeft(String row) {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1].replace('/', '|').replace('~', ' '), hints.after(cells[0]), row);
    }

    @Test
    void find_twoWords_areRatherOneCommand() {
        assertEquals("CONFIG GET", help.find(List.of("config", "get", "x")).name());
        assertEquals("COMMAND", help.find(List.of("command", "x")).name());
        assertNull(help.find(List.of("config", "x")));
        assertNull(help.find(List.of()));
    }

    @Test
    void describe_container_showsAllOfIt() {
        assertTrue(help.describe(List.of("slowlog")).contains("SLOWLOG GET [count]"));
        assertTrue(help.describe(List.of("slowlog")).contains("SLOWLOG RESET"));
        assertTrue(help.describe(List.of("@connection")).contains("PING [message]"));
        assertTrue(help.describe(List.of("config", "get")).startsWith("\n  CONFIG GET parameter"));
        assertEquals("", help.describe(List.of("se")));
    }

    @Test
    void table_commandsOfTheServer_areAllInIt() throws Exception {
        try (KvServer server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind",
                "127.0.0.1").with("max-memory", "64m"));
                Server connection = new Server(Target.standard().withAddress("127.0.0.1", server.addresses().get(0).getPort()),
                        new RespProtocol(), aside -> { })) {
            TreeSet<String> missing = new TreeSet<>();
            for (Reply name : ((Reply.Items) connection.ask("COMMAND", "LIST")).items()) {
                missing.add(((Reply.Bytes) name).text().toUpperCase(Locale.ROOT));
            }
            missing.removeAll(help.firstWords());
            assertEquals(new TreeSet<>(), missing, "add them to commands.txt");
        }
    }

    /** Of a line, whether it is kept in the history. */
    @ParameterizedTest
    @ValueSource(strings = {"AUTH x", " auth me x", "hello 3 auth me x", "acl setuser me >x", "config set requirepass x",
            "2 auth x",
        "config set tls-key-file-pass x"})
    void history_linesWithAPassword_areNotKept(String line) {
        assertTrue(LineEditor.isSecret(line), line);
    }

    @Test
    void history_otherLines_areKept() {
        for (String line : List.of("get auth", "set author me", "authx y", "hello 3", "config get requirepass", "auth")) {
            assertFalse(LineEditor.isSecret(line), line);
        }
    }
}
