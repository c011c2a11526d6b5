package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Many clients, of which none ever sees half of another's EXEC: a writer gives all keys one value, and whoever reads them finds
 * one value, whether the transaction ran in a worker, in the slow lane, or was taken back and begun again, and whether keys
 * expire or are evicted meanwhile. Seen to fail with a section for each command of a transaction, and with what is taken back
 * left as it was; the increments with a WATCH that never says that something has changed (429 of 1200 were left).
 */
class TransactionAtomicityTest extends LiveServer {
    private static final String[] KEYS = {"a", "b", "c", "d"};
    private static final int WRITERS = 2;
    private static final int TRANSACTIONS = 600;

    /** What a writer does with all keys. */
    private interface Writing {
        /** The requests between MULTI and EXEC. */
        String requests(String value);
    }

    private static String setAll(String value, String... options) {
        StringBuilder requests = new StringBuilder();
        for (String key : KEYS) {
            String[] set = new String[3 + options.length];
            set[0] = "SET";
            set[1] = key;
            set[2] = value;
            System.arraycopy(options, 0, set, 3, options.length);
            requests.append(Client.request(set));
        }
        return requests.toString();
    }

    @Test
    void exec_besideReaders_allOrNothing() throws Exception {
        start("workers", "4");
        run(TransactionAtomicityTest::setAll, true);
    }

    /** Each begins in a worker, finds a long value behind its first two changes, and is done again in the slow lane. */
    @Test
    void exec_takenBackHalfway_isNeverSeenBefore() throws Exception {
        start("workers", "4");
        client().ask("SET", "long", "v".repeat(300_000));
        run(value -> Client.request("SET", "a", value) + Client.request("SET", "b", value) + Client.request("APPEND", "long", "x")
                + Client.request("SET", "c", value) + Client.request("SET", "d", value), true);
    }

    /** What holds all keys of the server while it works, in steps. */
    @Test
    void exec_inTheSlowLane_allOrNothing() throws Exception {
        start("workers", "4");
        run(value -> Client.request("SET", "a", value) + Client.request("SET", "b", value) + Client.request("DBSIZE")
                + Client.request("SET", "c", value) + Client.request("SET", "d", value), true);
    }

    /** All keys get the same deadline: they are gone together. */
    @Test
    void exec_keysExpireMeanwhile_goTogether() throws Exception {
        start("workers", "4");
        run(value -> setAll(value, "PXAT", "" + (System.currentTimeMillis() + ThreadLocalRandom.current().nextInt(1, 4))), true);
    }

    /** Keys are given up one by one; those that are there have one value. */
    @Test
    void exec_keysAreEvictedMeanwhile_othersStayEqual() throws Exception {
        start("workers", "4", "max-memory", "16m", "eviction", "random");
        Client filler = client();
        for (int i = 0; filler.info("evicted_keys") == 0; i++) {
            filler.ask("SET", "filler:" + i, "v".repeat(30_000));
            assertTrue(i < 10_000);
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread filling = new Thread(() -> {
            try {
                for (int i = 0; !done.get(); i++) {
                    filler.ask("SET", "filler:" + i, "v".repeat(30_000));
                }
            } catch (IOException | AssertionError failed) {
                failure.set(failed);
            }
        });
        filling.start();
        try {
            run(TransactionAtomicityTest::setAll, false);
        } finally {
            done.set(true);
            filling.join();
        }
        assertEquals(null, failure.get());
    }

    /** Writers write, readers read in both ways, until the writers have ended. */
    private void run(Writing writing, boolean together) throws Exception {
        AtomicInteger writers = new AtomicInteger(WRITERS);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Client client = client();
            int number = i;
            threads.add(new Thread(() -> {
                try {
                    for (int n = 0; n < TRANSACTIONS && failure.get() == null; n++) {
                        write(client, writing.requests(number + "-" + n));
                    }
                } catch (IOException | RuntimeException | AssertionError failed) {
                    failure.compareAndSet(null, failed);
                } finally {
                    writers.decrementAndGet();
                }
            }));
        }
        for (boolean byExec : new boolean[] {false, true}) {
            Client client = client();
            threads.add(new Thread(() -> {
                try {
                    while (writers.get() > 0 && failure.get() == null) {
                        check(byExec ? readByExec(client) : client.ask("MGET", KEYS[3], KEYS[0], KEYS[2], KEYS[1]), together);
                    }
                } catch (IOException | RuntimeException | AssertionError failed) {
                    failure.compareAndSet(null, failed);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
    }

    private static void write(Client client, String requests) throws IOException {
        client.send(Client.request("MULTI") + requests + Client.request("EXEC"));
        String reply;
        do {
            reply = client.reply();
        } while (reply.equals("+OK\r\n") || reply.equals("+QUEUED\r\n"));
        assertTrue(reply.startsWith("*") && !reply.contains("-"), reply);
    }

    private static String readByExec(Client client) throws IOException {
        StringBuilder requests = new StringBuilder(Client.request("MULTI"));
        for (String key : KEYS) {
            requests.append(Client.request("GET", key));
        }
        client.send(requests + Client.request("EXEC"));
        for (int i = 0; i <= KEYS.length; i++) {
            client.reply();
        }
        return client.reply();
    }

    /** @param together whether all are there or none is */
    private static void check(String reply, boolean together) {
        List<String> values = reply.lines().skip(1).filter(line -> !line.startsWith("$") || line.equals("$-1")).distinct()
                .filter(line -> together || !line.equals("$-1")).collect(Collectors.toList());
        assertTrue(values.size() <= 1, reply);
    }

    /** Read, and written only if nobody else has meanwhile; one that did not fail is never lost. */
    @Test
    void watch_incrementsByAll_losesNone() throws Exception {
        start("workers", "4");
        int clients = 4;
        int increments = 300;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Client client = client();
            boolean plain = i == 0;
            threads.add(new Thread(() -> {
                try {
                    for (int done = 0; done < increments && failure.get() == null;) {
                        done += plain ? client.ask("INCR", "n").startsWith(":") ? 1 : 0 : increment(client) ? 1 : 0;
                    }
                } catch (IOException | RuntimeException | AssertionError failed) {
                    failure.compareAndSet(null, failed);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
        String sum = Integer.toString(clients * increments);
        assertEquals("$" + sum.length() + "\r\n" + sum + "\r\n", client().ask("GET", "n"));
    }

    private static boolean increment(Client client) throws IOException {
        client.ask("WATCH", "n");
        String value = client.ask("GET", "n");
        int n = value.equals("$-1\r\n") ? 0 : Integer.parseInt(value.split("\r\n")[1]);
        client.ask("MULTI");
        client.ask("SET", "n", "" + (n + 1));
        String reply = client.ask("EXEC");
        assertTrue(reply.equals("*-1\r\n") || reply.equals("*1\r\n+OK\r\n"), reply);
        return !reply.equals("*-1\r\n");
    }
}
