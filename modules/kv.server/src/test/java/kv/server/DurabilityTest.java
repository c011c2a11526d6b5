package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import kv.log.DiskStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a data directory: what it has said is still so after its end, and it says nothing that is not on disk. */
class DurabilityTest extends LiveServer {
    @TempDir
    Path folder;

    private String data() {
        return folder.resolve("data").toString();
    }

    private TroubledDisk startOnTroubledDisk(AtomicReference<Throwable> failure, CountDownLatch failed) throws IOException {
        TroubledDisk disk = new TroubledDisk(DiskStorage.open(folder.resolve("data")));
        keep(KvServer.start(config(), death -> {
            failure.set(death);
            failed.countDown();
        }, disk));
        endFirst(() -> disk.closeGate(false));
        return disk;
    }

    @Test
    void data_afterRestart_isThereInEachMode() throws IOException {
        for (String fsync : new String[] {"always", "everysec", "no"}) {
            KvServer server = start("data-dir", data(), "fsync", fsync);
            try (Client client = new Client(port())) {
                assertEquals("+OK\r\n", client.ask("MSET", "a", fsync, "b", "2"));
                assertEquals(":6\r\n", client.ask("APPEND", "b", "-more"));
                assertEquals("+OK\r\n", client.ask("SET", "expiring", "v", "EX", "1000"));
                assertEquals(":1\r\n", client.ask("DEL", "expiring"));
            }
            server.close();
            start("data-dir", data(), "fsync", fsync);
            try (Client client = new Client(port())) {
                assertEquals("$" + fsync.length() + "\r\n" + fsync + "\r\n", client.ask("GET", "a"));
                assertEquals("$6\r\n2-more\r\n", client.ask("GET", "b"));
                assertEquals(":2\r\n", client.ask("DBSIZE"));
                assertEquals("+OK\r\n", client.ask("FLUSHALL"));
            }
            server().close();
        }
    }

    @Test
    void data_afterCheckpoint_isThere() throws IOException {
        KvServer server = start("data-dir", data());
        Client client = client();
        assertEquals("+OK\r\n", client.ask("SET", "k", "v"));
        assertEquals("+OK\r\n", client.ask("MSET", "a", "1", "b", "2"));
        assertEquals(2, client.info("rdb_changes_since_last_save"));
        assertEquals("+OK\r\n", client.ask("SAVE"));
        assertEquals(0, client.info("rdb_changes_since_last_save"));
        assertEquals(1, client.info("aof_enabled"));
        assertTrue(client.ask("BGSAVE").startsWith("+Background saving started"));
        assertTrue(Long.parseLong(client.ask("LASTSAVE").substring(1).trim()) > 1_700_000_000);
        server.close();
        start("data-dir", data());
        assertEquals("$1\r\nv\r\n", client().ask("GET", "k"));
    }

    @Test
    void save_inMemoryOnly_isAnError() throws IOException {
        start();
        assertTrue(client().ask("SAVE").startsWith("-ERR this server keeps nothing on disk"));
        assertEquals(":0\r\n", client().ask("LASTSAVE"));
        assertEquals(0, client().info("aof_enabled"));
    }

    @Test
    void directory_ofARunningServer_isRefused() throws IOException {
        start("data-dir", data());
        IOException refusal = assertThrows(IOException.class, () -> KvServer.start(config().with("data-dir", data())));
        assertTrue(refusal.getMessage().contains("in use"), refusal::getMessage);
    }

    /** What a crash could take back is seen by nobody, reader or writer; all others are answered. */
    @Test
    void replies_whileTheForceHangs_waitIfTheyTellOfIt() throws Exception {
        TroubledDisk disk = startOnTroubledDisk(new AtomicReference<>(), new CountDownLatch(1));
        Client watcher = client();
        assertEquals("+OK\r\n", watcher.ask("MSET", "k", "old", "other", "1"));
        disk.closeGate(true);
        Client writer = client().send(Client.request("SET", "k", "new"));
        awaitCalls(watcher, "set", 1);
        Client reader = client().send(Client.request("GET", "k"));
        awaitCalls(watcher, "get", 1);
        Client lister = client().send(Client.request("DBSIZE"));
        awaitCalls(watcher, "dbsize", 1);
        int answered = 0;
        for (int i = 0; i < 20; i++) {
            Client free = client().send(Client.request("GET", "free" + i));
            awaitCalls(watcher, "get", 2 + i);
            for (int n = 0; n < 100 && free.socket.getInputStream().available() == 0; n++) {
                roundTrips(watcher);
            }
            answered += free.socket.getInputStream().available() > 0 ? 1 : 0;
        }
        assertTrue(answered >= 15, answered + " of 20 readers of other keys were answered");
        for (Client waiting : new Client[] {writer, reader, lister}) {
            assertEquals(0, waiting.socket.getInputStream().available());
        }
        disk.closeGate(false);
        assertEquals("+OK\r\n", writer.reply());
        assertEquals("$3\r\nnew\r\n", reader.reply());
        assertEquals(":2\r\n", lister.reply());
    }

    private static void awaitCalls(Client watcher, String command, int calls) throws IOException {
        while (!watcher.ask("INFO", "commandstats").contains("cmdstat_" + command + ":calls=" + calls + ",")) {
            Thread.onSpinWait();
        }
    }

    /** After some of them, what was not held back has been sent. */
    private static void roundTrips(Client client) throws IOException {
        for (int i = 0; i < 5; i++) {
            assertEquals("+PONG\r\n", client.ask("PING"));
        }
    }

    @Test
    void force_failing_endsTheServerAndAcknowledgesNothing() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch failed = new CountDownLatch(1);
        TroubledDisk disk = startOnTroubledDisk(failure, failed);
        Client client = client();
        assertEquals("+OK\r\n", client.ask("SET", "k", "v"));
        disk.failForces(new IOException("Input/output error"));
        client.send(Client.request("SET", "k", "lost"));
        // The first to meet it may be the thread that has segments ready: then there is time to say so.
        assertFalse(client.rest().contains("OK"));
        failed.await();
        assertEquals("Input/output error", failure.get().getMessage());
    }

    /** What is written to files without a name is on no disk at the next start: that is no full disk, and ends it as well. */
    @Test
    void directory_removed_endsTheServer() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch failed = new CountDownLatch(1);
        startOnTroubledDisk(failure, failed);
        assertEquals("+OK\r\n", client().ask("SET", "k", "v"));
        Files.move(folder.resolve("data"), folder.resolve("moved"));
        failed.await();
        assertTrue(failure.get().getMessage().endsWith("is gone, or is another one now"), failure.get()::getMessage);
    }

    /** As on a file system that the kernel has made read-only after an error. */
    @Test
    void segment_thatCannotBeMadeForAnotherReason_endsTheServer() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch failed = new CountDownLatch(1);
        TroubledDisk disk = startOnTroubledDisk(failure, failed);
        disk.failCreation(new IOException("Read-only file system"));
        fillUntilRefused(client());
        failed.await();
        assertEquals("Read-only file system", failure.get().getMessage());
    }

    private static void fillUntilRefused(Client client) {
        String value = "v".repeat(1 << 20);
        try {
            while (client.ask("SET", "k", value).equals("+OK\r\n")) {
                Thread.onSpinWait();
            }
        } catch (IOException closed) {
            // The server has ended.
        }
    }

    @Test
    void place_thatCannotBeADirectory_isRefusedWithTheReason() {
        for (String[] place : new String[][] {{"/dev/null", "/dev/null is no directory"},
                {folder.resolve("none/data").toString(), "the directory that it would lie in is missing"}}) {
            IOException refusal = assertThrows(IOException.class, () -> start("data-dir", place[0]));
            assertTrue(refusal.getMessage().startsWith("data-dir: ") && refusal.getMessage().contains(place[1]),
                    refusal::getMessage);
        }
    }

    @Test
    void disk_full_refusesChangesUntilThereIsRoom() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        start("data-dir", data());
        assertEquals("+OK\r\n", client().ask("SET", "k", "v"));
        server().close();
        for (String name : DiskStorage.existing(folder.resolve("data")).list()) {
            if (name.equals("0000000000000002.log")) {
                Files.delete(folder.resolve("data").resolve(name));
            }
        }
        TroubledDisk disk = new TroubledDisk(DiskStorage.open(folder.resolve("data")));
        disk.fill(true);
        keep(KvServer.start(config(), death -> { }, disk));
        Client client = client();
        String reply = client.ask("SET", "k", "w");
        while (reply.equals("+OK\r\n")) {
            reply = client.ask("SET", "k", "w");
        }
        assertTrue(reply.startsWith("-MISCONF the disk is full"), reply);
        assertEquals("ERROR disk full", client().line("SET k x"));
        assertEquals("$1\r\nw\r\n".length(), client.ask("GET", "k").length());
        assertTrue(client.ask("INFO", "persistence").contains("aof_last_write_status:err"));
        disk.fill(false);
        while (!client.ask("SET", "k", "y").equals("+OK\r\n")) {
            Thread.onSpinWait();
        }
    }
}
