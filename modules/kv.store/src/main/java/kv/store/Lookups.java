package kv.store;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many reads of values have found their key, and how many have not: in all sessions of a store, and by its own methods.
 *
 * <p>Threads: any. The monitor guards the set of sessions and what the ended ones have counted, and is innermost.
 */
final class Lookups {
    /*
     * Each session counts for itself, by plain stores to memory that nobody else writes: a look-up costs no locked instruction
     * and shares no cache line. Sessions need no end, so the collector tells which have ended; their figures stay.
     */
    private final ReferenceQueue<StoreSession> ended = new ReferenceQueue<>();
    private final Set<Counted> sessions = new HashSet<>();
    private long endedHits;
    private long endedMisses;
    private final LongAdder ownHits = new LongAdder();
    private final LongAdder ownMisses = new LongAdder();

    /** What a session counts belongs to the sum from now on. */
    synchronized void add(StoreSession session) {
        takeEnded();
        sessions.add(new Counted(session, ended));
    }

    /** Counts a look-up of a method of the store itself, which any thread may have called. */
    void count(boolean found) {
        (found ? ownHits : ownMisses).increment();
    }

    synchronized long hits() {
        takeEnded();
        return endedHits + ownHits.sum() + sessions.stream().mapToLong(session -> session.count.hits.get()).sum();
    }

    synchronized long misses() {
        takeEnded();
        return endedMisses + ownMisses.sum() + sessions.stream().mapToLong(session -> session.count.misses.get()).sum();
    }

    private void takeEnded() {
        for (Reference<?> gone = ended.poll(); gone != null; gone = ended.poll()) {
            Counted session = (Counted) gone;
            sessions.remove(session);
            endedHits += session.count.hits.get();
            endedMisses += session.count.misses.get();
        }
    }

    /** What one session has counted. One writer, the session's thread; any reader. */
    static final class Count {
        private final AtomicLong hits = new AtomicLong();
        private final AtomicLong misses = new AtomicLong();

        void count(boolean found) {
            AtomicLong counter = found ? hits : misses;
            counter.setRelease(counter.getPlain() + 1);
        }
    }

    private static final class Counted extends WeakReference<StoreSession> {
        private final Count count;

        Counted(StoreSession session, ReferenceQueue<StoreSession> ended) {
            super(session, ended);
            this.count = session.lookups();
        }
    }
}
