package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.store.Access;
import kv.store.Keys;
import kv.store.StoreSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SlowLogTest {
    private final TestService service = new TestService();
    private final TestClient client = service.client();

    @AfterEach
    void close() {
        service.close();
    }

    private String array(String reply) {
        return reply.replace("\r\n", " ");
    }

    @Test
    void slowlog_thresholdOff_takesNothingDown() {
        service.service.setSlowThreshold(-1);
        client.ask("SET", "k", "v");
        assertEquals(":0\r\n", client.ask("SLOWLOG", "LEN"));
    }

    @Test
    void slowlog_everyCommandIsSlow_keepsTheLastOnes() {
        service.service.setSlowThreshold(-1);
        client.ask("CLIENT", "SETNAME", "me");
        service.service.setSlowThreshold(0);
        for (int i = 0; i < SlowLog.ENTRIES_DEFAULT + 72; i++) {
            client.ask("SET", "key" + i, "v");
        }
        service.service.setSlowThreshold(-1);
        assertEquals(":128\r\n", client.ask("SLOWLOG", "LEN"));
        String two = array(client.ask("SLOWLOG", "GET", "2"));
        assertTrue(two.matches("\\*2 \\*6 :199 :\\d+ :\\d+ \\*3 \\$3 SET \\$6 key199 \\$1 v \\$15 127.0.0.1:40001 \\$2 me "
                + "\\*6 :198 .* key198 .*"), two);
        assertTrue(client.ask("SLOWLOG", "GET").startsWith("*10\r\n"));
        assertTrue(client.ask("SLOWLOG", "GET", "-1").startsWith("*128\r\n"));
        assertEquals("-ERR count should be greater than or equal to -1\r\n", client.ask("SLOWLOG", "GET", "-2"));
        assertEquals("+OK\r\n", client.ask("SLOWLOG", "RESET"));
        assertEquals("*0\r\n", client.ask("SLOWLOG", "GET"));
        assertEquals(200, service.service.slowCommands());
    }

    @Test
    void slowlog_longArguments_areCutShort() {
        String[] mget = new String[50];
        mget[0] = "MGET";
        for (int i = 1; i < mget.length; i++) {
            mget[i] = "k" + i;
        }
        service.service.setSlowThreshold(0);
        client.ask("SET", "k", "x".repeat(1000));
        client.ask(mget);
        service.service.setSlowThreshold(-1);
        String entries = array(client.ask("SLOWLOG", "GET"));
        assertTrue(entries.contains("x".repeat(128) + "... (872 more bytes)"), entries);
        assertTrue(entries.contains("*32 $4 MGET $2 k1 "), entries);
        assertTrue(entries.contains(" ... (19 more arguments)"), entries);
    }

    @Test
    void slowlog_passwords_areNotTakenDown() {
        service.service.setSlowThreshold(0);
        client.ask("HELLO", "3", "AUTH", "default", "secret-word");
        client.ask("CONFIG", "SET", "requirepass", "secret-word");
        client.ask("CONFIG", "SET", "maxmemory", "requirepass", "secret-word");
        client.ask("ACL", "DRYRUN", "default", "AUTH", "secret-word");
        service.service.setSlowThreshold(-1);
        String entries = client.ask("SLOWLOG", "GET");
        assertTrue(entries.contains("(redacted)"), entries);
        assertTrue(!entries.contains("secret-word"), entries);
    }

    private long figure(String entry, String name) {
        return Long.parseLong(entry.replaceAll(".*\\$\\d+ " + name + " :(\\d+) .*", "$1"));
    }

    @Test
    void details_ofACommandThatWaited_splitItsTime() throws InterruptedException {
        long queued = 5_000_000;
        service.service.setSlowThreshold(0);
        client.ask("CLIENT", "SETNAME", "me");
        client.out.receivedNanos = System.nanoTime() - queued;
        client.ask("SET", "k", "v");
        service.service.setSlowThreshold(-1);
        String entry = array(client.ask("SLOWLOG", "DETAILS", "1"));
        assertTrue(entry.startsWith("*1 *24 $2 id :1 $7 time-ms :"), entry);
        assertTrue(entry.endsWith("$7 command *3 $3 SET $1 k $1 v $6 client $15 127.0.0.1:40001 $4 name $2 me $4 user $7 default "
                + "$8 database :0 "), entry);
        assertTrue(figure(entry, "queue-us") >= queued / 1000, entry);
        assertEquals(0, figure(entry, "lock-us"));
        assertEquals(0, figure(entry, "journal-us"));
        assertEquals(figure(entry, "total-us"), figure(entry, "queue-us") + figure(entry, "execution-us"));
        service.service.journalWaits.of(service.service.slowLog.latest(1)).accept(7_000_000);
        entry = array(client.ask("SLOWLOG", "DETAILS", "1"));
        assertEquals(7_000, figure(entry, "journal-us"));
        assertEquals(figure(entry, "total-us"), figure(entry, "queue-us") + figure(entry, "execution-us") + 7_000);
        assertEquals(7_000_000, service.service.journalWaits.snapshot().totalNanos());
    }

    /** A section that keeps the lock, until the command waits for it. */
    @Test
    void details_ofACommandThatFoundItsShardLocked_tellOfTheLock() throws InterruptedException {
        service.service.setSlowThreshold(0);
        StoreSession session = service.store.session();
        Keys keys = session.newKeys();
        ByteBuffer name = ByteBuffer.wrap(new byte[] {'k'}).order(ByteOrder.nativeOrder());
        keys.add(name, 0, 1);
        session.open(keys, 0, 1, Access.EXCLUSIVE, service.service.clock.nowMillis());
        Thread waiting = new Thread(() -> client.ask("GET", "k"));
        waiting.start();
        while (waiting.getState() != Thread.State.WAITING) {
            assertTrue(waiting.isAlive());
        }
        Thread.sleep(2);
        session.close();
        waiting.join();
        service.service.setSlowThreshold(-1);
        String entry = array(client.ask("SLOWLOG", "DETAILS"));
        assertTrue(figure(entry, "lock-us") >= 2_000, entry);
        assertTrue(array(client.ask("LATENCY", "LATEST")).contains(" $9 lock-wait :"));
        assertEquals(1, service.service.metrics.waits(waits -> waits.lock).count());
        client.ask("GET", "k"); // nobody is in the way: no wait, and none of the one before
        service.service.setSlowThreshold(0);
        client.ask("GET", "k");
        service.service.setSlowThreshold(-1);
        assertEquals(0, figure(array(client.ask("SLOWLOG", "DETAILS", "1")), "lock-us"));
        assertEquals(1, service.service.metrics.waits(waits -> waits.lock).count());
    }

    @Test
    void details_ofACommandWhoseKeysWereHeld_tellOfTheHolder() throws InterruptedException {
        StoreSession session = service.store.session();
        Keys keys = session.newKeys();
        ByteBuffer name = ByteBuffer.wrap(new byte[] {'k'}).order(ByteOrder.nativeOrder());
        keys.add(name, 0, 1);
        session.hold(keys, 0, 1, service.service.clock.nowMillis());
        service.service.setSlowThreshold(0);
        Thread waiting = new Thread(() -> client.ask("GET", "k"));
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(waiting.isAlive());
        }
        Thread.sleep(2);
        session.close();
        waiting.join();
        service.service.setSlowThreshold(-1);
        String entry = array(client.ask("SLOWLOG", "DETAILS", "1"));
        assertTrue(figure(entry, "lock-us") >= 2_000, entry);
        assertEquals(1, service.service.metrics.waits(waits -> waits.held).count());
        assertTrue(array(client.ask("LATENCY", "HISTORY", "held-wait")).startsWith("*1 *2 :"));
    }

    @Test
    void latencyEvents_ofSlowCommands_areOneASecond() {
        service.service.setSlowThreshold(0);
        client.ask("GET", "k"); // fast by its flags
        client.ask("KEYS", "*");
        client.ask("KEYS", "*");
        service.service.setSlowThreshold(-1);
        assertTrue(array(client.ask("LATENCY",
                "LATEST")).matches("\\*[34] \\*4 \\$7 command :\\d+ :\\d+ :\\d+ \\*4 \\$12 fast-command :\\d+ :\\d+ :\\d+ "
                        + "\\*4 \\$10 queue-wait .*"));
        assertTrue(array(client.ask("LATENCY", "HISTORY", "command")).matches("\\*[12] (\\*2 :\\d+ :\\d+ ){1,2}"));
        assertEquals("*0\r\n", client.ask("LATENCY", "HISTORY", "nothing"));
        assertTrue(client.ask("LATENCY", "DOCTOR").contains("* fast-command: "));
        assertEquals(":1\r\n", client.ask("LATENCY", "RESET", "command", "nothing"));
        assertTrue(client.ask("LATENCY", "RESET").matches(":[23]\r\n"));
        assertEquals("*0\r\n", client.ask("LATENCY", "LATEST"));
        assertTrue(client.ask("LATENCY", "DOCTOR").contains("No command took long."));
    }

    @Test
    void memory_statsAndDoctor_tellOfTheStore() {
        client.ask("SET", "k", "v");
        String stats = array(client.ask("MEMORY", "STATS"));
        assertTrue(stats.contains("$10 keys.count :1 "), stats);
        assertTrue(stats.contains("$13 dataset.bytes :1 "), stats);
        assertTrue(client.ask("MEMORY", "DOCTOR").contains("Nothing is wrong with memory."));
    }
}
