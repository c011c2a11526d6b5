package kv.commands;

import java.nio.ByteBuffer;
import java.util.List;

/** SLOWLOG: commands that took long. */
final class SlowLogCommands {
    private static final int SHOWN = 10;

    private SlowLogCommands() {
    }

    /** {@code SLOWLOG GET [count]}, the latest first, in Redis's form; -1 = all. */
    static void get(CommandContext c) {
        List<SlowLog.Entry> entries = wanted(c);
        if (entries == null) {
            return;
        }
        c.resp.arrayHeader(entries.size());
        for (SlowLog.Entry entry : entries) {
            c.resp.arrayHeader(6);
            c.resp.integer(entry.id());
            c.resp.integer(entry.atMillis() / 1000);
            c.resp.integer(entry.micros());
            arguments(c, entry);
            c.resp.bulk(entry.client());
            c.resp.bulk(entry.name());
        }
    }

    /** {@code SLOWLOG DETAILS [count]}: of each a map, with its time split into what it waited for and the rest. Ours. */
    static void details(CommandContext c) {
        List<SlowLog.Entry> entries = wanted(c);
        if (entries == null) {
            return;
        }
        c.resp.arrayHeader(entries.size());
        for (SlowLog.Entry entry : entries) {
            c.resp.mapHeader(12);
            figure(c, "id", entry.id());
            figure(c, "time-ms", entry.atMillis());
            figure(c, "total-us", entry.totalMicros());
            figure(c, "queue-us", entry.queueMicros());
            figure(c, "lock-us", entry.lockMicros());
            figure(c, "execution-us", entry.executionMicros());
            figure(c, "journal-us", entry.journalMicros().get());
            c.resp.bulk("command");
            arguments(c, entry);
            word(c, "client", entry.client());
            word(c, "name", entry.name());
            word(c, "user", entry.user());
            figure(c, "database", entry.database());
        }
    }

    /** As many as argument 2 says; null if that is wrong, which has been replied. */
    private static List<SlowLog.Entry> wanted(CommandContext c) {
        long count = SHOWN;
        if (c.argCount() == 3) {
            if (!c.request.argIsLong(2) || c.request.longValue() < -1) {
                c.error("ERR count should be greater than or equal to -1");
                return null;
            }
            count = c.request.longValue() < 0 ? Long.MAX_VALUE : c.request.longValue();
        } else if (c.argCount() > 3) {
            c.unknownSubcommand();
            return null;
        }
        return c.server.slowLog.latest(count);
    }

    private static void arguments(CommandContext c, SlowLog.Entry entry) {
        c.resp.arrayHeader(entry.args().size());
        for (byte[] arg : entry.args()) {
            c.resp.bulk(ByteBuffer.wrap(arg), 0, arg.length);
        }
    }

    private static void figure(CommandContext c, String name, long figure) {
        c.resp.bulk(name);
        c.resp.integer(figure);
    }

    private static void word(CommandContext c, String name, String word) {
        c.resp.bulk(name);
        c.resp.bulk(word);
    }

    static void len(CommandContext c) {
        c.resp.integer(c.server.slowLog.length());
    }

    static void reset(CommandContext c) {
        c.server.slowLog.clear();
        c.resp.ok();
    }
}
