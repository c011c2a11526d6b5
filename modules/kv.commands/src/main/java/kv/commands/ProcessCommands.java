package kv.commands;

/** SHUTDOWN and DEBUG: what ends the process, or makes it behave badly for a test. */
final class ProcessCommands {
    private static final long SLEEP_MILLIS_MAX = 3_600_000;

    private ProcessCommands() {
    }

    /**
     * {@code SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]}. What was acknowledged is as durable as ever without SAVE, which
     * makes a checkpoint first so that the next start is quick. NOW changes nothing: nobody is waited for.
     */
    static void shutdown(CommandContext c) {
        boolean saves = false;
        boolean doesNotSave = false;
        boolean forces = false;
        boolean aborts = false;
        for (int arg = 1; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "SAVE")) {
                saves = true;
            } else if (c.request.argEquals(arg, "NOSAVE")) {
                doesNotSave = true;
            } else if (c.request.argEquals(arg, "FORCE")) {
                forces = true;
            } else if (c.request.argEquals(arg, "ABORT")) {
                aborts = true;
            } else if (!c.request.argEquals(arg, "NOW")) {
                c.syntaxError();
                return;
            }
        }
        if (saves && doesNotSave || aborts && c.argCount() > 2) {
            c.syntaxError();
        } else if (aborts) {
            c.error("ERR No shutdown in progress.");
        } else {
            shutdown(c, saves, forces);
        }
    }

    private static void shutdown(CommandContext c, boolean saves, boolean forces) {
        Persistence persistence = c.server.view.persistence();
        if (saves && persistence != null && PersistenceCommands.failure(c, persistence, Persistence::checkpoint) != null
                && !forces) {
            c.error("ERR Errors trying to SHUTDOWN. Check logs.");
            return;
        }
        if (c.server.background.stop()) {
            c.client.ending = Executor.Outcome.CLOSED;
        } else {
            c.error("ERR this server is part of another program, which ends it");
        }
    }

    /** {@code DEBUG SLEEP seconds}: only this client's reply is late; nobody else waits, as they would in Redis. */
    static void debug(CommandContext c) {
        if (!c.server.view.allowsDebug()) {
            c.error("ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from "
                    + "a local connection, otherwise you need to set this option in the configuration file, and then restart the "
                    + "server.");
        } else if (c.argCount() == 3 && c.request.argEquals(1, "SLEEP")) {
            double seconds = seconds(c.latin1(2));
            c.resp.ok();
            c.delay((long) Math.min(SLEEP_MILLIS_MAX, seconds * 1000));
        } else {
            c.unknownSubcommand();
        }
    }

    /** As C's strtod reads it where it is a number; else nothing. */
    private static double seconds(String text) {
        try {
            double seconds = Double.parseDouble(text);
            return seconds > 0 ? seconds : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
