package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a control group of {@value #LIMIT_MIB} MiB, with no word about memory: whatever clients do, the kernel has no reason to end
 * the process. And settings that would give it one are refused.
 *
 * <p>Needs the right to make a group within our own, version 1 or 2; else skipped.
 */
class LittleMemoryTest extends UnderAttack {
    private static final int LIMIT_MIB = 300;
    private static final long LIMIT_BYTES = (long) LIMIT_MIB << 20;
    /** As the launcher works out. */
    private static final String HEAP = "-Xmx" + LIMIT_MIB / 8 + "m";
    private static final String TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072";
    private static final int HALF_SENT = 1_000;
    private static final int UNREAD = 50;
    private static final int VALUES = 1_500;
    private static final int COPYING = 50;
    private static final int COPIES = 40;
    private static final int COPY_ROUNDS = 5;

    private Path group;

    /** Makes a group for the server, and has it started in there. */
    private KvLaunch launch(String... options) throws Exception {
        Path limit = makeGroup();
        assumeTrue(limit != null, "needs a control group within which it may make one");
        Files.writeString(limit, Long.toString(LIMIT_BYTES));
        return KvLaunch.bare("--port", "0", "--bind", TestServer.HOST, "--workers", "2", "--cpu-affinity", "off").with(options)
                .environment("GLIBC_TUNABLES", TUNABLES).environment("JAVA_TOOL_OPTIONS", HEAP)
                .under("echo $$ > " + group.resolve("cgroup.procs"));
    }

    /** The file of its limit; null if it cannot be made. */
    private Path makeGroup() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            String[] fields = line.split(":", 3);
            boolean isUnified = fields[1].isEmpty();
            if (isUnified || List.of(fields[1].split(",")).contains("memory")) {
                Path parent = Path.of(isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory", fields[2]);
                group = parent.resolve("kv-tests-" + ProcessHandle.current().pid());
                Path limit = group.resolve(isUnified ? "memory.max" : "memory.limit_in_bytes");
                try {
                    Files.createDirectory(group);
                } catch (IOException notAllowed) {
                    continue;
                }
                if (Files.isWritable(limit)) {
                    return limit;
                }
                Files.delete(group);
            }
        }
        group = null;
        return null;
    }

    @AfterEach
    void removeGroup() throws Exception {
        if (group != null) {
            server().process.destroyForcibly().waitFor();
            assertTrue(KvProcess.becomes(() -> group.toFile().delete()), "somebody is left in the group");
        }
    }

    @Test
    void everythingAtOnce_isSurvived() throws Exception {
        attend(launch().start());
        List<WireClient> attackers = new ArrayList<>();
        WireClient filler = client();
        String value = "v".repeat(100_000);
        for (int i = 0; i < VALUES; i++) {
            filler.ask("SET", "a-key-that-is-not-so-short-" + i, value);
            for (int more = 0; more < 20; more++) {
                filler.send(WireClient.request("SET", "small-" + i + "-" + more, "x"));
            }
            for (int more = 0; more < 20; more++) {
                filler.reply();
            }
            if (i < HALF_SENT) {
                WireClient half = client();
                attackers.add(half);
                attempt(half, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n" + "h".repeat(i % 10 == 0 ? 900_000 : 1_000));
            }
            if (i < UNREAD) {
                WireClient unread = client(4096);
                attackers.add(unread);
                attempt(unread, WireClient.request("MGET", "a-key-that-is-not-so-short-0", "a-key-that-is-not-so-short-1")
                        .repeat(20) + WireClient.request("KEYS", "*"));
            }
            if (i % 100 == 0) {
                assertTrue(filler.ask("KEYS", "*").text() != null);
            }
        }
        assertTrue(server().isAlive(), () -> "killed: " + server().logSoFar());
        closeAll(attackers);
        filler.ask("FLUSHALL");
        assertUnharmed();
    }

    /** They write what they were not given: the log has to hold them back, as it does values that come over the wire. */
    @Test
    void copiesFasterThanTheDisk_waitForIt(@TempDir Path folder) throws Exception {
        attend(launch("--data-dir", folder.resolve("data").toString(), "--fsync", "everysec").start());
        WireClient filler = client();
        filler.ask("SET", "from", "v".repeat(33_000));
        filler.ask("SET", "long", "v".repeat(1_000_000));
        List<WireClient> copying = new ArrayList<>();
        for (int i = 0; i < COPYING; i++) {
            copying.add(client());
        }
        for (int round = 0; round < COPY_ROUNDS; round++) {
            for (int i = 0; i < COPYING; i++) {
                copying.get(i).send(WireClient.request("COPY", i % 5 == 0 ? "long" : "from", "to-" + i % 4, "REPLACE")
                        .repeat(COPIES));
            }
            for (WireClient client : copying) {
                for (int i = 0; i < COPIES; i++) {
                    assertEquals("1", client.reply().text());
                }
            }
        }
        closeAll(copying);
        assertUnharmed();
    }

    @Test
    void limitsThatCannotHold_areRefusedWithTheSum() throws Exception {
        KvProcess server = attend(launch("--max-memory", "250m").begin());
        assertEquals(2, server.exitStatus(), () -> "said " + server.logSoFar());
        String said = server.awaitLog("max-memory 250 + max-buffer-memory");
        assertTrue(said.contains(" of " + LIMIT_MIB + " MiB (" + group), said);
    }

    private void attempt(WireClient client, String bytes) {
        try {
            client.send(bytes);
        } catch (IOException closed) {
            // It may be told to go.
        }
    }
}
