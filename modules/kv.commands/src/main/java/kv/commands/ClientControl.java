package kv.commands;

import java.util.function.Predicate;

/** The subcommands of CLIENT that act on connections: KILL, PAUSE, UNPAUSE, REPLY. */
final class ClientControl {
    private static final int FIRST_FILTER = 2;

    private ClientControl() {
    }

    /** {@code CLIENT KILL addr:port}, or with filters: ID, TYPE, USER, ADDR, LADDR, SKIPME. */
    static void kill(CommandContext c) {
        if (c.argCount() == FIRST_FILTER + 1) {
            String address = c.latin1(FIRST_FILTER);
            if (kill(c, client -> client.remote().equals(address)) > 0) {
                c.resp.ok();
            } else {
                c.error("ERR No such client");
            }
            return;
        }
        if (c.argCount() % 2 == 1) {
            c.syntaxError();
            return;
        }
        Predicate<Client> wanted = client -> true;
        boolean skipsMe = true;
        for (int arg = FIRST_FILTER; arg < c.argCount(); arg += 2) {
            if (c.request.argEquals(arg, "SKIPME")) {
                skipsMe = c.request.argEquals(arg + 1, "YES");
                if (!skipsMe && !c.request.argEquals(arg + 1, "NO")) {
                    c.syntaxError();
                    return;
                }
                continue;
            }
            Predicate<Client> filter = filter(c, arg);
            if (filter == null) {
                return;
            }
            wanted = wanted.and(filter);
        }
        Client me = skipsMe ? c.client : null;
        c.resp.integer(kill(c, wanted.and(client -> client != me)));
    }

    /** Null: an error was replied. */
    private static Predicate<Client> filter(CommandContext c, int arg) {
        String value = c.latin1(arg + 1);
        if (c.request.argEquals(arg, "ID")) {
            long id = c.request.argLong(arg + 1, 0);
            if (id < 1) {
                c.error("ERR client-id should be greater than 0");
                return null;
            }
            return client -> client.id == id;
        }
        if (c.request.argEquals(arg, "ADDR")) {
            return client -> client.remote().equals(value);
        }
        if (c.request.argEquals(arg, "LADDR")) {
            return client -> client.local().equals(value);
        }
        if (c.request.argEquals(arg, "USER")) {
            User user = c.server.users.find(value);
            if (user == null) {
                c.error("ERR No such user '", arg + 1, "'");
                return null;
            }
            return client -> client.user == user;
        }
        if (c.request.argEquals(arg, "TYPE")) {
            if (!ClientCommands.isType(c, arg + 1)) {
                c.error("ERR Unknown client type '", arg + 1, "'");
                return null;
            }
            boolean normal = c.request.argEquals(arg + 1, "NORMAL");
            return client -> normal;
        }
        c.syntaxError();
        return null;
    }

    private static int kill(CommandContext c, Predicate<Client> wanted) {
        int killed = 0;
        for (Client client : c.server.clients.values()) {
            if (wanted.test(client)) {
                killed++;
                client.endFor(c.client);
            }
        }
        return killed;
    }

    /** {@code CLIENT PAUSE millis [WRITE | ALL]}. */
    static void pause(CommandContext c) {
        boolean onlyWrites = c.argCount() > 3 && c.request.argEquals(3, "WRITE");
        if (c.argCount() > 4) {
            c.syntaxError();
        } else if (c.argCount() == 4 && !onlyWrites && !c.request.argEquals(3, "ALL")) {
            c.error("ERR CLIENT PAUSE mode must be WRITE or ALL");
        } else if (!c.request.argIsLong(2) || c.request.longValue() > Pause.MILLIS_MAX) {
            c.error("ERR timeout is not an integer or out of range");
        } else if (c.request.longValue() < 0) {
            c.error("ERR timeout is negative");
        } else {
            c.server.pause.begin(c.request.longValue(), onlyWrites);
            c.resp.ok();
        }
    }

    static void unpause(CommandContext c) {
        c.server.pause.end();
        c.resp.ok();
    }

    /** {@code CLIENT REPLY ON | OFF | SKIP}. */
    static void reply(CommandContext c) {
        if (c.request.argEquals(2, "ON")) {
            c.replies(Client.Replies.ON);
            c.resp.ok();
        } else if (c.request.argEquals(2, "OFF")) {
            c.replies(Client.Replies.OFF);
        } else if (c.request.argEquals(2, "SKIP")) {
            if (c.client.replies == Client.Replies.ON) {
                c.replies(Client.Replies.SKIP);
            }
        } else {
            c.syntaxError();
        }
    }
}
