package kv.server;

import java.util.function.Supplier;
import kv.commands.SlowCommand;
import kv.store.KeyValueStore;

/**
 * Events for JDK Flight Recorder, where this JVM has it. The image has no module {@code jdk.jfr}; then nothing happens here,
 * and no class of it is looked for.
 *
 * <p>Any thread.
 */
final class FlightEvents {
    private static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.jfr")
            .map(FlightEvents.class.getModule()::canRead).orElse(false);

    private FlightEvents() {
    }

    /** Whether there is something to record with. */
    static boolean areAvailable() {
        return AVAILABLE;
    }

    /** A command has taken long. */
    static void slowCommand(Supplier<SlowCommand> slow) {
        if (AVAILABLE) {
            FlightRecording.slowCommand(slow);
        }
    }

    /** A checkpoint has been written, of so many records and bytes, and took so many milliseconds. */
    static void checkpoint(long records, long bytes, long millis) {
        if (AVAILABLE) {
            FlightRecording.checkpoint(records, bytes, millis);
        }
    }

    /** The log has forced so many bytes to disk, which took so many nanoseconds. */
    static void force(long bytes, long nanos) {
        if (AVAILABLE) {
            FlightRecording.force(bytes, nanos);
        }
    }

    /** Has each round of evictions of a store recorded. */
    static void watchEvictions(KeyValueStore store) {
        if (AVAILABLE) {
            store.onEviction(FlightRecording::eviction);
        }
    }

    /** Has the figures of a store recorded as often as a recording wants them; until what is returned is run. */
    static Runnable watch(KeyValueStore store) {
        return AVAILABLE ? FlightRecording.watch(store) : () -> { };
    }
}
