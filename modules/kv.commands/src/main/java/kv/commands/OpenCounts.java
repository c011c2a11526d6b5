package kv.commands;

import java.util.HashMap;
import java.util.Map;

/**
 * What the commands of a transaction or a script count while they may yet be taken back, to begin again in the slow lane: then it
 * is forgotten, or they would count twice.
 *
 * <p>Owner: one executor.
 */
final class OpenCounts {
    private final Map<String, Long> errorsByCode = new HashMap<>();
    final BodyCounts bodies = new BodyCounts((code, count) -> errorsByCode.merge(code, count, Long::sum));

    /** The first of them begins. */
    void begin() {
        bodies.hits.add(-bodies.hits.get());
        bodies.misses.add(-bodies.misses.get());
        bodies.errors.add(-bodies.errors.get());
        errorsByCode.clear();
    }

    /** They are not taken back. Once. */
    void addTo(BodyCounts counts) {
        counts.hits.add(bodies.hits.get());
        counts.misses.add(bodies.misses.get());
        errorsByCode.forEach(counts::errors);
    }
}
