package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What redis-server has dumped, packed or not, is restored here, and what is dumped here is restored there. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisDumpTest {
    private static final int VALUES = 2_000;

    private final long seed = Long.getLong("kv.seed", 1);
    private final Random random = new Random(seed);

    @Test
    void dumps_ofBothServers_areRestoredByTheOther() throws Exception {
        String absence = RedisServer.absence();
        assumeTrue(absence == null, absence);
        System.out.println("seed " + seed);
        int packed = 0;
        try (RedisServer redis = RedisServer.start(); KvProcess kv = KvLaunch.small().start();
                WireClient theirs = new WireClient(redis.port()); WireClient ours = kv.client()) {
            theirs.ask("CONFIG", "SET", "rdbcompression", "yes");
            for (int i = 0; i < VALUES; i++) {
                String value = value();
                theirs.ask("SET", "k", value);
                String dump = theirs.ask("DUMP", "k").text();
                packed += dump.charAt(1) == '\u00c3' ? 1 : 0;
                assertEquals("OK", ours.ask("RESTORE", "k", "0", dump, "REPLACE").text(), dump);
                assertEquals(value, ours.ask("GET", "k").text());
                String own = ours.ask("DUMP", "k").text();
                assertEquals("OK", theirs.ask("RESTORE", "k", "0", own, "REPLACE").text(), own);
                assertEquals(value, theirs.ask("GET", "k").text());
                String wrong = own.substring(0, own.length() - 1) + (char) (own.charAt(own.length() - 1) ^ 1);
                assertEquals("ERR DUMP payload version or checksum are wrong", ours.ask("RESTORE", "l", "0", wrong).text());
            }
        }
        assertEquals(true, packed > VALUES / 10, packed + " were packed");
    }

    private String value() {
        int length = random.nextInt(1 << 1 + random.nextInt(17));
        switch (random.nextInt(4)) {
            case 0 -> {
                return Long.toString(random.nextLong() >> random.nextInt(64));
            }
            case 1 -> {
                return "abcdefg".repeat(length / 7 + 1).substring(0, length);
            }
            default -> {
                int kinds = 1 + random.nextInt(256);
                StringBuilder value = new StringBuilder();
                for (int i = 0; i < length; i++) {
                    value.append((char) random.nextInt(kinds));
                }
                return value.toString();
            }
        }
    }
}
