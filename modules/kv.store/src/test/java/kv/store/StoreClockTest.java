package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreClockTest {
    private final HandClock hand = new HandClock();
    private final StoreClock clock = hand.clock();
    private final long start = clock.nowMillis();

    @Test
    void nowMillis_beginsAtTheWallClockAndAdvancesWithNanoTime() {
        assertEquals(1_700_000_000_000L, start);
        for (long passed = 1; passed < 100_000; passed += 7) {
            hand.advanceMillis(passed == 1 ? 1 : 7);
            assertEquals(start + passed, clock.nowMillis());
        }
        assertEquals(0, clock.steps());
    }

    @Test
    void nowMillis_wallClockSetBySeconds_followsWithoutGoingBack() {
        for (long difference : new long[] {1500, -1900}) {
            hand.setWallForwardMillis(difference);
            long last = clock.nowMillis();
            long begun = last;
            for (int i = 0; i < 10_000; i++) {
                hand.advanceMillis(100);
                long now = clock.nowMillis();
                assertTrue(now >= last + 99 && now <= last + 101, now - last + " in 100 ms");
                last = now;
            }
            assertEquals(begun + 1_000_000 + difference, last, 2);
        }
        assertEquals(0, clock.steps());
    }

    @Test
    void nowMillis_wallClockSetByMore_stepsAtOnceAndReportsIt() {
        long expected = start;
        for (long difference : new long[] {3_600_000, -7_200_000, 2001, -2001}) {
            hand.setWallForwardMillis(difference);
            hand.advanceMillis(101);
            expected += difference + 101;
            assertEquals(expected, clock.nowMillis());
        }
        assertEquals(4, clock.steps());
        assertEquals(-3_600_000, hand.steppedMillis());
    }

    /** As after a restart of a machine whose clock is behind what was logged before. */
    @Test
    void beginAt_aLaterMoment_goesSlowerUntilTheWallClockIsThere() {
        clock.beginAt(start - 1);
        assertEquals(start, clock.nowMillis());
        clock.beginAt(start + 50_000);
        long last = clock.nowMillis();
        assertEquals(start + 50_000, last);
        for (int i = 0; i < 256_000; i++) {
            hand.advanceMillis(100);
            long now = clock.nowMillis();
            assertTrue(now >= last + 99 && now <= last + 100, now - last + " in 100 ms");
            last = now;
        }
        assertEquals(start + 25_600_000, last, 2);
        assertEquals(0, clock.steps());
        hand.setWallForwardMillis(-50_000);
        hand.advanceMillis(101);
        clock.nowMillis();
        assertEquals(1, clock.steps(), "what it was ahead is used up");
    }

    @Test
    void millisAt_readingFromBeforeTheLastAdjustment_isNotBeforeWhatOthersHaveSeen() {
        long early = clock.nanoTime();
        hand.advanceMillis(150);
        long seen = clock.nowMillis();
        assertTrue(clock.millisAt(early) >= seen);
    }

    @Test
    void nowMillis_randomSmallSettings_neverGoesBack() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long last = start;
        for (int i = 0; i < 100_000; i++) {
            hand.advanceNanos(random.nextInt(150_000_000));
            if (random.nextInt(100) == 0) {
                hand.setWallForwardMillis(random.nextInt(200) - 100);
            }
            long now = clock.nowMillis();
            assertTrue(now >= last);
            last = now;
        }
    }

    /** A thread that loses its CPU between the readings of both clocks must not take the pause for a difference. */
    @Test
    void nowMillis_pauseWhileComparing_isNotTakenForADifference() {
        AtomicLong nanos = new AtomicLong();
        StoreClock paused = new StoreClock(nanos::get, () -> 5_000_000_000L + nanos.getAndAdd(10_000_000_000L), stepped -> { });
        nanos.set(0);
        long before = paused.nowMillis();
        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(200_000_000);
            paused.nowMillis();
        }
        assertEquals(0, paused.steps());
        assertTrue(paused.nowMillis() >= before);
    }

    @Test
    void system_now_isTheWallClocks() {
        for (int tries = 1; ; tries++) {
            StoreClock system = StoreClock.system();
            long before = System.currentTimeMillis();
            long now = system.nowMillis();
            long after = System.currentTimeMillis();
            if (now >= before - 1 && now <= after + 1) {
                return;
            }
            // This thread may have lost its CPU between two readings of the clocks, but not each time.
            assertTrue(tries < 1000, before + " " + now + " " + after);
        }
    }
}
