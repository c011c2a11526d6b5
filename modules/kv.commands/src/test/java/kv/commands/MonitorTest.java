package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What MONITOR shows, to whom, and how much of it. */
final class MonitorTest {
    private final TestService service = new TestService();
    private final TestClient client = service.client();
    private final TestClient watcher = service.client();

    @AfterEach
    void close() {
        service.close();
    }

    /** What the watcher was shown since the last call, without the times, which are those of the service's clock. */
    private String shown() {
        String lines = watcher.out.posted.toString();
        watcher.out.posted.setLength(0);
        return lines.replaceAll("(?m)^\\+\\d{10}\\.\\d{6} ", "");
    }

    @Test
    void monitor_commandsOfOthersAndItsOwn_areShownInRedisForm() {
        client.ask("SET", "before", "v");
        assertEquals("+OK\r\n", watcher.ask("MONITOR"));
        assertEquals("+OK\r\n", watcher.ask("MONITOR")); // once is enough
        client.ask("SET", "k\r\n", "\"\\\t\0\u00FF");
        watcher.ask("PING");
        service.client().send("GET text\n");
        client.ask("SELECT", "3");
        client.ask("GET", "k");
        assertEquals("""
                [0 127.0.0.1:40001] "SET" "k\\r\\n" "\\"\\\\\\t\\x00\\xff"\r
                [0 127.0.0.1:40002] "PING"\r
                [0 127.0.0.1:40003] "GET" "text"\r
                [3 127.0.0.1:40001] "SELECT" "3"\r
                [3 127.0.0.1:40001] "GET" "k"\r
                """, shown());
        assertTrue(client.ask("CLIENT", "LIST").replaceAll("(age|idle)=\\d+", "$1=N").contains(
                "id=2 addr=127.0.0.1:40002 laddr=127.0.0.1:9099 fd=-1 name= age=N idle=N flags=O "));
        assertEquals("+RESET\r\n", watcher.ask("RESET"));
        client.ask("GET", "after");
        assertFalse(shown().contains("after"));
    }

    @Test
    void monitor_secretsScriptsAndAdministration_areNotShown() {
        watcher.ask("MONITOR");
        client.ask("HELLO", "3", "AUTH", "default", "secret-word");
        client.ask("CONFIG", "SET", "requirepass", "secret-word");
        client.ask("EVAL", "return 'secret-word'", "1", "k");
        client.ask("SCRIPT", "LOAD", "return 'secret-word'");
        assertEquals("""
                [0 127.0.0.1:40001] "HELLO" "3" "(redacted)" "(redacted)" "(redacted)"\r
                [0 127.0.0.1:40001] "EVAL" "(redacted)" "1" "k"\r
                [0 127.0.0.1:40001] "SCRIPT" "LOAD" "(redacted)"\r
                """, shown());
    }

    /** In the order and form of redis-server 7.0.15, but for the bodies of scripts, which are not shown. */
    @Test
    void monitor_transactionsAndScripts_areShownAsInRedis() {
        watcher.ask("MONITOR");
        client.ask("MULTI");
        client.ask("SET", "a", "1");
        client.ask("SELECT", "2");
        client.ask("EVAL", "redis.call('select', 5) redis.call('set', KEYS[1], 'x') return redis.pcall('incr', KEYS[1])", "1",
                "s");
        client.ask("INCR", "a");
        client.ask("EXEC");
        client.ask("EVAL", "return redis.call('nosuch')", "0");
        client.ask("MULTI");
        client.ask("PING");
        client.ask("DISCARD");
        assertEquals("""
                [0 127.0.0.1:40001] "MULTI"\r
                [0 127.0.0.1:40001] "SET" "a" "1"\r
                [2 127.0.0.1:40001] "SELECT" "2"\r
                [2 127.0.0.1:40001] "EVAL" "(redacted)" "1" "s"\r
                [5 lua] "select" "5"\r
                [5 lua] "set" "s" "x"\r
                [5 lua] "incr" "s"\r
                [2 127.0.0.1:40001] "INCR" "a"\r
                [2 127.0.0.1:40001] "EXEC"\r
                [2 127.0.0.1:40001] "EVAL" "(redacted)" "0"\r
                [2 127.0.0.1:40001] "MULTI"\r
                [2 127.0.0.1:40001] "DISCARD"\r
                """, shown());
    }

    /** It begins again in the slow lane, behind a script and a SELECT; only that is shown. */
    @Test
    void monitor_transactionThatIsTakenBack_isShownOnce() {
        client.ask("SET", "long", "v".repeat(900_000));
        watcher.ask("MONITOR");
        client.ask("MULTI");
        client.ask("EVAL", "return redis.call('get', KEYS[1])", "1", "a");
        client.ask("SELECT", "2");
        client.ask("SELECT", "0");
        client.ask("STRLEN", "long");
        client.ask("EXEC");
        assertEquals("""
                [0 127.0.0.1:40001] "MULTI"\r
                [0 127.0.0.1:40001] "EVAL" "(redacted)" "1" "a"\r
                [0 lua] "get" "a"\r
                [2 127.0.0.1:40001] "SELECT" "2"\r
                [0 127.0.0.1:40001] "SELECT" "0"\r
                [0 127.0.0.1:40001] "STRLEN" "long"\r
                [0 127.0.0.1:40001] "EXEC"\r
                """, shown());
    }

    @Test
    void monitor_scriptThatCallsMuch_isBoundedAndCounted() {
        watcher.ask("MONITOR");
        client.ask("EVAL", "for i = 1, 10000 do redis.call('get', KEYS[1]) end", "1", "k");
        String shown = shown();
        int lines = shown.split("\r\n").length;
        assertTrue(lines > 1000 && lines < 10_000, lines + " lines");
        assertEquals(10_001 - lines, service.service.monitorLinesLeftOut());
        client.ask("GET", "after");
        assertTrue(shown().contains((10_001 - lines) + " commands were left out"));
    }

    /** They wait until it has run: 512 scripts of 256 KiB each would be too much. Planted, and found: a bound for each alone. */
    @Test
    void monitor_scriptsOfOneTransaction_haveOneBound() {
        String[] eval = {"EVAL", "for i = 1, 100 do redis.call('get', KEYS[1]) end", "1", "k".repeat(100)};
        watcher.ask("MONITOR");
        client.ask("MULTI");
        for (int i = 0; i < 50; i++) {
            client.ask(eval);
        }
        client.ask("EXEC");
        int calls = shown().split("lua]", -1).length - 1;
        assertTrue(calls > 1000 && calls < 2500, calls + " calls of 5000");
        assertEquals(5000 - calls, service.service.monitorLinesLeftOut());
    }

    @Test
    void monitor_whileItWatches_isNotIdle() {
        assertFalse(watcher.out.awaitsPosts);
        watcher.ask("MONITOR");
        assertTrue(watcher.out.awaitsPosts);
        watcher.ask("RESET");
        assertFalse(watcher.out.awaitsPosts);
    }

    @Test
    void monitor_longRequests_areCutShort() {
        watcher.ask("MONITOR");
        String[] mget = new String[50];
        mget[0] = "MGET";
        for (int i = 1; i < mget.length; i++) {
            mget[i] = "k".repeat(1000);
        }
        client.ask(mget);
        String line = shown();
        assertTrue(line.endsWith(" \"... (19 more arguments)\"\r\n"), line);
        assertTrue(line.contains("k".repeat(128) + "... (872 more bytes)"), line);
        assertTrue(line.length() < 32 * 200, line);
    }

    @Test
    void monitor_readerDoesNotKeepUp_isToldHowManyWereLeftOut() {
        watcher.out.postedMax = 2000;
        watcher.ask("MONITOR");
        for (int i = 0; i < 1000; i++) {
            client.ask("GET", "key-" + i);
        }
        int shown = shown().split("\r\n").length;
        client.ask("GET", "after");
        assertEquals("[0 kv-server] \"" + (1000 - shown) + " commands were left out\"\r\n"
                + "[0 127.0.0.1:40001] \"GET\" \"after\"\r\n", shown());
        assertEquals(1000 - shown, service.service.monitorLinesLeftOut());
        assertTrue(client.ask("INFO", "stats").contains("monitor_lines_left_out:" + (1000 - shown) + "\r\n"));
    }

    @Test
    void monitor_tooManyAndGone_leavePlaceForOthers() {
        List<TestClient> watchers = new ArrayList<>();
        for (int i = 0; i < Monitors.MAX; i++) {
            watchers.add(service.client());
            assertEquals("+OK\r\n", watchers.get(i).ask("MONITOR"));
        }
        assertEquals("-ERR there are 8 monitors already\r\n", watcher.ask("MONITOR"));
        service.service.disconnected(watchers.get(0).client);
        assertEquals("+OK\r\n", watcher.ask("MONITOR"));
        watchers.forEach(each -> service.service.disconnected(each.client));
        service.service.disconnected(watcher.client);
        assertFalse(service.service.watch.wants(0)); // so nobody pays for it any more
    }
}
