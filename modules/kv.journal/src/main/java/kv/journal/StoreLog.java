package kv.journal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import kv.log.DurabilityWaiter;
import kv.log.Log;
import kv.log.LogConfig;
import kv.log.LogRefusedException;
import kv.log.RecoverySummary;
import kv.log.Replay;
import kv.log.Storage;
import kv.store.Eviction;
import kv.store.Journal;
import kv.store.JournalWriter;
import kv.store.KeyValueStore;
import kv.store.StoreNotWritableException;
import kv.store.StoreStats;

/**
 * The log of a store: what the store held is in it again once {@link #open} has returned, and from then on each of its changes
 * is logged.
 *
 * <p>Threads: any. One is its own beside the log's, {@code kv-checkpoint}.
 * <p>Failure: as of {@link Log}. A store whose log has failed refuses changes; what it has acknowledged is on disk.
 */
public final class StoreLog implements Journal, AutoCloseable {
    private static final long CLOCK_BEHIND_MAX_MILLIS = 60_000;

    private final Log log;
    private final Checkpointer checkpointer;
    private volatile boolean closed;

    private StoreLog(Log log, KeyValueStore store, StoreLogConfig config) {
        this.log = log;
        this.checkpointer = new Checkpointer(log, store, config);
    }

    /** Opens the log itself, as {@link Log#open} does; a test turns its cranks by hand. */
    interface Opener {
        Log open(Storage storage, LogConfig config, Replay replay, boolean truncate) throws IOException;
    }

    /**
     * Repeats what the log holds on a store that is empty and used by nobody yet, and attaches itself to that.
     *
     * @throws IOException as of {@link Log#open}; or if what is on disk does not fit the store; or if the wall clock is behind it
     */
    public static StoreLog open(Storage storage, StoreLogConfig config, KeyValueStore store) throws IOException {
        StoreLog opened = recover(storage, config, store, Runtime.getRuntime().availableProcessors(), Log::open);
        opened.checkpointer.start();
        return opened;
    }

    /** As {@link #open}, without the checkpoints' thread. */
    static StoreLog recover(Storage storage, StoreLogConfig config, KeyValueStore store, int processors, Opener opener)
            throws IOException {
        Log log;
        store.keepExpired(true);
        // What would be evicted meanwhile might be patched by a later effect, and be wrong then.
        Eviction eviction = store.eviction();
        store.setEviction(Eviction.NONE);
        try (ParallelReplay replay = new ParallelReplay(store, config.listener(), processors)) {
            log = opener.open(storage, config.log(), replay, config.truncate());
        } catch (StoreTooSmallException tooSmall) {
            StoreStats stats = store.stats();
            throw new LogRefusedException("what is in " + storage + " does not fit: the memory limit of "
                    + stats.memoryLimitBytes() + " bytes was reached with " + stats.keys() + " keys and " + stats.valueBytes()
                    + " bytes of values");
        }
        try {
            setClock(log.recovery().nowMillis(), config.acceptClock(), store, storage);
        } catch (IOException refused) {
            log.close();
            throw refused;
        }
        store.keepExpired(false);
        store.setEviction(eviction);
        StoreLog opened = new StoreLog(log, store, config);
        store.attach(opened);
        return opened;
    }

    /** What has expired must stay so: time does not begin before what was seen of it. */
    private static void setClock(long markMillis, boolean accept, KeyValueStore store, Storage storage) throws IOException {
        if (accept) {
            return;
        }
        long behind = markMillis - store.nowMillis();
        if (behind > CLOCK_BEHIND_MAX_MILLIS) {
            throw new LogRefusedException("the wall clock is " + behind / 1000 + " s behind the last change in " + storage
                    + ": keys that have expired would come back");
        }
        store.clock().beginAt(markMillis);
    }

    /** Reads a log that nobody uses, changes nothing. */
    public static RecoverySummary check(Storage storage) throws IOException {
        return Log.check(storage, new EffectCheck());
    }

    /** What was found at the start. */
    public RecoverySummary recovery() {
        return log.recovery();
    }

    /** The log itself, for its figures. */
    public Log log() {
        return log;
    }

    @Override
    public JournalWriter newWriter() {
        return new EffectWriter(log);
    }

    @Override
    public long position() {
        return log.position();
    }

    @Override
    public void awaitDurable(long position) {
        try {
            log.awaitDurable(position);
        } catch (IOException never) {
            throw new StoreNotWritableException(never.getMessage(), false);
        }
    }

    /** As {@link Log#whenDurable}. */
    public boolean whenDurable(DurabilityWaiter waiter, long position) {
        return log.whenDurable(waiter, position);
    }

    /** Has a checkpoint begun soon; false if one is being made. */
    public boolean requestCheckpoint() {
        return checkpointer.request();
    }

    /**
     * Has a checkpoint made of what is there now. The result fails with an IOException if that cannot be done; what depends on it
     * runs on the checkpoints' thread and should return soon.
     */
    public CompletableFuture<Void> checkpoint() {
        return checkpointer.save();
    }

    /** Has something done while no checkpoint is made; the result is as of {@link #checkpoint}. */
    public CompletableFuture<Void> betweenCheckpoints(LogTask task) {
        return checkpointer.run(task);
    }

    /** Gives up what is being made of checkpoints and other tasks; none is begun any more but by {@link #checkpointWithin}. */
    public void stopCheckpoints() {
        checkpointer.close();
    }

    /**
     * When the store is not changed any more: makes a last checkpoint, if replaying the log instead takes noticeably longer, and
     * if it will be done in that time. After {@link #stopCheckpoints}.
     */
    public void checkpointWithin(long millis) {
        if (!closed) {
            checkpointer.makeLast(millis);
        }
    }

    public CheckpointStatus checkpointStatus() {
        return checkpointer.status();
    }

    /** Forces all that was changed, and ends. The store must not be changed any more. */
    @Override
    public void close() throws IOException {
        closed = true;
        checkpointer.close();
        log.close();
    }
}
