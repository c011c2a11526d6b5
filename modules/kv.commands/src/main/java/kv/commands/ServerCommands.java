package kv.commands;

import kv.store.Opening;

/** The commands about the server as a whole. */
final class ServerCommands {
    private static final long MILLIS_PER_SECOND = 1000;

    private ServerCommands() {
    }

    static void dbsize(CommandContext c) {
        if (c.session.keepsLocks()) {
            c.requireSlowLane(); // a script's: there it keeps none
        }
        c.session.sawAll();
        c.resp.integer(c.server.store.stats(c.client.database).keys());
    }

    static void flushdb(CommandContext c) {
        flush(c, false);
    }

    static void flushall(CommandContext c) {
        flush(c, true);
    }

    /** At once either way, so ASYNC and SYNC are the same. */
    private static void flush(CommandContext c, boolean all) {
        if (c.argCount() > 2 || c.argCount() == 2 && !c.request.argEquals(1, "ASYNC") && !c.request.argEquals(1, "SYNC")) {
            c.syntaxError();
        } else if ((all ? c.session.clearAll() : c.session.clear(c.client.database)) == Opening.HELD) {
            throw NotNow.HELD;
        } else {
            c.resp.ok();
        }
    }

    /** The moment of the command, which keys expire by. */
    static void time(CommandContext c) {
        c.resp.arrayHeader(2);
        c.resp.bulk(Long.toString(c.now / MILLIS_PER_SECOND));
        c.resp.bulk(Long.toString(c.now % MILLIS_PER_SECOND * 1000));
    }

    /** One that others could follow, from the first change on, and nobody does. */
    static void role(CommandContext c) {
        c.resp.arrayHeader(3);
        c.resp.bulk("master");
        c.resp.integer(0);
        c.resp.arrayHeader(0);
    }

    /** {@code WAIT replicas timeout}: there are no replicas, so none has what was written, now or later. */
    static void await(CommandContext c) {
        if (!c.request.argIsLong(1)) {
            c.notAnInteger();
        } else if (!c.request.argIsLong(2)) {
            c.error("ERR timeout is not an integer or out of range");
        } else if (c.request.longValue() < 0) {
            c.error("ERR timeout is negative");
        } else {
            c.resp.integer(0);
        }
    }

    static void info(CommandContext c) {
        c.resp.verbatim(new ServerInfo(c).text());
    }

    /** From now on the client gets a line for each command, of whomever, until it goes or says RESET. */
    static void monitor(CommandContext c) {
        if (!c.server.monitors.add(c.client, c.out.postbox())) {
            c.error("ERR there are " + Monitors.MAX + " monitors already");
            return;
        }
        c.server.watch.settle();
        c.resp.ok();
    }
}
