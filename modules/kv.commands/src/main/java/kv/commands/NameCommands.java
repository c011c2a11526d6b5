package kv.commands;

/** The commands that give a value another key, or one more: argument 1 is the key it has, 2 the other. */
final class NameCommands {
    private NameCommands() {
    }

    static void rename(CommandContext c) {
        rename(c, true);
    }

    static void renamenx(CommandContext c) {
        rename(c, false);
    }

    private static void rename(CommandContext c, boolean replace) {
        if (!c.exists(0)) {
            c.error("ERR no such key");
        } else if (!replace && c.exists(1)) {
            c.resp.integer(0);
        } else if (c.keys.areEqual(c.key(0), c.key(1))) {
            c.resp.ok();
        } else if (Databases.copyValue(c, 1, c.client.database)) {
            c.session.delete(c.key(0));
            if (replace) {
                c.resp.ok();
            } else {
                c.resp.integer(1);
            }
        }
    }

    static void copy(CommandContext c) {
        boolean replace = false;
        int database = c.client.database;
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "REPLACE")) {
                replace = true;
            } else if (c.request.argEquals(arg, "DB") && arg + 1 < c.argCount()) {
                database = Databases.parse(c, ++arg);
                if (database == Databases.NONE) {
                    return;
                }
            } else {
                c.syntaxError();
                return;
            }
        }
        if (database == c.client.database && c.keys.areEqual(c.key(0), c.key(1))) {
            c.error("ERR source and destination objects are the same");
        } else if (!c.lookUp(0) || !replace && Databases.existsIn(c, 1, database)) {
            c.resp.integer(0);
        } else if (Databases.copyValue(c, 1, database)) {
            c.resp.integer(1);
        }
    }
}
