package kv.commands;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kv.protocol.CommandSpec;
import kv.protocol.Request;
import kv.store.StoreClock;

/**
 * The last commands that took long: what they were, for whom, how long, and what they waited for; and events, for LATENCY.
 *
 * <p>Any thread. Bounded: {@value #ENTRIES_DEFAULT} entries, or as many as it is told to keep, of at most 32 arguments of 128
 * bytes.
 * <p>Units: microseconds, and milliseconds since 1970.
 */
final class SlowLog {
    // Who executes compares a time that it has taken anyway with the threshold; only a command that took long comes here, and
    // then a lock and a copy are nothing beside what it has cost already.

    static final int ENTRIES_DEFAULT = 128;
    static final long THRESHOLD_NANOS = 10_000_000;

    /**
     * One command.
     *
     * @param micros its time, from its beginning to its end, {@code blockedMicros} included
     * @param queueMicros before it began, for a thread
     * @param heldMicros before it began, for keys that a long section held
     * @param blockedMicros for locks
     * @param journalMicros afterwards, for the disk; this may come later
     * @param args the command and its arguments, cut short; without those that are secret
     * @param name what the client calls itself
     */
    record Entry(long id, long atMillis, long micros, long queueMicros, long heldMicros, long blockedMicros,
            AtomicLong journalMicros, List<byte[]> args, String client, String name, String user, int database) {

        /** For its keys. */
        long lockMicros() {
            return heldMicros + blockedMicros;
        }

        /** Its time without what it has waited. */
        long executionMicros() {
            return micros - blockedMicros;
        }

        /** As those are told who watch the server. */
        SlowCommand shown() {
            StringBuilder text = new StringBuilder();
            for (byte[] arg : args) {
                text.append(text.isEmpty() ? "" : " ").append(new String(arg, StandardCharsets.UTF_8));
            }
            return new SlowCommand(atMillis, queueMicros, lockMicros(), executionMicros(), journalMicros.get(), text.toString(),
                    client, user);
        }

        /** Of all its time, from when it was received. */
        long totalMicros() {
            return queueMicros + heldMicros + micros + journalMicros.get();
        }
    }

    final LatencyEvents events = new LatencyEvents();
    private final StoreClock clock;
    private volatile long thresholdNanos = THRESHOLD_NANOS;
    /** Told of each that is taken down. */
    volatile Consumer<Supplier<SlowCommand>> listener = slow -> { };

    // Guarded by this.
    private int entriesMax = ENTRIES_DEFAULT;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;

    SlowLog(StoreClock clock) {
        this.clock = clock;
    }

    /** What took at least so long is long; negative: nothing. */
    void setThreshold(long nanos) {
        thresholdNanos = nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    long thresholdNanos() {
        return thresholdNanos;
    }

    /** How many entries are kept. */
    synchronized void setLength(int max) {
        entriesMax = max;
        trim();
    }

    private void trim() {
        while (entries.size() > entriesMax) {
            entries.removeLast();
        }
    }

    boolean isLong(long nanos) {
        return nanos >= thresholdNanos;
    }

    /** A command has ended that took long. Its request is still readable. */
    Entry add(Command command, Request request, Client client, long endMillis, long nanos, Waits.OfCommand waits) {
        Entry entry = takeDown(command, request, client, endMillis, nanos, waits);
        listener.accept(entry::shown);
        return entry;
    }

    private synchronized Entry takeDown(Command command, Request request, Client client, long endMillis, long nanos,
            Waits.OfCommand waits) {
        Entry entry = new Entry(nextId++, endMillis - nanos / 1_000_000, nanos / 1_000, waits.queue() / 1_000,
                waits.held() / 1_000, waits.lock() / 1_000, new AtomicLong(), ShownArguments.of(command, request),
                client.remote(), client.name, client.userName(), client.database);
        entries.addFirst(entry);
        trim();
        events.add(command.flags().contains(CommandSpec.Flag.FAST) ? LatencyEvents.Kind.FAST_COMMAND : LatencyEvents.Kind.COMMAND,
                entry.atMillis, nanos);
        if (isLong(waits.lock())) {
            events.add(LatencyEvents.Kind.LOCK_WAIT, entry.atMillis, waits.lock());
        }
        return entry;
    }

    /** Something was waited for, until a moment of the clock; it is an event if it was for long. */
    void waited(LatencyEvents.Kind kind, long endNanos, long nanos) {
        if (isLong(nanos)) {
            events.add(kind, clock.millisAt(endNanos) - nanos / 1_000_000, nanos);
        }
    }

    /** The latest first, at most so many. */
    synchronized List<Entry> latest(long max) {
        return entries.stream().limit(max).toList();
    }

    synchronized int length() {
        return entries.size();
    }

    /** How many there have ever been. */
    synchronized long total() {
        return nextId;
    }

    /** Forgets the entries; not the events. */
    synchronized void clear() {
        entries.clear();
    }
}
