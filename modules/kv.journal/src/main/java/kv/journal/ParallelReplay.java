package kv.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kv.log.Replay;
import kv.store.KeyValueStore;

/**
 * Repeats what a log holds on a store by several threads.
 *
 * <p>Owner: the thread that reads the log.
 * <p>Invariant: effects on one key are applied by one thread, in their order; what is about all keys waits for all before it and
 * is waited for by all behind it.
 */
final class ParallelReplay implements Replay, AutoCloseable {
    // The reader looks at heads and keys only, which costs it a fifth of what applying costs. What counts together, as the
    // changes of one MSET, need not be applied together: nobody sees the store before all of the log has been.
    private static final int LANES_MAX = 8;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final EffectReader own;
    private final List<ReplayLane> lanes = new ArrayList<>();
    private final StoreLogListener listener;

    /** @param processors how many there are */
    ParallelReplay(KeyValueStore store, StoreLogListener listener, int processors) {
        this.own = new EffectReader(store);
        this.listener = listener;
        for (int i = 0; processors > 1 && i < Math.min(processors, LANES_MAX); i++) {
            lanes.add(new ReplayLane(i, store));
        }
        lanes.forEach(Thread::start);
    }

    @Override
    public void checkpointRecord(ByteBuffer record) {
        apply(record);
    }

    @Override
    public void record(ByteBuffer record) {
        apply(record);
    }

    @Override
    public void progress(long doneBytes, long totalBytes) {
        listener.recovering(doneBytes, totalBytes);
        requireNoFailure();
    }

    @Override
    public void end() {
        lanes.forEach(ReplayLane::awaitIdle);
        requireNoFailure();
    }

    private void apply(ByteBuffer record) {
        if (lanes.isEmpty()) {
            own.apply(record);
            return;
        }
        ByteBuffer effects = record.duplicate().order(Effect.order());
        int bytes;
        for (int at = effects.position(); at < effects.limit(); at += bytes) {
            bytes = Effect.bytes(effects, at);
            if (!Effect.hasKey(effects.get(at))) {
                end();
                own.apply(effects.duplicate().limit(at + bytes).position(at));
                continue;
            }
            ReplayLane lane = lanes.get(laneOf(effects, at));
            if (bytes <= ReplayLane.BUFFER_BYTES) {
                lane.give(effects, at, bytes);
            } else {
                lane.awaitIdle();
                requireNoFailure();
                own.apply(effects.duplicate().limit(at + bytes).position(at));
            }
        }
    }

    private int laneOf(ByteBuffer effects, int at) {
        int start = at + Effect.headBytes(effects, at);
        int end = start + Effect.keyBytes(effects, at);
        long hash = end - start;
        int i = start;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            hash = (hash ^ effects.getLong(i)) * MIX;
            hash ^= hash >>> 32;
        }
        for (; i < end; i++) {
            hash = (hash ^ effects.get(i)) * MIX;
        }
        return (int) ((hash >>> 33) % lanes.size());
    }

    private void requireNoFailure() {
        for (ReplayLane lane : lanes) {
            Throwable failure = lane.failure();
            if (failure instanceof StoreTooSmallException) {
                throw new StoreTooSmallException();
            }
            if (failure != null) {
                throw new IllegalStateException(failure.getMessage(), failure);
            }
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        lanes.forEach(ReplayLane::end);
    }
}
