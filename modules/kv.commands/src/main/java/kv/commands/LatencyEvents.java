package kv.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What took long, or was waited for, by kind: of each second with such an event the longest one, for LATENCY.
 *
 * <p>Any thread; adding one allocates nothing. Bounded: the last {@value #SECONDS_MAX} seconds of each kind.
 */
final class LatencyEvents {
    static final int SECONDS_MAX = 160;

    /** Kinds of events, as they are named to clients; the first two as in Redis. */
    enum Kind {
        COMMAND("command"),
        /** Of those that are fast, as COMMAND says. */
        FAST_COMMAND("fast-command"),
        /** A batch of requests for a thread. */
        QUEUE_WAIT("queue-wait"),
        /** A command for the locks of its keys' shards. */
        LOCK_WAIT("lock-wait"),
        /** A request for keys that a script or a transaction held. */
        HELD_WAIT("held-wait"),
        /** Replies to be on disk. */
        JOURNAL_WAIT("journal-wait");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** The longest of one second, which is counted from 1970 on. */
    record Sample(long second, long millis) {
    }

    private final Ring[] rings = new Ring[Kind.values().length];

    LatencyEvents() {
        Arrays.setAll(rings, kind -> new Ring());
    }

    /** One has begun at a moment, in milliseconds since 1970. */
    void add(Kind kind, long atMillis, long nanos) {
        rings[kind.ordinal()].add(atMillis / 1000, nanos / 1_000_000);
    }

    /** The kinds that there were. */
    List<Kind> kinds() {
        return Arrays.stream(Kind.values()).filter(kind -> rings[kind.ordinal()].hasAny()).toList();
    }

    /** Null if there is no such kind. */
    static Kind kind(String text) {
        return Arrays.stream(Kind.values()).filter(kind -> kind.text.equals(text)).findFirst().orElse(null);
    }

    /** The seconds in which there were such events, the latest last; none if there were none. */
    List<Sample> history(Kind kind) {
        return rings[kind.ordinal()].samples();
    }

    long longestMillis(Kind kind) {
        return rings[kind.ordinal()].longest();
    }

    /** Forgets one kind. @return whether there were any */
    boolean forget(Kind kind) {
        return rings[kind.ordinal()].clear();
    }

    /** Those of one kind. */
    private static final class Ring {
        // Guarded by this. The place of the last second is count - 1, modulo the length.
        private final long[] seconds = new long[SECONDS_MAX];
        private final long[] millis = new long[SECONDS_MAX];
        private long count;
        private long longest;

        synchronized void add(long second, long took) {
            int last = (int) (Math.max(0, count - 1) % SECONDS_MAX);
            longest = Math.max(longest, took);
            if (count > 0 && second <= seconds[last]) { // threads do not come in order
                millis[last] = Math.max(millis[last], took);
                return;
            }
            int place = (int) (count++ % SECONDS_MAX);
            seconds[place] = second;
            millis[place] = took;
        }

        synchronized boolean hasAny() {
            return count > 0;
        }

        synchronized long longest() {
            return longest;
        }

        synchronized List<Sample> samples() {
            List<Sample> samples = new ArrayList<>();
            for (long place = Math.max(0, count - SECONDS_MAX); place < count; place++) {
                samples.add(new Sample(seconds[(int) (place % SECONDS_MAX)], millis[(int) (place % SECONDS_MAX)]));
            }
            return samples;
        }

        synchronized boolean clear() {
            boolean hadAny = count > 0;
            count = 0;
            longest = 0;
            return hadAny;
        }
    }
}
