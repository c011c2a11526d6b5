package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HOTKEYS: its grammar, what it finds, and that nobody pays for it afterwards. */
final class HotKeysTest {
    private final TestService service = new TestService();
    private final TestClient client = service.client();

    @AfterEach
    void close() {
        service.close();
    }

    private String hotkeys(String args) {
        return client.ask(("HOTKEYS " + args).split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "START ; METRICS parameter is required",
        "START METRICS ; METRICS parameter is required",
        "START COUNT 5 METRICS ; METRICS parameter is required",
        "START METRICS 0 CPU ; METRICS count must be > 0 and <= 2",
        "START METRICS 3 CPU NET CPU ; METRICS count must be > 0 and <= 2",
        "START METRICS x CPU ; METRICS count must be > 0 and <= 2",
        "START METRICS 2 CPU ; METRICS count does not match number of metric types provided",
        "START METRICS 2 CPU CPU ; METRICS CPU defined more than once!",
        "START METRICS 2 NET NET ; METRICS NET defined more than once!",
        "START METRICS 1 DISK ; METRICS no valid metrics passed. Supported: CPU|NET",
        "START METRICS 1 CPU COUNT 65 ; COUNT must be between 1 and 64",
        "START METRICS 1 CPU COUNT 0 ; COUNT must be between 1 and 64",
        "START METRICS 1 CPU DURATION 0 ; DURATION must be between 1 and 1000000",
        "START METRICS 1 CPU SAMPLE 0 ; SAMPLE ratio must be positive",
        "START METRICS 1 CPU SLOTS 1 0 ; SLOTS parameter cannot be used in non-cluster mode",
        "START METRICS 1 CPU COUNT ; syntax error",
        "START METRICS 1 CPU NONSENSE 1 ; syntax error"})
    void start_wrong_saysWhy(String args, String reason) {
        assertEquals("-ERR " + reason + "\r\n", hotkeys(args));
        assertEquals("$-1\r\n", hotkeys("GET"));
        assertFalse(service.service.watch.wants(0));
    }

    @Test
    void session_startedStoppedAndReset_isAsInRedis() {
        assertEquals("$-1\r\n", hotkeys("STOP"));
        assertEquals("+OK\r\n", hotkeys("START METRICS 2 CPU NET COUNT 2"));
        assertEquals("-ERR hotkey tracking session already in progress\r\n", hotkeys("START METRICS 1 CPU"));
        assertEquals("-ERR hotkey tracking session in progress, stop tracking first\r\n", hotkeys("RESET"));
        for (int i = 0; i < 50; i++) {
            client.ask("SET", "hot", "v".repeat(1000));
            client.ask("GET", "warm");
        }
        client.ask("MGET", "warm", "cold");
        client.ask("PING");
        assertEquals("+OK\r\n", hotkeys("STOP"));
        client.ask("SET", "late", "v".repeat(100_000));
        String found = hotkeys("GET").replace("\r\n", " ");
        assertTrue(found.startsWith("*1 *24 $15 tracking-active :0 $12 sample-ratio :1 $14 selected-slots *1 *2 :0 :16383 "),
                found);
        assertTrue(found.matches(".* \\$12 by-net-bytes \\*4 \\$3 hot :(\\d+) \\$4 warm :(\\d+) "), found);
        assertFalse(found.contains("late"), found);
        long bytes = Long.parseLong(found.replaceAll(".*\\$3 hot :(\\d+) \\$4 warm :\\d+ ", "$1"));
        assertTrue(bytes > 50_000 && bytes < 60_000, bytes + " bytes");
        assertFalse(service.service.watch.wants(0));
        assertEquals("+OK\r\n", hotkeys("RESET"));
        assertEquals("$-1\r\n", hotkeys("GET"));
    }

    @Test
    void reply_long_countsForItsKey() {
        client.ask("SET", "long", "v".repeat(50_000));
        client.ask("SET", "short", "v");
        assertEquals("+OK\r\n", hotkeys("START METRICS 1 NET"));
        client.ask("GET", "short");
        client.send(TestClient.request("GET", "short") + TestClient.request("GET", "long") + TestClient.request("GET", "short"));
        String found = hotkeys("GET").replace("\r\n", " ");
        assertTrue(found.matches("\\*1 \\*18 .* \\$12 by-net-bytes \\*4 \\$4 long :500\\d\\d \\$5 short :\\d\\d "), found);
    }

    @Test
    void topKeys_manyMoreThanItRemembers_neverTellsTooMuchAndFindsTheHotOnes() {
        Random random = new Random(42);
        TopKeys top = new TopKeys(100);
        Map<Integer, Long> truth = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            int key = random.nextInt(3) > 0 ? 1_000_000 + random.nextInt(10) : random.nextInt(50_000);
            int amount = 1 + random.nextInt(10);
            truth.merge(key, (long) amount, Long::sum);
            top.add(Integer.toString(key).getBytes(StandardCharsets.US_ASCII), amount);
        }
        List<TopKeys.Top> largest = top.largest(10);
        assertEquals(10, largest.size());
        for (TopKeys.Top each : largest) {
            int key = Integer.parseInt(new String(each.key(), StandardCharsets.US_ASCII));
            assertTrue(key >= 1_000_000, "not a hot key: " + key);
            long sum = truth.get(key);
            assertTrue(each.sum() <= sum && each.sum() > sum * 9 / 10, each.sum() + " of " + sum);
        }
        assertEquals(truth.values().stream().mapToLong(Long::longValue).sum(), top.total());
    }
}
