package kv.commands;

import java.util.Locale;
import kv.protocol.ProtocolError;
import kv.protocol.Request;

/** Finds the subcommand that a request of a container is for, and replies where there is none. */
final class Subcommands {
    private Subcommands() {
    }

    /** The subcommand; or the container itself, whose body says what is wrong, or does what it does without a subcommand. */
    static Command find(Command container, Request request, int keyBytesMax) {
        Command sub = container.subcommandOf(request);
        return sub == null || !sub.takes(request.argCount()) || request.hasKeyOver(sub, keyBytesMax) ? container : sub;
    }

    /** Says what is wrong with argument 1, or with the number of arguments behind it. */
    static void refuse(CommandContext c) {
        Command sub = c.command.subcommandOf(c.request);
        if (sub == null) {
            c.unknownSubcommand();
            return;
        }
        c.metrics.of(sub.metric).rejected.increment();
        if (sub.takes(c.argCount())) {
            c.error(ProtocolError.KEY_TOO_LONG);
        } else {
            c.wrongArity(sub.fullName);
        }
    }

    /** HELP: these lines, between those that are the same for all containers. */
    static Command.Body help(String container, String... lines) {
        return c -> {
            c.resp.arrayHeader(lines.length + 3);
            c.resp.simple(container.toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
            for (String line : lines) {
                c.resp.simple(line);
            }
            c.resp.simple("HELP");
            c.resp.simple("    Prints this help.");
        };
    }
}
