package kv.commands;

import java.nio.ByteBuffer;
import java.util.List;

/** HOTKEYS: which keys take most of the server, with the grammar and the words of Redis 8.6. */
final class HotKeysCommands {
    private static final int METRICS = 2;
    private static final int COUNT_MAX = 64;
    private static final int COUNT_DEFAULT = 10;
    private static final int SECONDS_MAX = 1_000_000;
    private static final int SLOTS = 16_384;

    private HotKeysCommands() {
    }

    /** {@code HOTKEYS START METRICS count [CPU] [NET] [COUNT k] [DURATION seconds] [SAMPLE ratio]}. */
    static void start(CommandContext c) {
        HotKeys running = c.server.watch.hotKeys();
        if (running != null && running.isActive(c.now)) {
            c.error("ERR hotkey tracking session already in progress");
        } else if (c.argCount() < 4 || !c.request.argEquals(2, "METRICS")) {
            c.error("ERR METRICS parameter is required");
        } else if (!isWithin(c, 3, METRICS)) {
            c.error("ERR METRICS count must be > 0 and <= " + METRICS);
        } else {
            start(c, (int) c.request.longValue());
        }
    }

    private static void start(CommandContext c, int metrics) {
        boolean cpu = false;
        boolean net = false;
        int options = 4 + metrics;
        if (c.argCount() < options) {
            c.error("ERR METRICS count does not match number of metric types provided");
            return;
        }
        for (int arg = 4; arg < options; arg++) {
            boolean isCpu = c.request.argEquals(arg, "CPU");
            boolean isNet = c.request.argEquals(arg, "NET");
            if (isCpu && cpu || isNet && net) {
                c.error("ERR METRICS " + (isCpu ? "CPU" : "NET") + " defined more than once!");
                return;
            }
            cpu |= isCpu;
            net |= isNet;
        }
        if (!cpu && !net) {
            c.error("ERR METRICS no valid metrics passed. Supported: CPU|NET");
            return;
        }
        int count = COUNT_DEFAULT;
        long seconds = 0;
        int ratio = 1;
        for (int arg = options; arg < c.argCount(); arg += 2) {
            String wrong = "syntax error";
            boolean hasValue = arg + 1 < c.argCount();
            if (hasValue && c.request.argEquals(arg, "COUNT")) {
                wrong = isWithin(c, arg + 1, COUNT_MAX) ? null : "COUNT must be between 1 and " + COUNT_MAX;
                count = (int) c.request.longValue();
            } else if (hasValue && c.request.argEquals(arg, "DURATION")) {
                wrong = isWithin(c, arg + 1, SECONDS_MAX) ? null : "DURATION must be between 1 and " + SECONDS_MAX;
                seconds = c.request.longValue();
            } else if (hasValue && c.request.argEquals(arg, "SAMPLE")) {
                wrong = isWithin(c, arg + 1, Integer.MAX_VALUE) ? null : "SAMPLE ratio must be positive";
                ratio = (int) c.request.longValue();
            } else if (hasValue && c.request.argEquals(arg, "SLOTS")) {
                wrong = "SLOTS parameter cannot be used in non-cluster mode";
            }
            if (wrong != null) {
                c.error("ERR " + wrong);
                return;
            }
        }
        HotKeys.Wish wish = new HotKeys.Wish(cpu, net, count, 1000 * seconds, ratio);
        c.server.watch.search(new HotKeys(wish, c.now, c.server.view.process()));
        c.resp.ok();
    }

    /** Whether the argument is a number from 1 to that, which then is the request's. */
    private static boolean isWithin(CommandContext c, int arg, long max) {
        return c.request.argIsLong(arg) && c.request.longValue() >= 1 && c.request.longValue() <= max;
    }

    static void stop(CommandContext c) {
        HotKeys running = c.server.watch.hotKeys();
        if (running == null || !running.isActive(c.now)) {
            c.resp.nil();
            return;
        }
        running.stop(c.now);
        c.server.watch.endSearch();
        c.resp.ok();
    }

    static void reset(CommandContext c) {
        HotKeys last = c.server.watch.hotKeys();
        if (last != null && last.isActive(c.now)) {
            c.error("ERR hotkey tracking session in progress, stop tracking first");
            return;
        }
        c.server.watch.search(null);
        c.resp.ok();
    }

    /** All slots of a cluster are this server's. */
    static void get(CommandContext c) {
        HotKeys found = c.server.watch.hotKeys();
        if (found == null) {
            c.resp.nil();
            return;
        }
        boolean active = found.isActive(c.now);
        HotKeys.Wish wish = found.wish;
        c.resp.arrayHeader(1);
        c.resp.mapHeader(7 + (wish.cpu() ? 3 : 0) + (wish.net() ? 2 : 0));
        number(c, "tracking-active", active ? 1 : 0);
        number(c, "sample-ratio", wish.sampleRatio());
        c.resp.bulk("selected-slots");
        c.resp.arrayHeader(1);
        c.resp.arrayHeader(2);
        c.resp.integer(0);
        c.resp.integer(SLOTS - 1);
        number(c, "all-commands-all-slots-us", found.allMicros());
        number(c, "net-bytes-all-commands-all-slots", found.allBytes());
        number(c, "collection-start-time-unix-ms", found.startMillis);
        number(c, "collection-duration-ms", found.durationMillis(c.now));
        if (wish.cpu()) {
            ServerView.ProcessUse now = c.server.view.process();
            number(c, "total-cpu-time-user-ms", (now.userNanos() - found.useAtStart.userNanos()) / 1_000_000);
            number(c, "total-cpu-time-sys-ms", (now.systemNanos() - found.useAtStart.systemNanos()) / 1_000_000);
        }
        if (wish.net()) {
            number(c, "total-net-bytes", found.sampledBytes());
        }
        if (wish.cpu()) {
            keys(c, "by-cpu-time-us", found.byNanos(), 1000);
        }
        if (wish.net()) {
            keys(c, "by-net-bytes", found.byBytes(), 1);
        }
    }

    private static void number(CommandContext c, String name, long value) {
        c.resp.bulk(name);
        c.resp.integer(value);
    }

    private static void keys(CommandContext c, String name, List<TopKeys.Top> keys, long divisor) {
        c.resp.bulk(name);
        c.resp.arrayHeader(2 * keys.size());
        for (TopKeys.Top top : keys) {
            c.resp.bulk(ByteBuffer.wrap(top.key()), 0, top.key().length);
            c.resp.integer(top.sum() / divisor);
        }
    }
}
