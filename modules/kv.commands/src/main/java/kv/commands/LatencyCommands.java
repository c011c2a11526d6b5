package kv.commands;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kv.protocol.CommandSpec;
import kv.stats.LatencySnapshot;

/** LATENCY: how long commands took; as events those that the slow log takes down. */
final class LatencyCommands {
    private LatencyCommands() {
    }

    /** {@code LATENCY HISTOGRAM [command ...]}: calls, and how many took at most 1, 2, 4 … µs. */
    static void histogram(CommandContext c) {
        Map<String, LatencySnapshot> seen = new LinkedHashMap<>();
        if (c.argCount() == 2) {
            for (CommandSpec spec : c.server.commands.resp.commands()) {
                add((Command) spec, c, seen);
            }
        } else {
            for (int arg = 2; arg < c.argCount(); arg++) {
                Command command = CatalogCommands.find(c, arg);
                if (command != null) {
                    add(command, c, seen);
                }
            }
        }
        c.resp.mapHeader(seen.size());
        seen.forEach((name, snapshot) -> {
            c.resp.bulk(name);
            c.resp.mapHeader(2);
            c.resp.bulk("calls");
            c.resp.integer(snapshot.count());
            c.resp.bulk("histogram_usec");
            replyHistogram(c, snapshot);
        });
    }

    private static void add(Command command, CommandContext c, Map<String, LatencySnapshot> seen) {
        if (command.isContainer()) {
            for (CommandSpec sub : command.subcommands.commands()) {
                add((Command) sub, c, seen);
            }
        }
        LatencySnapshot snapshot = c.server.recent.latency(command.metric);
        if (snapshot.count() > 0) {
            seen.put(command.fullName, snapshot);
        }
    }

    private static void replyHistogram(CommandContext c, LatencySnapshot snapshot) {
        Map<Long, Long> steps = new LinkedHashMap<>();
        long before = 0;
        for (long micros = 1; before < snapshot.count(); micros <<= 1) {
            long count = snapshot.countAtMost(micros * 1000);
            if (count > before) {
                steps.put(micros, count);
            }
            before = count;
        }
        c.resp.mapHeader(steps.size());
        steps.forEach((micros, count) -> {
            c.resp.integer(micros);
            c.resp.integer(count);
        });
    }

    /** {@code LATENCY LATEST}: of each kind of event the last second with one, and the longest ever. */
    static void latest(CommandContext c) {
        LatencyEvents events = c.server.slowLog.events;
        List<LatencyEvents.Kind> kinds = events.kinds();
        c.resp.arrayHeader(kinds.size());
        for (LatencyEvents.Kind kind : kinds) {
            List<LatencyEvents.Sample> history = events.history(kind);
            LatencyEvents.Sample last = history.isEmpty() ? new LatencyEvents.Sample(0, 0) : history.get(history.size() - 1);
            c.resp.arrayHeader(4);
            c.resp.bulk(kind.text);
            c.resp.integer(last.second());
            c.resp.integer(last.millis());
            c.resp.integer(events.longestMillis(kind));
        }
    }

    /** {@code LATENCY HISTORY event}: the slowest of each second that had one. */
    static void history(CommandContext c) {
        LatencyEvents.Kind kind = LatencyEvents.kind(c.request.toString(2));
        List<LatencyEvents.Sample> history = kind == null ? List.of() : c.server.slowLog.events.history(kind);
        c.resp.arrayHeader(history.size());
        for (LatencyEvents.Sample sample : history) {
            c.resp.arrayHeader(2);
            c.resp.integer(sample.second());
            c.resp.integer(sample.millis());
        }
    }

    /** {@code LATENCY RESET [event ...]}: how many kinds of events were forgotten. */
    static void reset(CommandContext c) {
        LatencyEvents events = c.server.slowLog.events;
        int forgotten = 0;
        if (c.argCount() == 2) {
            for (LatencyEvents.Kind kind : events.kinds()) {
                forgotten += events.forget(kind) ? 1 : 0;
            }
        }
        for (int arg = 2; arg < c.argCount(); arg++) {
            LatencyEvents.Kind kind = LatencyEvents.kind(c.request.toString(arg));
            forgotten += kind != null && events.forget(kind) ? 1 : 0;
        }
        c.resp.integer(forgotten);
    }

    /** {@code LATENCY DOCTOR}: what took long, for people. */
    static void doctor(CommandContext c) {
        LatencyEvents events = c.server.slowLog.events;
        StringBuilder text = new StringBuilder();
        for (LatencyEvents.Kind kind : events.kinds()) {
            text.append("* ").append(kind.text).append(": ").append(events.history(kind).size())
                    .append(" seconds with one that took long, the longest ").append(events.longestMillis(kind)).append(" ms. ")
                    .append(advice(kind)).append('\n');
        }
        c.resp.verbatim(text.isEmpty() ? "No command took long.\n" : text.toString());
    }

    private static String advice(LatencyEvents.Kind kind) {
        return switch (kind) {
            case COMMAND, FAST_COMMAND -> "SLOWLOG DETAILS shows the last ones, and what they waited for.";
            case QUEUE_WAIT -> "All threads were busy, or the machine was: is there a slow command at that time?";
            case LOCK_WAIT -> "Other commands worked on the same shards.";
            case HELD_WAIT -> "A script or a long transaction held the keys.";
            case JOURNAL_WAIT -> "The disk was slow: fsync everysec does not wait for it.";
        };
    }
}
