package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of a JVM with {@code jdk.jfr} shows of a server in it. */
final class FlightEventsTest extends LiveServer {
    private static final int WAIT_SECONDS = 120;

    @TempDir
    Path directory;

    private static BlockingQueue<RecordedEvent> listen(RecordingStream stream, String name) {
        BlockingQueue<RecordedEvent> events = new LinkedBlockingQueue<>();
        stream.onEvent(name, events::add);
        return events;
    }

    private static RecordedEvent take(BlockingQueue<RecordedEvent> events) throws InterruptedException {
        RecordedEvent event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(event);
        return event;
    }

    @Test
    @Timeout(4 * WAIT_SECONDS)
    void recording_ofAServer_hasItsEvents() throws Exception {
        assertTrue(FlightEvents.areAvailable());
        try (RecordingStream stream = new RecordingStream()) {
            stream.setReuse(false);
            stream.enable("kv.SlowCommand");
            stream.enable("kv.Checkpoint");
            stream.enable("kv.LogForce");
            stream.enable("kv.Eviction");
            stream.enable("kv.StoreStatistics").withPeriod(Duration.ofMillis(100));
            BlockingQueue<RecordedEvent> slow = listen(stream, "kv.SlowCommand");
            BlockingQueue<RecordedEvent> checkpoints = listen(stream, "kv.Checkpoint");
            BlockingQueue<RecordedEvent> forces = listen(stream, "kv.LogForce");
            BlockingQueue<RecordedEvent> evictions = listen(stream, "kv.Eviction");
            BlockingQueue<RecordedEvent> figures = listen(stream, "kv.StoreStatistics");
            stream.startAsync();
            start("data-dir", directory.resolve("data").toString());
            Client client = client();
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "slowlog-log-slower-than", "0"));
            RecordedEvent set;
            do { // a stream has been seen to know no text of an event
                assertEquals("+OK\r\n", client.ask("SET", "key", "value"));
                set = take(slow);
            } while (!"SET key value".equals(set.getString("command")) || set.getString("user") == null);
            assertEquals("default", set.getString("user"));
            assertEquals("+OK\r\n", client.ask("SAVE"));
            assertEquals(1, take(checkpoints).getLong("records"));
            while (take(figures).getLong("keys") != 1) {
                // from before the SET
            }
            RecordedEvent force = take(forces);
            assertTrue(force.getLong("bytes") > 0 && force.getDuration("time").toNanos() > 0, force.toString());
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"));
            assertEquals("+OK\r\n", client.ask("CONFIG", "SET", "maxmemory", "16mb"));
            for (int i = 0; i < 40; i++) { // 40 MB
                assertEquals("+OK\r\n", client.ask("SET", "large:" + i, "x".repeat(1_000_000)));
            }
            RecordedEvent eviction = take(evictions);
            assertTrue(eviction.getLong("keys") > 0 && eviction.getDuration("time").toNanos() > 0, eviction.toString());
            server().close();
        }
    }
}
