package kv.commands;

/** The commands about the connection itself. */
final class ConnectionCommands {
    private ConnectionCommands() {
    }

    static void ping(CommandContext c) {
        if (c.argCount() > 2) {
            c.wrongArity(c.command.fullName);
        } else if (c.argCount() == 2) {
            c.resp.bulk(c.bytes(), c.start(1), c.length(1));
        } else {
            c.replies.pong();
        }
    }

    static void echo(CommandContext c) {
        c.resp.bulk(c.bytes(), c.start(1), c.length(1));
    }

    /** In the text protocol, too, as in RESP: tools that probe a port end with it. */
    static void quit(CommandContext c) {
        c.resp.ok();
        c.client.ending = Executor.Outcome.CLOSED;
    }

    static void reset(CommandContext c) {
        c.out.charge(-c.client.name.length());
        c.client.endTransaction(c.out);
        c.client.reset();
        c.out.spare(false);
        c.keys.countReads(true);
        c.replies(Client.Replies.ON);
        c.server.unmonitor(c.client);
        c.keys.select(c.client.database);
        c.server.users.greet(c.client);
        c.resp.setProtocol(c.client.respVersion);
        c.resp.simple("RESET");
    }

    /** {@code HELLO [version [AUTH user password] [SETNAME name]]}. */
    static void hello(CommandContext c) {
        long version = c.client.respVersion;
        if (c.argCount() > 1) {
            if (!c.request.argIsLong(1)) {
                c.error("ERR Protocol version is not an integer or out of range");
                return;
            }
            version = c.request.longValue();
            if (version != 2 && version != 3) {
                c.error("NOPROTO unsupported protocol version");
                return;
            }
            for (int arg = 2; arg < c.argCount(); arg++) {
                int left = c.argCount() - arg - 1;
                if (c.request.argEquals(arg, "AUTH") && left >= 2) {
                    if (!Login.attempt(c, c.latin1(arg + 1), arg + 2)) {
                        return;
                    }
                    arg += 2;
                } else if (c.request.argEquals(arg, "SETNAME") && left >= 1) {
                    String name = ClientNames.parseAndCharge(c, ++arg, c.client.name);
                    if (name == null) {
                        return;
                    }
                    c.client.name = name; // even if something is wrong with a later option, as in Redis
                } else {
                    c.error("ERR Syntax error in HELLO option '", arg, "'");
                    return;
                }
            }
        }
        if (c.client.mustLogIn()) {
            c.error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> "
                    + "option can be used to authenticate the client and select the RESP protocol version at the same time");
            return;
        }
        c.client.respVersion = (int) version;
        c.resp.setProtocol(c.client.respVersion);
        replyHello(c);
    }

    private static void replyHello(CommandContext c) {
        c.resp.mapHeader(7);
        c.resp.bulk("server");
        c.resp.bulk("redis");
        c.resp.bulk("version");
        c.resp.bulk(ServerInfo.REDIS_VERSION);
        c.resp.bulk("proto");
        c.resp.integer(c.client.respVersion);
        c.resp.bulk("id");
        c.resp.integer(c.client.id);
        c.resp.bulk("mode");
        c.resp.bulk("standalone");
        c.resp.bulk("role");
        c.resp.bulk("master");
        c.resp.bulk("modules");
        c.resp.arrayHeader(0);
    }
}
