package kv.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CounterTest {

    @Test
    void counter_incrementAndAdd_areSummed() {
        Counter counter = new Counter();
        assertEquals(0, counter.get());
        counter.increment();
        counter.add(41);
        assertEquals(42, counter.get());
        counter.add(-2);
        assertEquals(40, counter.get());
    }

    @Test
    void counter_readWhileWritten_neverGoesBackAndLosesNothing() throws InterruptedException {
        long increments = 5_000_000;
        Counter counter = new Counter();
        Thread writer = new Thread(() -> {
            for (long i = 0; i < increments; i++) {
                counter.increment();
            }
        });
        writer.start();
        long last = 0;
        while (writer.isAlive()) {
            long now = counter.get();
            assertTrue(now >= last, now + " after " + last);
            last = now;
        }
        writer.join();
        assertEquals(increments, counter.get());
    }
}
