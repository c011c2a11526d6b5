package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What INFO says that memory is made of comes to what the kernel says there is, in a server that is full, or has been, and after
 * much overwriting. What nobody can name is little.
 */
class MemoryKindsTest extends UnderAttack {
    private static final String TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072";
    /** The JVM's own tables, its compilers' work, the C library's. */
    private static final long NAMELESS_KIB_MAX = 80 << 10;
    private static final int TRIES = 20;
    private final Random random = new Random(2);

    @Test
    void kinds_emptyFullChurnedAndEmptyAgain_sumUpToTheResidentMemory() throws Exception {
        attend(KvLaunch.small("--max-memory", "256m").environment("GLIBC_TUNABLES", TUNABLES).start());
        WireClient client = client();
        assertSum(client, "empty");
        for (int i = 0; i < 10_000; i++) {
            put(client, i, 14_000);
        }
        assertSum(client, "full");
        for (int i = 0; i < 20_000; i++) {
            put(client, random.nextInt(10_000), 1 + random.nextInt(14_000));
        }
        assertSum(client, "churned");
        assertEquals("OK", client.ask("FLUSHALL").text());
        assertTrue(KvProcess.becomes(() -> resident() < 200 << 10), "it keeps what it had");
        assertSum(client, "empty again");
        assertUnharmed();
    }

    private static void put(WireClient client, int number, int length) throws IOException {
        assertEquals("OK", client.ask("SET", "key" + number, "v".repeat(length)).text());
    }

    private void assertSum(WireClient client, String when) throws IOException, InterruptedException {
        String wrong;
        int tries = 0;
        do {
            Thread.sleep(150); // the server looks at its process ten times a second at most
            wrong = wrongSum(client, when);
        } while (wrong != null && ++tries < TRIES); // its compilers may have been at work between two looks
        assertNull(wrong);
    }

    private String wrongSum(WireClient client, String when) throws IOException {
        Map<String, Long> kinds = new LinkedHashMap<>();
        for (String line : client.ask("INFO", "memory").text().split("\r\n")) {
            if (line.startsWith("resident_")) {
                kinds.put(line.substring(9, line.indexOf(':')), Long.parseLong(line.substring(line.indexOf(':') + 1)) >> 10);
            }
        }
        long resident = server().residentKib();
        long sum = kinds.values().stream().mapToLong(Long::longValue).sum();
        boolean isRight = Math.abs(sum - resident) <= resident / 20 && kinds.get("rest") <= NAMELESS_KIB_MAX;
        return isRight ? null : when + ": " + resident + " KiB are " + kinds;
    }

    private long resident() {
        try {
            return server().residentKib();
        } catch (IOException gone) {
            return -1;
        }
    }
}
