package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Planted, and found: one that comes too early is forgotten; it is remembered for ever. */
final class HangupTest {
    @Test
    void run_beforeAnybodyHears_isMadeUpForOnce() {
        AtomicInteger heard = new AtomicInteger();
        try {
            Hangup.onSignal(null);
            Hangup.run(null);
            Hangup.run(null);
            Hangup.onSignal(heard::incrementAndGet);
            assertEquals(1, heard.get());
            Hangup.run(null);
            assertEquals(2, heard.get());
            Hangup.onSignal(heard::incrementAndGet);
            assertEquals(2, heard.get());
        } finally {
            Hangup.onSignal(null);
        }
    }
}
