package kv.server;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed under load, again and again, loses nothing that it has acknowledged or shown: each key is a register
 * that only grows, with one writer, so that is linearizability over all lives. A few times here; more
 * often: {@code mvn -pl modules/kv.server -am test -Dtest=KillTest -Dkv.kills=100 -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KillTest {
    private static final int KEYS = 64;
    private static final int WRITERS = 4;
    private static final int READERS = 2;

    /** What was written last of each key, and what of it has been acknowledged, or seen by anybody: counters that only grow. */
    private final AtomicIntegerArray sent = new AtomicIntegerArray(KEYS);
    private final AtomicIntegerArray known = new AtomicIntegerArray(KEYS);
    /** A read that was older than what somebody had been told before it began, in this life or another; or null. */
    private volatile String wrongRead;
    private final long seed = Long.getLong("kv.seed", 1);

    @Test
    void server_killedUnderLoad_losesNothingAcknowledgedOrRead(@TempDir Path folder) throws Exception {
        int kills = Integer.getInteger("kv.kills", 4);
        Random random = new Random(seed);
        String[] options = {"--data-dir", folder.resolve("data").toString()};
        for (int i = 0; i < kills; i++) {
            try (ServerProcess server = new ServerProcess(":", options)) {
                check(server.port());
                runUntilKilled(server, 100 + random.nextInt(2000), i % 2 == 0);
            }
        }
        try (ServerProcess server = new ServerProcess(":", options)) {
            check(server.port());
        }
        assertNull(wrongRead);
    }

    private void check(int port) throws IOException {
        try (Client client = new Client(port)) {
            for (int key = 0; key < KEYS; key++) {
                int value = valueOf(client.ask("GET", "key" + key));
                int least = known.get(key);
                int most = sent.get(key);
                int number = key;
                assertTrue(value >= least && value <= most,
                        () -> "key" + number + " is " + value + ", not " + least + " to " + most + "; seed " + seed);
                known.set(key, value);
            }
        }
    }

    /** Kills it after so many replies to writers. */
    private void runUntilKilled(ServerProcess server, int replies, boolean checkpoints) throws Exception {
        CountDownLatch enough = new CountDownLatch(replies);
        Thread[] threads = new Thread[WRITERS + READERS];
        for (int t = 0; t < threads.length; t++) {
            int number = t;
            threads[t] = new Thread(() -> {
                try (Client client = new Client(server.port())) {
                    if (number < WRITERS) {
                        write(client, number, enough);
                    } else {
                        read(client, new Random(number));
                    }
                } catch (IOException killed) {
                    // Which is what it is there for.
                }
            });
            threads[t].start();
        }
        if (checkpoints) {
            try (Client client = new Client(server.port())) {
                client.ask("BGSAVE");
            }
        }
        enough.await();
        server.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Each writer has its own keys. */
    private void write(Client client, int writer, CountDownLatch enough) throws IOException {
        Random random = new Random(seed + writer);
        while (true) {
            int key = writer + WRITERS * random.nextInt(KEYS / WRITERS);
            int value = sent.incrementAndGet(key);
            String reply = client.ask("SET", "key" + key, value + " ".repeat(random.nextInt(300)));
            if (!reply.startsWith("+OK")) {
                return;
            }
            known.accumulateAndGet(key, value, Math::max);
            enough.countDown();
        }
    }

    private void read(Client client, Random random) throws IOException {
        while (true) {
            int key = random.nextInt(KEYS);
            int least = known.get(key);
            String reply = client.ask("GET", "key" + key);
            if (reply.isEmpty()) {
                return;
            }
            int value = valueOf(reply);
            if (value < least || value > sent.get(key)) {
                wrongRead = "key" + key + " was read as " + value + ", not " + least + " to " + sent.get(key);
            }
            known.accumulateAndGet(key, value, Math::max);
        }
    }

    private static int valueOf(String reply) {
        return reply.startsWith("$-1") ? 0 : Integer.parseInt(reply.substring(reply.indexOf('\n') + 1).trim());
    }
}
