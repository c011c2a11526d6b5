package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program on disks that fail as real ones do: by the kernel's own errors, injected by strace, and by file systems that are
 * full or become read-only. What needs root, strace or Linux is left out where that is missing.
 */
@Timeout(600)
class RealDiskTest {
    private static final String VALUE = "v".repeat(1 << 20);

    @TempDir
    Path folder;

    private final List<Path> mounted = new ArrayList<>();
    /** Written last, and acknowledged last. */
    private int sent;
    private int acknowledged;

    @AfterEach
    void unmount() throws Exception {
        for (Path place : mounted) {
            run("umount", "-l", place.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                .waitFor();
    }

    private static boolean isThere(String program) throws IOException, InterruptedException {
        return run("/bin/sh", "-c", "command -v " + program) == 0;
    }

    /** A shell's words that have the program run under strace, which spoils a system call of its threads. */
    private static String spoiling(String call, String how) throws IOException, InterruptedException {
        String strace = "strace -f -qq -o /dev/null --seccomp-bpf -e trace=" + call + " -e inject=" + call + ":" + how + " ";
        assumeTrue(isThere("strace") && run("/bin/sh", "-c", strace + "true") == 0, "no strace here");
        return "set -- " + strace + "\"$@\"";
    }

    private Path mount(String... mount) throws IOException, InterruptedException {
        Path place = Files.createDirectory(folder.resolve("disk"));
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(mount));
        command.add(place.toString());
        assumeTrue(isThere("mount") && run(command.toArray(String[]::new)) == 0, "may not mount here");
        mounted.add(place);
        return place;
    }

    private static ServerProcess start(String shell, Path data) throws IOException, InterruptedException {
        return new ServerProcess(shell, "--data-dir", data.toString());
    }

    /** Writes a counter until the connection ends, or the reply is no acknowledgement: which is returned. */
    private String writeOn(Client client, int times) throws IOException {
        String reply = "";
        for (int i = 0; i < times; i++) {
            sent++;
            reply = client.ask("SET", "counter", sent + " " + VALUE.substring(0, sent % 1000));
            if (!reply.equals("+OK\r\n")) {
                return reply;
            }
            acknowledged = sent;
        }
        return reply;
    }

    private void writeUntilItEnds(ServerProcess server) {
        try (Client client = new Client(server.port())) {
            writeOn(client, Integer.MAX_VALUE);
        } catch (IOException ended) {
            assertTrue(acknowledged > 0, ended::toString);
        }
    }

    private void assertKept(Path data) throws Exception {
        try (ServerProcess server = start(":", data); Client client = new Client(server.port())) {
            String reply = client.ask("GET", "counter");
            int found = Integer.parseInt(reply.substring(reply.indexOf('\n') + 1).split(" ")[0]);
            assertTrue(found >= acknowledged && found <= sent, found + ", not " + acknowledged + " to " + sent);
        }
    }

    @Test
    void force_failingInTheKernel_endsTheProcessAndLosesNothingAcknowledged() throws Exception {
        Path data = folder.resolve("data");
        try (ServerProcess server = start(spoiling("fdatasync", "error=EIO:when=60+"), data)) {
            writeUntilItEnds(server);
            assertEquals(1, server.awaitEnd());
            server.awaitLog("the log has failed, nothing is acknowledged any more: Input/output error");
        }
        assertKept(data);
    }

    /** As on a file system that never writes in place, or one with quotas. */
    @Test
    void write_refusedForRoomByTheKernel_isToldAndPasses() throws Exception {
        Path data = folder.resolve("data");
        try (ServerProcess server = start(spoiling("pwrite64", "error=ENOSPC:when=200..204"), data)) {
            try (Client client = new Client(server.port())) {
                // The one whose record did not fit waits, and is acknowledged when it does.
                assertEquals("+OK\r\n", writeOn(client, 500));
                server.awaitLog("disk full, changes are refused");
                server.awaitLog("the disk has room again");
                client.send(Client.request("SHUTDOWN", "NOSAVE"));
            }
            server.awaitEnd();
        }
        assertKept(data);
    }

    /** A checkpoint makes room, for what it replaces is used again. Seen to refuse changes for ever without it. */
    @Test
    void fileSystem_fullOfLog_refusesChangesAndGoesOnByItself() throws Exception {
        Path data = mount("-t", "tmpfs", "-o", "size=160m", "none").resolve("data");
        try (ServerProcess server = start(":", data); Client client = new Client(server.port())) {
            assertEquals("+OK\r\n", writeOn(client, 1));
            while (server.countLog("disk full, changes are refused") == 0) {
                String reply = client.ask("SET", "large", VALUE);
                assertTrue(reply.equals("+OK\r\n") || reply.startsWith("-MISCONF the disk is full"), reply);
            }
            assertEquals("+PONG\r\n", client.ask("PING"));
            assertTrue(client.ask("GET", "counter").startsWith("$"));
            server.awaitLog("the disk has room again");
            assertEquals("+OK\r\n", writeOn(client, 1));
        }
        assertKept(data);
    }

    /** As the kernel does it after an error of the disk. */
    @Test
    void fileSystem_madeReadOnlyByTheKernel_endsTheProcessAndLosesNothingAcknowledged() throws Exception {
        Path image = folder.resolve("image");
        assumeTrue(isThere("mkfs.ext4") && run("/bin/sh", "-c", "truncate -s 300m " + image + " && mkfs.ext4 -q " + image) == 0);
        Path disk = mount("-o", "loop,errors=remount-ro", image.toString());
        String device = Files.readAllLines(Path.of("/proc/mounts")).stream().filter(line -> line.contains(" " + disk + " "))
                .map(line -> line.substring("/dev/".length(), line.indexOf(' '))).findFirst().orElseThrow();
        Path trigger = Path.of("/sys/fs/ext4", device, "trigger_fs_error");
        assumeTrue(Files.exists(trigger), "this kernel has no such test");
        Path data = disk.resolve("data");
        try (ServerProcess server = start(":", data)) {
            try (Client client = new Client(server.port())) {
                assertEquals("+OK\r\n", writeOn(client, 100));
            }
            Files.write(trigger, "1".getBytes(StandardCharsets.US_ASCII));
            writeUntilItEnds(server);
            assertEquals(1, server.awaitEnd());
            server.awaitLog("the log has failed, nothing is acknowledged any more: ");
        }
        assertEquals(0, run("umount", disk.toString()));
        assertEquals(0, run("mount", "-o", "loop", image.toString(), disk.toString()));
        assertKept(data);
    }
}
