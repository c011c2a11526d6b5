package kv.commands;

import java.util.Locale;
import kv.protocol.ProtocolError;
import kv.protocol.TextOption;
import kv.stats.LatencySnapshot;
import kv.store.Deadline;
import kv.store.StoreStats;

/** The commands that only the text protocol has. */
final class TextCommands {
    private static final String[] TIMED = {"get", "set", "del", "keys"};

    private static final String HELP = "GET key | SET key value [EX seconds] | DEL key | CAS key old new | INCR key [number]"
            + " | TTL key | EXPIRE key seconds | MGET key ... | KEYS prefix | DELPREFIX prefix | STATS [LATENCY|CACHE]"
            + " | INFO [section] | PING | QUIT | HELP";

    private TextCommands() {
    }

    /** {@code CAS key old new}: as SET, if the value is still the old one. */
    static void cas(CommandContext c) {
        if (!c.exists(0)) {
            c.replies.missing();
        } else if (!Condition.isEqual(c, 2)) {
            c.error(ProtocolError.VALUE_DIFFERS);
        } else if (c.put(0, 3, Deadline.NONE)) {
            c.replies.ok();
        }
    }

    /** {@code EXPIRE key seconds}, with as many seconds as SET takes here. */
    static void expire(CommandContext c) {
        long seconds = c.request.argLong(2, 0);
        if (seconds < 1 || seconds > TextOption.SECONDS_MAX) {
            c.error(ProtocolError.INVALID_EXPIRE_TIME);
        } else {
            ExpiryCommands.expire(c);
        }
    }

    static void help(CommandContext c) {
        c.text.line(HELP);
    }

    /** {@code STATS}, {@code STATS LATENCY}, {@code STATS CACHE}. */
    static void stats(CommandContext c) {
        c.session.sawAll();
        if (c.argCount() == 1) {
            c.text.line(countersLine(c.server));
        } else {
            c.text.line(c.request.argEquals(1, "CACHE") ? cacheLine(c.server) : latencyLine(c.server));
        }
    }

    private static String countersLine(CommandService server) {
        StoreStats store = server.store.stats();
        return "gets:" + server.commandCount("get") + " sets:" + server.commandCount("set") + " dels:"
                + server.commandCount("del") + " errors:" + server.metrics.errors() + " keys:" + store.keys() + " bytes:"
                + store.valueBytes();
    }

    private static String cacheLine(CommandService server) {
        StoreStats store = server.store.stats();
        return "hits:" + server.metrics.hits() + " misses:" + server.metrics.misses() + " expired:" + store.expiredTotal()
                + " evicted:" + store.evictedTotal() + " memory:" + store.memoryUsedBytes() + " max_memory:"
                + store.memoryLimitBytes();
    }

    private static String latencyLine(CommandService server) {
        StringBuilder line = new StringBuilder();
        for (String name : TIMED) {
            LatencySnapshot latency = server.metrics.latency(server.commands.metricOf(name));
            if (line.length() > 0) {
                line.append(' ');
            }
            line.append(name).append("_count:").append(latency.count());
            append(line, name, "p50", latency.percentileNanos(50));
            append(line, name, "p95", latency.percentileNanos(95));
            append(line, name, "p99", latency.percentileNanos(99));
            append(line, name, "max", latency.maxNanos());
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String name, String figure, long nanos) {
        line.append(' ').append(name).append('_').append(figure).append("_us:")
                .append(String.format(Locale.ROOT, "%.1f", nanos / 1000.0));
    }
}
