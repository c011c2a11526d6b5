package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kv.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A key's end falls on each reading of the clock within a command: the key is there for all of the command, or for nothing of it.
 * While a command read the clock several times, each of these failed.
 */
class KeyEndsWithinCommandTest {
    /** More readings than a command ever made. */
    private static final int READINGS = 30;
    private static final String ABSENT = "$-1\r\n";
    private static final String NO_END = ":-1\r\n";

    private final TickingClock clock = new TickingClock(1_000_000);
    private final TestService service = new TestService(
            StoreConfig.defaults().withMemoryLimitBytes(64 << 20).withClock(clock.clock()));
    private final TestClient client = service.client();
    private int there;
    private int gone;

    @AfterEach
    void close() {
        service.close();
        assertTrue(there > 0 && gone > 0, "the key was there " + there + " times, gone " + gone + " times");
    }

    /** What is done to the key, and what is looked at afterwards. */
    private interface Check {
        void run(String reply);
    }

    private void atEachReading(String value, String[] command, Check check) {
        for (int reading = 1; reading <= READINGS; reading++) {
            client.ask("FLUSHALL");
            // What the scratch of an earlier command has left must not come back.
            client.ask("SET", "other", "another client's bytes");
            client.ask("APPEND", "other", "!");
            client.ask("SET", "k", value, "PX", "1000");
            clock.advanceMillis(1000 - reading);
            check.run(client.ask(command));
        }
    }

    /** A command that changes the key's value and keeps its end. */
    private void change(String value, String[] command, String replyIfThere, String replyIfGone, String newValue) {
        atEachReading(value, command, reply -> {
            String left = client.ask("GET", "k");
            if (client.ask("PEXPIRETIME", "k").equals(NO_END)) {
                gone++;
                assertEquals(replyIfGone, reply);
                assertEquals(bulk(newValue), left);
            } else {
                there++;
                assertEquals(replyIfThere, reply);
                clock.advanceMillis(2000);
                assertEquals(ABSENT, client.ask("GET", "k"), "it has lost its end");
            }
        });
    }

    private static String[] command(String... args) {
        return args;
    }

    private static String bulk(String value) {
        return "$" + value.length() + "\r\n" + value + "\r\n";
    }

    @Test
    void append_keyEnds_isAllOldOrAllNew() {
        change("abc", command("APPEND", "k", "de"), ":5\r\n", ":2\r\n", "de");
    }

    @Test
    void setrange_keyEnds_isAllOldOrAllNew() {
        change("abcdef", command("SETRANGE", "k", "2", "xx"), ":6\r\n", ":4\r\n", "\0\0xx");
    }

    @Test
    void incr_keyEnds_isAllOldOrAllNew() {
        change("7", command("INCR", "k"), ":8\r\n", ":1\r\n", "1");
    }

    @Test
    void incrbyfloat_keyEnds_isAllOldOrAllNew() {
        change("7", command("INCRBYFLOAT", "k", "0.5"), bulk("7.5"), bulk("0.5"), "0.5");
    }

    @Test
    void copy_keyEnds_copiesValueAndEndOrNothing() {
        atEachReading("abc", command("COPY", "k", "l"), reply -> moved(reply, ":1\r\n", ":0\r\n"));
    }

    @Test
    void rename_keyEnds_movesValueAndEndOrFails() {
        atEachReading("abc", command("RENAME", "k", "l"), reply -> moved(reply, "+OK\r\n", "-ERR no such key\r\n"));
    }

    @Test
    void renamenx_keyEnds_movesValueAndEndOrFails() {
        atEachReading("abc", command("RENAMENX", "k", "l"), reply -> moved(reply, ":1\r\n", "-ERR no such key\r\n"));
    }

    private void moved(String reply, String replyIfThere, String replyIfGone) {
        if (reply.equals(replyIfThere)) {
            there++;
        } else {
            gone++;
            assertEquals(replyIfGone, reply);
        }
        clock.advanceMillis(2000);
        assertEquals(ABSENT, client.ask("GET", "l"), "it has lost its end");
    }

    @Test
    void getexPersist_keyEnds_repliesWhatStays() {
        atEachReading("abc", command("GETEX", "k", "PERSIST"), this::staysIfReplied);
    }

    @Test
    void getexPx_keyEnds_repliesWhatStays() {
        atEachReading("abc", command("GETEX", "k", "PX", "100000"), this::staysIfReplied);
    }

    private void staysIfReplied(String reply) {
        if (reply.equals(ABSENT)) {
            gone++;
        } else {
            there++;
            assertEquals(bulk("abc"), reply);
        }
        clock.advanceMillis(2000);
        assertEquals(reply, client.ask("GET", "k"));
    }

    @Test
    void persist_keyEnds_repliesWhatStays() {
        atEachReading("abc", command("PERSIST", "k"), reply -> {
            boolean kept = reply.equals(":1\r\n");
            there += kept ? 1 : 0;
            gone += kept ? 0 : 1;
            clock.advanceMillis(2000);
            assertEquals(kept ? bulk("abc") : ABSENT, client.ask("GET", "k"));
        });
    }

    @Test
    void setNx_keyEnds_setsOrKeeps() {
        atEachReading("abc", command("SET", "k", "new", "NX"), reply -> {
            boolean set = reply.equals("+OK\r\n");
            there += set ? 0 : 1;
            gone += set ? 1 : 0;
            clock.advanceMillis(2000);
            assertEquals(set ? bulk("new") : ABSENT, client.ask("GET", "k"));
        });
    }

    @Test
    void setXxKeepttlGet_keyEnds_repliesTheValueReplaced() {
        atEachReading("abc", command("SET", "k", "new", "XX", "KEEPTTL", "GET"), reply -> {
            boolean set = reply.equals(bulk("abc"));
            there += set ? 1 : 0;
            gone += set ? 0 : 1;
            assertEquals(set ? bulk("abc") : ABSENT, reply);
            clock.advanceMillis(2000);
            assertEquals(ABSENT, client.ask("GET", "k"), "it has lost its end, or come back");
        });
    }
}
