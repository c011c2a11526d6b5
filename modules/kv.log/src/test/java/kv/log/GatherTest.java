package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Clients that each write a record, wait until it is forced, and come again a while after that. */
class GatherTest {
    private static final int CLIENTS = 50;
    private static final int RECORD_BYTES = 72;
    private static final int STEP_NANOS = 1000;

    /** How many records are acknowledged in a second, if a force takes so long, and the clients are back one after the other. */
    private static long recordsASecond(long forceNanos, long backNanos) {
        Gather gather = new Gather(1 << 20);
        long[] comes = new long[CLIENTS];
        Arrays.setAll(comes, i -> i * 37L * STEP_NANOS);
        long done = 0;
        long now = 0;
        while (now < 1_000_000_000) {
            long waiting = come(comes, now) * RECORD_BYTES;
            if (waiting == 0 || gather.waits(waiting, now)) {
                now += STEP_NANOS;
                continue;
            }
            long start = now;
            now += forceNanos;
            for (int i = 0; i < CLIENTS; i++) {
                if (comes[i] <= start) {
                    comes[i] = now + (i + 1) * backNanos / CLIENTS;
                    done++;
                }
            }
            gather.forced(start, now, waiting, come(comes, now) * RECORD_BYTES);
        }
        return done;
    }

    private static long come(long[] comes, long now) {
        return Arrays.stream(comes).filter(at -> at <= now).count();
    }

    /** In two groups that alternate it would be 5,000. Seen to be 5,959 with a wait of a sixth of a force. */
    @Test
    void clients_backSoonerThanAForceTakes_areAllInOneGroup() {
        long reached = recordsASecond(5_000_000, 2_000_000);
        assertTrue(reached > 6_700, reached + " a second");
    }

    /** Waiting for them would be for nothing: less than it would be without any by a twelfth at most. */
    @Test
    void clients_backLaterThanAForceTakes_areNotWaitedFor() {
        long reached = recordsASecond(100_000, 2_000_000);
        long possible = CLIENTS * 1_000_000_000L / 2_100_000;
        assertTrue(reached > possible * 11 / 12, reached + " of " + possible);
    }

    @Test
    void oneClient_backAtOnce_isNotHeldUp() {
        Gather gather = new Gather(1 << 20);
        gather.forced(0, 100, RECORD_BYTES, 0);
        assertEquals(false, gather.waits(RECORD_BYTES, 101));
    }
}
