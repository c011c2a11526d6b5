package kv.server;

import java.util.Locale;
import kv.protocol.ProtocolError;
import kv.stats.LatencySnapshot;
import kv.store.StoreStats;

/** The commands that only the text protocol has. */
final class TextCommands {
    private static final String[] TIMED = {"get", "set", "del", "keys"};

    private TextCommands() {
    }

    /** {@code STATS}, {@code STATS LATENCY}. */
    static void stats(CommandContext c) {
        if (c.argCount() > 1 && !c.request.argEquals(1, "LATENCY")) {
            c.error(ProtocolError.TOO_MANY_ARGUMENTS);
            return;
        }
        c.text.line(c.argCount() > 1 ? latencyLine(c.server) : countersLine(c.server));
    }

    private static String countersLine(ServerState server) {
        StoreStats store = server.store.stats();
        return "gets:" + server.commandCount("get") + " sets:" + server.commandCount("set") + " dels:" + server.commandCount("del")
                + " errors:" + server.metrics.errors() + " keys:" + store.keys() + " bytes:" + store.valueBytes();
    }

    private static String latencyLine(ServerState server) {
        StringBuilder line = new StringBuilder();
        for (String name : TIMED) {
            LatencySnapshot latency = server.metrics.latency(server.commands.metricOf(name));
            if (line.length() > 0) line.append(' ');
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
