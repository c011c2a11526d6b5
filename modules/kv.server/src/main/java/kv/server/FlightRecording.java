package kv.server;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import kv.commands.SlowCommand;
import kv.store.KeyValueStore;
import kv.store.StoreStats;

/** The events of {@link FlightEvents}, which only it uses: this class needs the module {@code jdk.jfr}. */
final class FlightRecording {
    private FlightRecording() {
    }

    @Name("kv.SlowCommand")
    @Label("Slow command")
    @Category("kv-server")
    @StackTrace(false)
    static final class SlowCommandEvent extends Event {
        @Label("Command")
        String command;
        @Label("Client")
        String client;
        @Label("User")
        String user;
        @Label("Waited for a thread")
        @Timespan(Timespan.MICROSECONDS)
        long queue;
        @Label("Waited for its keys")
        @Timespan(Timespan.MICROSECONDS)
        long lock;
        @Label("Execution")
        @Timespan(Timespan.MICROSECONDS)
        long execution;
    }

    @Name("kv.Checkpoint")
    @Label("Checkpoint")
    @Category("kv-server")
    @StackTrace(false)
    static final class CheckpointEvent extends Event {
        @Label("Records")
        long records;
        @Label("Size")
        @DataAmount
        long bytes;
        @Label("Time")
        @Timespan(Timespan.MILLISECONDS)
        long time;
    }

    @Name("kv.LogForce")
    @Label("Force of the log")
    @Category("kv-server")
    @StackTrace(false)
    static final class LogForceEvent extends Event {
        @Label("Size")
        @DataAmount
        long bytes;
        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;
    }

    @Name("kv.Eviction")
    @Label("Round of evictions")
    @Category("kv-server")
    @StackTrace(false)
    static final class EvictionEvent extends Event {
        @Label("Keys")
        long keys;
        @Label("Time")
        @Timespan(Timespan.NANOSECONDS)
        long time;
    }

    @Name("kv.StoreStatistics")
    @Label("Store statistics")
    @Category("kv-server")
    @StackTrace(false)
    @Period("1 s")
    static final class StoreStatisticsEvent extends Event {
        @Label("Keys")
        long keys;
        @Label("Memory")
        @DataAmount
        long memory;
        @Label("Evicted keys")
        long evicted;
        @Label("Expired keys")
        long expired;
    }

    static void slowCommand(Supplier<SlowCommand> slow) {
        SlowCommandEvent event = new SlowCommandEvent();
        if (event.shouldCommit()) {
            SlowCommand shown = slow.get();
            event.command = shown.text();
            event.client = shown.client();
            event.user = shown.user();
            event.queue = shown.queueMicros();
            event.lock = shown.lockMicros();
            event.execution = shown.executionMicros();
            event.commit();
        }
    }

    static void checkpoint(long records, long bytes, long millis) {
        CheckpointEvent event = new CheckpointEvent();
        event.records = records;
        event.bytes = bytes;
        event.time = millis;
        event.commit();
    }

    static void force(long bytes, long nanos) {
        LogForceEvent event = new LogForceEvent();
        event.bytes = bytes;
        event.time = nanos;
        event.commit();
    }

    static void eviction(long keys, long nanos) {
        EvictionEvent event = new EvictionEvent();
        event.keys = keys;
        event.time = nanos;
        event.commit();
    }

    static Runnable watch(KeyValueStore store) {
        Runnable look = () -> look(store);
        FlightRecorder.addPeriodicEvent(StoreStatisticsEvent.class, look);
        return () -> FlightRecorder.removePeriodicEvent(look);
    }

    private static void look(KeyValueStore store) {
        StoreStatisticsEvent event = new StoreStatisticsEvent();
        StoreStats stats = store.stats();
        event.keys = stats.keys();
        event.memory = stats.memoryUsedBytes();
        event.evicted = stats.evictedTotal();
        event.expired = stats.expiredTotal();
        event.commit();
    }
}
