package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One connection asks for much work with few bytes; another asks for next to nothing and must get its turn between. That is seen
 * by the order of events: many small requests, one after another, are answered before the attacker's pipeline is. How long they
 * take is the business of {@code compare.sh --sections hostile}.
 *
 * <p>Seen to fail on the server whose turns ended by bytes of output only.
 */
class StarvationAttackTest extends UnderAttack {
    private static final int QUIET_REQUESTS = 60;
    private static final String LONG_PATTERN = "*[" + "a".repeat(900_000);

    /**
     * Name, how often the request is in the pipeline, the request; each pipeline is work for five seconds and more, most of which
     * is never done: it ends with its connection.
     */
    static Stream<Object[]> attacks() {
        return Stream.of(new Object[] {"COPY", 30_000, WireClient.request("COPY", "big", "copy", "REPLACE")},
                new Object[] {"RENAME", 15_000, WireClient.request("RENAME", "big", "big2") + WireClient.request("RENAME", "big2",
                        "big")});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void pipeline_ofMuchWork_letsOthersBetween(String name, int times, String request) throws Exception {
        start();
        try (WireClient filler = client()) {
            filler.ask("SET", "big", "b".repeat(1 << 20));
        }
        WireClient attacker = client();
        AtomicLong read = new AtomicLong();
        Thread reader = new Thread(() -> readAll(attacker, read), "attacker's reader");
        Thread writer = new Thread(() -> sendAll(attacker, request.repeat(times)), "attacker's writer");
        reader.start();
        writer.start();
        assertTrue(KvProcess.becomes(() -> read.get() > 0), "the attacker is not served at all");
        WireClient quiet = client();
        for (int i = 0; i < QUIET_REQUESTS; i++) {
            assertEquals("PONG", quiet.ask("PING").text());
        }
        boolean attackerIsBusy = reader.isAlive();
        attacker.close();
        reader.join();
        writer.join();
        assertTrue(attackerIsBusy, "the quiet client was answered when the attacker had got all its replies");
        assertUnharmed();
    }

    private static void readAll(WireClient attacker, AtomicLong read) {
        try {
            for (int count; (count = attacker.bytes(1).length()) > 0;) {
                read.addAndGet(count);
            }
        } catch (IOException closed) {
            // By the test.
        }
    }

    private static void sendAll(WireClient attacker, String bytes) {
        try {
            attacker.send(bytes).endOutput();
        } catch (IOException closed) {
            // By the test.
        }
    }

    /** A bracket without an end, against long keys: both workers are kept busy, and the loop's barrier, and the stop. */
    @Test
    void pattern_ofAnEndlessBracket_holdsUpNobody() throws Exception {
        start();
        try (WireClient filler = client()) {
            for (int i = 0; i < 50; i++) {
                filler.ask("SET", "a".repeat(60_000) + i, "v");
            }
        }
        for (int i = 0; i < 4; i++) {
            client().send(WireClient.request("SCAN", "0", "MATCH", LONG_PATTERN, "COUNT", "1000"));
        }
        for (int i = 0; i < QUIET_REQUESTS; i++) {
            try (WireClient quiet = client()) {
                assertEquals("PONG", quiet.ask("PING").text());
            }
        }
        assertUnharmed();
    }
}
