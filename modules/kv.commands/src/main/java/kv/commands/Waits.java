package kv.commands;

import java.util.ArrayList;
import java.util.List;
import kv.stats.LatencyHistogram;

/**
 * What the commands of one executor have waited for: all of them together, and the one at work, in case it turns out to be slow.
 * A command that has not waited is not looked at.
 *
 * <p>One writer, the executor; any reader of the histograms. Units: nanoseconds.
 */
final class Waits {
    /**
     * Of one command.
     *
     * @param queue from when it was received until it began, but for {@code held}
     * @param held before it began, for keys that a long section held
     * @param lock within its time, for the locks of shards
     */
    record OfCommand(long queue, long held, long lock) {
    }

    /** Of batches, from when the first of their requests was received until a worker, or the slow lane, began with them. */
    final LatencyHistogram worker = new LatencyHistogram();
    final LatencyHistogram slowLane = new LatencyHistogram();
    /** Of commands for a shard's lock; most take it at once and are not here. */
    final LatencyHistogram lock = new LatencyHistogram();
    /** Of requests for keys that a long section held, until they were tried again. */
    final LatencyHistogram held = new LatencyHistogram();

    /** When the command began that has waited for a lock last, and how long it has. */
    private long lockedBegan;
    private long lockedNanos;

    /** What the slow log has taken down in this call, the first few: how long their replies wait for the journal comes later. */
    private List<SlowLog.Entry> slow = List.of();

    /** A call for another client begins. */
    void begin() {
        slow = List.of();
    }

    void batch(long nanos, boolean onSlowLane) {
        (onSlowLane ? slowLane : worker).record(nanos);
    }

    /** The command that has begun at a moment has waited for a lock. */
    void lock(long began, long nanos) {
        lock.record(nanos);
        lockedNanos = nanos + (began == lockedBegan ? lockedNanos : 0);
        lockedBegan = began;
    }

    /** Of a client's command that has begun at a moment. */
    OfCommand of(Client client, long began, long receivedNanos) {
        long before = client.heldUntilNanos == began ? client.heldNanos : 0;
        return new OfCommand(Math.max(0, began - receivedNanos - before), before, lockedBegan == began ? lockedNanos : 0);
    }

    /** The client's next request was handed back at a moment, because a long section held its keys. */
    static void heldSince(Client client, long nanos) {
        client.heldNanos = client.heldUntilNanos == nanos ? client.heldNanos : 0;
        client.heldSinceNanos = nanos;
        client.isHeld = true;
    }

    /** It is tried again. @return how long it was held */
    long heldUntil(Client client, long nanos) {
        long waited = nanos - client.heldSinceNanos;
        held.record(waited);
        client.heldNanos += waited;
        client.heldUntilNanos = nanos;
        client.isHeld = false;
        return waited;
    }

    /** The slow log has taken one down; null: it has not. */
    void tookDown(SlowLog.Entry entry) {
        if (entry == null) {
            return;
        }
        if (slow.isEmpty()) {
            slow = new ArrayList<>();
        }
        if (slow.size() < SlowLog.ENTRIES_DEFAULT) {
            slow.add(entry);
        }
    }

    List<SlowLog.Entry> takenDown() {
        return slow;
    }
}
