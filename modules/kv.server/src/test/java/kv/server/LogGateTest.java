package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often lines of one kind pass; the test is the clock. */
class LogGateTest {
    private static final long SECOND = 1_000_000_000L;

    private final LogGate gate = new LogGate();
    private long nowNanos = System.nanoTime();

    private long admit(LogLevel level, String text) {
        byte[] bytes = (level + " " + text).getBytes(StandardCharsets.UTF_8);
        return gate.admit(level, bytes, bytes.length, nowNanos);
    }

    private static String text(LogRecord record) {
        return record.leftOut() + " " + record.level() + " " + new String(record.text(), StandardCharsets.UTF_8);
    }

    @Test
    void admit_warningsOfAKind_onceASecondWithTheCount() {
        assertEquals(0, admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000"));
        for (int i = 0; i < 1000; i++) {
            assertEquals(-1, admit(LogLevel.WARN, "Server - attack from 10.0.0." + i + ":" + i));
        }
        assertEquals(0, admit(LogLevel.WARN, "Server - something else"));
        assertEquals(0, admit(LogLevel.ERROR, "Server - attack from 127.0.0.1:5000"));
        nowNanos += SECOND - 1;
        assertEquals(-1, admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000"));
        nowNanos += 1;
        assertEquals(1001, admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000"));
        assertEquals(-1, admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000"));
    }

    @Test
    void admit_afterALongSilence_isNotSavedUp() {
        admit(LogLevel.WARN, "a");
        nowNanos += 3600 * SECOND;
        assertEquals(0, admit(LogLevel.WARN, "a"));
        assertEquals(-1, admit(LogLevel.WARN, "a"));
    }

    @Test
    void admit_infoOfAKind_hasABurst() {
        for (int i = 0; i < 50; i++) {
            assertEquals(0, admit(LogLevel.INFO, "Admin - CONFIG SET by " + i));
        }
        assertEquals(-1, admit(LogLevel.INFO, "Admin - CONFIG SET by 50"));
        nowNanos += SECOND;
        assertEquals(1, admit(LogLevel.INFO, "Admin - CONFIG SET by 51"));
        assertEquals(-1, admit(LogLevel.INFO, "Admin - CONFIG SET by 52"));
    }

    @Test
    void admit_debugThatWasAskedFor_always() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(0, admit(LogLevel.DEBUG, "a"));
        }
    }

    @Test
    void dueCounts_floodIsOver_saidOnceASecondLater() {
        admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000");
        assertFalse(gate.hasLeftOut());
        for (int i = 0; i < 3; i++) {
            admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000");
        }
        assertTrue(gate.hasLeftOut());
        assertEquals(List.of(), gate.dueCounts(nowNanos, 0));
        assertTrue(gate.hasLeftOut());
        nowNanos += SECOND;
        assertEquals(List.of("3 WARN Server - attack from ...:..."), gate.dueCounts(nowNanos, 0).stream().map(LogGateTest::text)
                .map(text -> text.replaceAll("from .*", "from ...:...")).toList());
        assertFalse(gate.hasLeftOut());
        assertEquals(-1, admit(LogLevel.WARN, "Server - attack from 127.0.0.1:5000"), "the count was the line of this second");
    }

    @Test
    void admit_textThatClientsChoose_isOneKindWhenThereAreTooMany() {
        int admitted = 0;
        for (int i = 0; i < 10_000; i++) {
            String word = Integer.toString(i, 36).replaceAll("\\d", "_") + Integer.toString(i * 31, 36).replaceAll("\\d", "-");
            admitted += admit(LogLevel.WARN, word + i) >= 0 ? 1 : 0;
        }
        assertTrue(admitted <= 65, admitted + " admitted");
        nowNanos += 2 * SECOND;
        assertTrue(gate.dueCounts(nowNanos, 0).size() <= 65);
        nowNanos += 2 * SECOND;
        assertEquals(0, admit(LogLevel.WARN, "a new kind"), "those not in use any more make room");
    }
}
