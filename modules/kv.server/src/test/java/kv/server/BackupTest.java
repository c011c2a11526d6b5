package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import kv.log.DiskStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the data of a running server, and what waits for the disk. */
class BackupTest extends LiveServer {
    @TempDir
    Path folder;

    private KvServer startWithBackups(String data) throws IOException {
        return start("data-dir", folder.resolve(data).toString(), "backup-dir", folder.resolve("backups").toString());
    }

    /** As docs/OPERATIONS.md has it: all that was acknowledged before the backup, from a copy of it. */
    @Test
    void backup_ofALiveServer_isRestoredByCopying() throws Exception {
        startWithBackups("data");
        AtomicLong acknowledged = new AtomicLong();
        Client writer = client();
        Thread writing = new Thread(() -> countUp(writer, acknowledged), "writer");
        writing.start();
        while (acknowledged.get() < 100) {
            Thread.onSpinWait();
        }
        long before = acknowledged.get();
        assertEquals("+OK\r\n", client().ask("BACKUP", "monday"));
        assertEquals("+OK\r\n", client().ask("CHECKPOINT"));
        assertEquals("+OK\r\n", client().ask("BACKUP", "tuesday"));
        server().close();
        writing.join();
        for (String name : new String[] {"monday", "tuesday"}) {
            copy(folder.resolve("backups").resolve(name), folder.resolve("restored-" + name));
            startWithBackups("restored-" + name);
            String reply = client().ask("GET", "count");
            assertTrue(Long.parseLong(reply.split("\r\n")[1]) >= before, reply);
            server().close();
        }
    }

    private static void countUp(Client client, AtomicLong acknowledged) {
        try {
            for (long i = 1; client.ask("SET", "count", "" + i).equals("+OK\r\n"); i++) {
                acknowledged.set(i);
            }
        } catch (IOException serverClosed) {
            // The test has seen enough.
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void backup_namesAndPlaces_areTheOperatorsOnly() throws IOException {
        startWithBackups("data");
        for (String name : new String[] {"", ".", "..", "../x", "/tmp/x", "a/b", "a b", "-rf", "x.tmp", "a\nb", "a\0", "ä",
                "x".repeat(200)}) {
            String reply = client().ask("BACKUP", name);
            assertTrue(reply.startsWith("-ERR the name of a backup "), name + ": " + reply);
        }
        assertEquals("+OK\r\n", client().ask("BACKUP", "a.b-c_1"));
        assertEquals("-ERR there is a backup of that name already\r\n", client().ask("BACKUP", "a.b-c_1"));
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            assertEquals(1, files.count());
        }
        server().close();
        start("data-dir", folder.resolve("data").toString());
        assertEquals("-ERR this server makes no backups: it was started without backup-dir\r\n", client().ask("BACKUP", "b"));
        server().close();
        start("backup-dir", folder.resolve("backups").toString());
        assertTrue(client().ask("BACKUP", "b").startsWith("-ERR this server keeps nothing on disk"));
    }

    /** The slow lane, which there is one of, serves others meanwhile. */
    @Test
    void save_whileTheDiskHangs_holdsItsOwnConnectionOnly() throws Exception {
        TroubledDisk disk = new TroubledDisk(DiskStorage.open(folder.resolve("data")));
        keep(KvServer.start(config(), death -> { }, disk));
        endFirst(() -> disk.closeGate(false));
        Client other = client();
        assertEquals("+OK\r\n", other.ask("SET", "k", "v"));
        disk.closeGate(true);
        Client saver = client().send(Client.request("SAVE"));
        while (other.info("rdb_bgsave_in_progress") == 0) {
            Thread.onSpinWait();
        }
        assertEquals("-ERR Background save already in progress\r\n", other.ask("BGSAVE"));
        assertTrue(other.ask("KEYS", "none*").startsWith("*0"), "KEYS is work for the slow lane");
        assertEquals(0, saver.socket.getInputStream().available());
        disk.closeGate(false);
        assertEquals("+OK\r\n", saver.reply());
    }

    /** The client is answered, and the stop does not wait for what a checkpoint waits for. */
    @Test
    void save_whenTheServerStops_isAnsweredWithAnError() throws Exception {
        TroubledDisk disk = new TroubledDisk(DiskStorage.open(folder.resolve("data")));
        KvServer server = keep(KvServer.start(config(), death -> { }, disk));
        endFirst(() -> disk.closeGate(false));
        Client client = client();
        assertEquals("+OK\r\n", client.ask("SET", "k", "v"));
        CountDownLatch closed = new CountDownLatch(1);
        disk.closeGate(true);
        client.send(Client.request("SAVE"));
        while (client().info("rdb_bgsave_in_progress") == 0) {
            Thread.onSpinWait();
        }
        Client second = client().send(Client.request("SAVE"));
        awaitCallsOfNone(second);
        new Thread(() -> {
            server.close();
            closed.countDown();
        }, "closes").start();
        disk.closeGate(false);
        closed.await();
        assertFalse(second.rest().startsWith("+OK"));
    }

    private void awaitCallsOfNone(Client client) throws IOException {
        for (int i = 0; i < 20; i++) {
            assertEquals("+PONG\r\n", client().ask("PING"));
        }
        assertEquals(0, client.socket.getInputStream().available());
    }

    /** A stop shortens the next start if there is something to shorten and the time for it. */
    @Test
    void stop_withMuchInTheLog_makesACheckpointIfItFits() throws IOException {
        String value = "v".repeat(100_000);
        for (String[] settings : new String[][] {{"20", "60s", "yes"}, {"1", "60s", "no"}}) {
            KvServer server = start("data-dir", folder.resolve("data" + settings[0]).toString(), "stop-timeout", settings[1]);
            for (int i = 0; i < Integer.parseInt(settings[0]); i++) {
                assertEquals("+OK\r\n", client().ask("SET", "k" + i, value));
            }
            server.close();
            server.close();
            boolean made = DiskStorage.existing(folder.resolve("data" + settings[0])).list().stream()
                    .anyMatch(name -> name.endsWith(".checkpoint"));
            assertEquals(settings[2].equals("yes"), made);
        }
    }
}
