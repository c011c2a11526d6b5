package kv.commands;

import java.util.List;
import java.util.function.LongConsumer;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;
import kv.store.StoreClock;

/** How long replies have waited to be on disk. Any thread. */
final class JournalWaits {
    private final SlowLog slowLog;
    private final StoreClock clock;
    /** Guarded by itself: it has one writer, usually, which is the journal's thread. */
    private final LatencyHistogram all = new LatencyHistogram();
    /** Of a call without slow commands. */
    private final LongConsumer usual = this::add;

    JournalWaits(SlowLog slowLog, StoreClock clock) {
        this.slowLog = slowLog;
        this.clock = clock;
    }

    /** To be told once for how many nanoseconds the replies of a call have waited, if they have. @param slow its slow commands */
    LongConsumer of(List<SlowLog.Entry> slow) {
        return slow.isEmpty() ? usual : nanos -> {
            add(nanos);
            slow.forEach(entry -> entry.journalMicros().set(nanos / 1_000));
        };
    }

    private void add(long nanos) {
        synchronized (all) {
            all.record(nanos);
        }
        if (slowLog.isLong(nanos)) {
            slowLog.waited(LatencyEvents.Kind.JOURNAL_WAIT, clock.nanoTime(), nanos);
        }
    }

    LatencySnapshot snapshot() {
        LatencySnapshot snapshot = new LatencySnapshot();
        snapshot.add(all);
        return snapshot;
    }
}
