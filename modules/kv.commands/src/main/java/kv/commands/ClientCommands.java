package kv.commands;

import java.util.LinkedHashSet;
import java.util.Set;

/** CLIENT: who is connected. */
final class ClientCommands {
    /** Listing more clients, some 2 us each, is work for the slow lane. */
    private static final int SHORT_LIST_MAX = 500;
    private static final String[] OTHER_TYPES = {"MASTER", "REPLICA", "SLAVE", "PUBSUB"};

    private ClientCommands() {
    }

    static void id(CommandContext c) {
        c.resp.integer(c.client.id);
    }

    static void getname(CommandContext c) {
        if (c.client.name.isEmpty()) {
            c.resp.nil();
        } else {
            c.resp.bulk(c.client.name);
        }
    }

    static void setname(CommandContext c) {
        String name = ClientNames.parseAndCharge(c, 2, c.client.name);
        if (name != null) {
            c.client.name = name;
            c.resp.ok();
        }
    }

    static void setinfo(CommandContext c) {
        boolean isName = c.request.argEquals(2, "LIB-NAME");
        if (!isName && !c.request.argEquals(2, "LIB-VER")) {
            c.error("ERR Unrecognized option '", 2, "'");
            return;
        }
        String value = ClientNames.parseAndCharge(c, 3, isName ? c.client.libraryName : c.client.libraryVersion);
        if (value == null) {
            return;
        }
        if (isName) {
            c.client.libraryName = value;
        } else {
            c.client.libraryVersion = value;
        }
        c.resp.ok();
    }

    /** {@code CLIENT NO-EVICT ON | OFF}: the connection is not closed though it hold most when memory is short. */
    static void noEvict(CommandContext c) {
        if (isOnOrOff(c)) {
            c.client.isSpared = c.request.argEquals(2, "ON");
            c.out.spare(c.client.isSpared);
            c.resp.ok();
        }
    }

    /** {@code CLIENT NO-TOUCH ON | OFF}: what is read does not count as asked for, where keys are evicted by that. */
    static void noTouch(CommandContext c) {
        if (isOnOrOff(c)) {
            c.client.readsUncounted = c.request.argEquals(2, "ON");
            c.keys.countReads(!c.client.readsUncounted);
            c.resp.ok();
        }
    }

    /** False: an error was replied. */
    private static boolean isOnOrOff(CommandContext c) {
        boolean right = c.request.argEquals(2, "ON") || c.request.argEquals(2, "OFF");
        if (!right) {
            c.syntaxError();
        }
        return right;
    }

    static void info(CommandContext c) {
        StringBuilder line = new StringBuilder();
        c.client.describe(line, c.nanos);
        c.resp.verbatim(line.toString());
    }

    /** {@code CLIENT LIST [TYPE type | ID id ...]}. */
    static void list(CommandContext c) {
        if (c.argCount() == 2) {
            replyAll(c);
        } else if (c.argCount() == 4 && c.request.argEquals(2, "TYPE")) {
            if (c.request.argEquals(3, "NORMAL")) {
                replyAll(c);
            } else if (isOtherType(c, 3)) {
                c.resp.verbatim("");
            } else {
                c.error("ERR Unknown client type '", 3, "'");
            }
        } else if (c.argCount() > 3 && c.request.argEquals(2, "ID")) {
            replyThose(c, 3);
        } else {
            c.syntaxError();
        }
    }

    static boolean isType(CommandContext c, int arg) {
        return c.request.argEquals(arg, "NORMAL") || isOtherType(c, arg);
    }

    private static boolean isOtherType(CommandContext c, int arg) {
        for (String type : OTHER_TYPES) {
            if (c.request.argEquals(arg, type)) {
                return true;
            }
        }
        return false;
    }

    private static void replyAll(CommandContext c) {
        if (c.server.clients.size() > SHORT_LIST_MAX) {
            c.requireSlowLane();
        }
        StringBuilder lines = new StringBuilder();
        long nanos = c.nanos;
        for (Client client : c.server.clients.values()) {
            client.describe(lines, nanos);
        }
        c.resp.verbatim(lines.toString());
    }

    /** Each at most once, so that the list is no longer than there are clients. */
    private static void replyThose(CommandContext c, int firstArg) {
        Set<Client> wanted = new LinkedHashSet<>();
        for (int arg = firstArg; arg < c.argCount(); arg++) {
            if (!c.request.argIsLong(arg)) {
                c.error("ERR Invalid client ID");
                return;
            }
            Client client = c.server.clients.get(c.request.longValue());
            if (client != null) {
                wanted.add(client);
            }
        }
        StringBuilder lines = new StringBuilder();
        for (Client client : wanted) {
            client.describe(lines, c.nanos);
        }
        c.resp.verbatim(lines.toString());
    }
}
