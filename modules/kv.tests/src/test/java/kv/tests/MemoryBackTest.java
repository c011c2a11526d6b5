package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Memory goes back to the system: after FLUSHALL, after keys have expired whose neighbours live on, after clients have left; each
 * time anew. What counts is the kernel's figure, against the one before the first time, with everything warm. The store's share
 * of it is looked at by itself, as that comes in segments of 16 MiB: a page more or less in use may be one more of them.
 *
 * <p>The C library's setting is the launcher's. Seen to fail on a server that keeps all segments until its end. The long form:
 * {@code -Dkv.test.cycles=20}.
 */
class MemoryBackTest extends UnderAttack {
    private static final String TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072";
    /** Kept are up to 16 MiB of spare buffers, and what the JVM compiles: 23 MiB were seen after ten cycles of all kinds. */
    private static final int SLACK_KIB = 32 << 10;
    private static final int CYCLES = Integer.getInteger("kv.test.cycles", 3);
    /** What a store keeps that has next to nothing: a segment, or two while keys still come. */
    private static final int EMPTY_STORE_MIB = 32;
    /**
     * With 10 MB of values: 8 MiB of index, a page for each of 256 shards; 11 to 19 MiB of entries, dead ones among them that are
     * not worth being packed; 10 MiB, and a sixteenth of that, to spare; and what that is short of whole segments.
     */
    private static final int STAYING_STORE_MIB = 48;
    private static final int PIPELINED = 500;

    private WireClient client;
    private long beforeKib;
    private long besideStoreKib;

    @BeforeEach
    void begin() throws Exception {
        attend(KvLaunch.small("--max-memory", "256m", "--max-buffer-memory", "256m").environment("GLIBC_TUNABLES", TUNABLES)
                .start());
        client = client();
        for (int i = 0; i < 5; i++) {
            fill("warm", 20_000, 1_000, "");
            ask("FLUSHALL");
        }
        assertTrue(KvProcess.becomes(() -> reservedKib() <= EMPTY_STORE_MIB << 10), "the store keeps what nobody needs");
        beforeKib = server().residentKib();
        besideStoreKib = besideStoreKib();
    }

    @Test
    void flushAll_againAndAgain_givesTheMemoryBack() throws Exception {
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            fill("key", 3_000, 28_000, "");
            long full = server().residentKib();
            assertTrue(full > beforeKib + (70 << 10), full + " KiB with 84 MB, " + beforeKib + " before");
            ask("FLUSHALL");
            assertGoesBack("cycle " + cycle, EMPTY_STORE_MIB);
        }
        assertUnharmed();
    }

    /** One in ten stays, on all pages of all segments. */
    @Test
    void expiry_ofMostKeys_givesTheMemoryBack() throws Exception {
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            for (int part = 0; part < 10; part++) {
                fill("stays" + part + ":", 500, 1_400, "");
                fill("goes" + part + ":", 4_500, 1_400, " PX 4000000");
                fill("stays-long" + part + ":", 1, 300_000, "");
                fill("goes-long" + part + ":", 9, 300_000, " PX 4000000");
            }
            assertTrue(server().residentKib() > beforeKib + (80 << 10), "it has not grown");
            for (int part = 0; part < 10; part++) {
                endSoon("goes" + part + ":", 4_500);
                endSoon("goes-long" + part + ":", 9);
            }
            assertTrue(KvProcess.becomes(() -> keys() == 5_010), "keys are left");
            assertGoesBack("cycle " + cycle, STAYING_STORE_MIB);
            assertEquals("x".repeat(300_000), client.ask("GET", "stays-long7:0").text());
        }
        assertUnharmed();
    }

    @Test
    void clients_withUnreadRepliesAndHalfRequests_leaveNothingBehind() throws Exception {
        fill("big", 1, 1_000_000, "");
        String half = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n" + "h".repeat(950_000);
        String unread = "MGET" + " big0".repeat(8);
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            List<WireClient> attackers = clients(100);
            for (int i = 0; i < attackers.size(); i++) {
                attackers.get(i).send(i % 4 > 0 ? half : WireClient.request(unread.split(" ")));
            }
            assertTrue(KvProcess.becomes(() -> resident() > beforeKib + (60 << 10)), "it has not grown");
            closeAll(attackers);
            assertGoesBack("cycle " + cycle, EMPTY_STORE_MIB);
        }
        assertUnharmed();
    }

    private void assertGoesBack(String when, int storeMib) {
        assertTrue(KvProcess.becomes(() -> reservedKib() <= storeMib << 10), () -> when + ": the store has " + reservedKib()
                + " KiB");
        long wanted = besideStoreKib + Math.max(beforeKib / 10, SLACK_KIB);
        assertTrue(KvProcess.becomes(() -> besideStoreKib() <= wanted), () -> when + ": " + besideStoreKib()
                + " KiB beside the store, " + besideStoreKib + " before");
    }

    private void fill(String prefix, int count, int length, String options) throws IOException {
        String value = "x".repeat(length);
        for (int i = 0; i < count;) {
            StringBuilder requests = new StringBuilder();
            int end = Math.min(count, i + Math.max(1, Math.min(PIPELINED, 1_000_000 / length)));
            int sent = end - i;
            for (; i < end; i++) {
                requests.append(WireClient.request(("SET " + prefix + i + " " + value + options).split(" ")));
            }
            client.send(requests.toString());
            for (int replies = 0; replies < sent; replies++) {
                assertEquals("OK", client.reply().text());
            }
        }
    }

    private void endSoon(String prefix, int count) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append(WireClient.request("PEXPIRE", prefix + i, "1"));
        }
        client.send(requests.toString());
        for (int i = 0; i < count; i++) {
            assertEquals("1", client.reply().text());
        }
    }

    private void ask(String... command) throws IOException {
        assertEquals("OK", client.ask(command).text());
    }

    private long keys() {
        try {
            return Long.parseLong(client.ask("DBSIZE").text());
        } catch (IOException lost) {
            return -1;
        }
    }

    private long resident() {
        try {
            return server().residentKib();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private long besideStoreKib() {
        return resident() - reservedKib();
    }

    private long reservedKib() {
        try {
            String stats = client.ask("INFO", "memory").text();
            String field = "\r\nreserved_memory:";
            int at = stats.indexOf(field) + field.length();
            return Long.parseLong(stats.substring(at, stats.indexOf('\r', at))) >> 10;
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }
}
