package kv.server;

import java.util.Locale;

/** The commands about the connection itself. */
final class ConnectionCommands {
    private ConnectionCommands() {
    }

    static void ping(CommandContext c) {
        if (c.argCount() > 2) {
            c.error("ERR wrong number of arguments for 'ping' command");
        } else if (c.argCount() == 2) {
            c.resp.bulk(c.bytes(), c.start(1), c.length(1));
        } else {
            c.replies.pong();
        }
    }

    static void echo(CommandContext c) {
        c.resp.bulk(c.bytes(), c.start(1), c.length(1));
    }

    static void quit(CommandContext c) {
        c.replies.ok();
        c.client.leaving = true;
    }

    static void reset(CommandContext c) {
        c.client.reset();
        c.resp.setProtocol(2);
        c.resp.simple("RESET");
    }

    static void select(CommandContext c) {
        if (KeyCommands.isDatabase(c, 1)) c.resp.ok();
    }

    /** {@code HELLO [version [AUTH user password] [SETNAME name]]}. */
    static void hello(CommandContext c) {
        int version = c.client.respVersion;
        String name = null;
        if (c.argCount() > 1) {
            if (!c.request.argIsLong(1)) {
                c.error("ERR Protocol version is not an integer or out of range");
                return;
            }
            if (c.request.longValue() != 2 && c.request.longValue() != 3) {
                c.error("NOPROTO unsupported protocol version");
                return;
            }
            version = (int) c.request.longValue();
            for (int arg = 2; arg < c.argCount(); arg++) {
                int left = c.argCount() - arg - 1;
                if (c.request.argEquals(arg, "AUTH") && left >= 2) {
                    if (!c.request.toString(arg + 1).equals("default")) {
                        c.error("WRONGPASS invalid username-password pair or user is disabled.");
                        return;
                    }
                    arg += 2; // no password is set, so the default user may give any, as in Redis
                } else if (c.request.argEquals(arg, "SETNAME") && left >= 1) {
                    name = parseName(c, ++arg);
                    if (name == null) return;
                } else {
                    c.error("ERR Syntax error in HELLO option '" + c.quoted(arg) + "'");
                    return;
                }
            }
        }
        if (name != null) c.client.name = name;
        c.client.respVersion = version;
        c.resp.setProtocol(version);
        c.resp.mapHeader(7);
        c.resp.bulk("server");
        c.resp.bulk("redis");
        c.resp.bulk("version");
        c.resp.bulk(ServerCommands.REDIS_VERSION);
        c.resp.bulk("proto");
        c.resp.integer(version);
        c.resp.bulk("id");
        c.resp.integer(c.client.id);
        c.resp.bulk("mode");
        c.resp.bulk("standalone");
        c.resp.bulk("role");
        c.resp.bulk("master");
        c.resp.bulk("modules");
        c.resp.arrayHeader(0);
    }

    /** A name without blanks and control characters; null if it has some, and the error has been replied. */
    private static String parseName(CommandContext c, int arg) {
        String name = c.request.toString(arg);
        if (name.chars().allMatch(letter -> letter > ' ' && letter < 0x7F)) return name;
        c.error("ERR Client names cannot contain spaces, newlines or special characters.");
        return null;
    }

    /** {@code CLIENT ID|GETNAME|SETNAME|SETINFO|LIST|INFO|NO-EVICT|NO-TOUCH}. */
    static void client(CommandContext c) {
        String subcommand = c.request.toString(1).toUpperCase(Locale.ROOT);
        switch (subcommand + " " + (c.argCount() - 2)) {
            case "ID 0" -> c.resp.integer(c.client.id);
            case "GETNAME 0" -> {
                if (c.client.name.isEmpty()) c.resp.nil(); else c.resp.bulk(c.client.name);
            }
            case "SETNAME 1" -> {
                String name = parseName(c, 2);
                if (name != null) {
                    c.client.name = name;
                    c.resp.ok();
                }
            }
            case "SETINFO 2" -> setInfo(c);
            case "INFO 0" -> c.resp.verbatim(c.client.describe() + "\n");
            case "NO-EVICT 1", "NO-TOUCH 1" -> onOrOff(c);
            default -> {
                if (subcommand.equals("LIST")) {
                    list(c);
                } else {
                    ServerCommands.wrongSubcommand(c, "ID", "GETNAME", "SETNAME", "SETINFO", "INFO", "NO-EVICT", "NO-TOUCH");
                }
            }
        }
    }

    private static void setInfo(CommandContext c) {
        String value = parseName(c, 3);
        if (value == null) return;
        if (c.request.argEquals(2, "LIB-NAME")) {
            c.client.libraryName = value;
        } else if (c.request.argEquals(2, "LIB-VER")) {
            c.client.libraryVersion = value;
        } else {
            c.error("ERR Unrecognized option '" + c.quoted(2) + "'");
            return;
        }
        c.resp.ok();
    }

    private static void onOrOff(CommandContext c) {
        if (c.request.argEquals(2, "ON") || c.request.argEquals(2, "OFF")) c.resp.ok(); else c.syntaxError();
    }

    /** {@code CLIENT LIST [TYPE type | ID id ...]}. */
    private static void list(CommandContext c) {
        StringBuilder lines = new StringBuilder();
        if (c.argCount() == 2 || c.argCount() == 4 && c.request.argEquals(2, "TYPE")) {
            boolean normal = c.argCount() == 2 || c.request.argEquals(3, "NORMAL");
            if (normal) c.server.clients.values().forEach(client -> lines.append(client.describe()).append('\n'));
        } else if (c.argCount() > 3 && c.request.argEquals(2, "ID")) {
            for (int arg = 3; arg < c.argCount(); arg++) {
                if (!c.request.argIsLong(arg)) {
                    c.error("ERR Invalid client ID");
                    return;
                }
                ClientState client = c.server.clients.get(c.request.longValue());
                if (client != null) lines.append(client.describe()).append('\n');
            }
        } else {
            c.syntaxError();
            return;
        }
        c.resp.verbatim(lines.toString());
    }
}
