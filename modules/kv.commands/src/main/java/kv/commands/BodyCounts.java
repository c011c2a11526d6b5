package kv.commands;

import java.util.function.ObjLongConsumer;
import kv.stats.Counter;

/** What the bodies of commands count, beside what is counted of each command. One writer, the executor; any reader. */
final class BodyCounts {
    /** Look-ups of commands that read: keys found and not found. */
    final Counter hits = new Counter();
    final Counter misses = new Counter();
    final Counter errors = new Counter();
    private final ObjLongConsumer<String> byCode;

    /** @param byCode told how many errors there were that begin with a code word */
    BodyCounts(ObjLongConsumer<String> byCode) {
        this.byCode = byCode;
    }

    void error(String codeAndText) {
        errors(Metrics.code(codeAndText), 1);
    }

    void errors(String code, long count) {
        errors.add(count);
        byCode.accept(code, count);
    }
}
