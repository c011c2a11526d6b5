package kv.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kv.protocol.CommandSpec;
import kv.protocol.Glob;

/** COMMAND: which commands there are. */
final class CatalogCommands {
    /** Where the command stands that COMMAND GETKEYS is asked about. */
    private static final int WORD_ARG = 2;

    private CatalogCommands() {
    }

    private static List<CommandSpec> all(CommandContext c) {
        return c.server.commands.resp.commands();
    }

    /** {@code COMMAND} alone; with a subcommand that is none. */
    static void command(CommandContext c) {
        if (c.argCount() > 1) {
            Subcommands.refuse(c);
            return;
        }
        replyAll(c);
    }

    private static void replyAll(CommandContext c) {
        c.resp.arrayHeader(all(c).size());
        for (CommandSpec spec : all(c)) {
            describe(c, (Command) spec);
        }
    }

    static void count(CommandContext c) {
        c.resp.integer(all(c).size());
    }

    /** {@code COMMAND LIST [FILTERBY PATTERN pattern | MODULE name | ACLCAT category]}; of modules there are none. */
    static void list(CommandContext c) {
        List<CommandSpec> wanted = new ArrayList<>(all(c));
        boolean isFiltered = c.argCount() == 5 && c.request.argEquals(2, "FILTERBY");
        if (isFiltered && c.request.argEquals(3, "MODULE")) {
            wanted.clear();
        } else if (isFiltered && c.request.argEquals(3, "ACLCAT")) {
            Category category = Category.named(c.request.toString(4));
            wanted.removeIf(spec -> !((Command) spec).categories.contains(category));
        } else if (isFiltered && c.request.argEquals(3, "PATTERN")) {
            Glob pattern = Glob.ignoringCase(c.bytes(), c.start(4), c.length(4));
            wanted.removeIf(spec -> !spec.nameMatches(pattern));
        } else if (c.argCount() != 2) {
            c.syntaxError();
            return;
        }
        c.resp.arrayHeader(wanted.size());
        for (CommandSpec spec : wanted) {
            c.resp.bulk(spec.name());
        }
    }

    static void info(CommandContext c) {
        if (c.argCount() == 2) {
            replyAll(c);
            return;
        }
        c.resp.arrayHeader(c.argCount() - 2);
        for (int arg = 2; arg < c.argCount(); arg++) {
            Command command = find(c, arg);
            if (command == null) {
                c.resp.nil();
            } else {
                describe(c, command);
            }
        }
    }

    static void docs(CommandContext c) {
        List<CommandSpec> wanted = all(c);
        if (c.argCount() > 2) {
            wanted = new ArrayList<>();
            for (int arg = 2; arg < c.argCount(); arg++) {
                Command command = find(c, arg);
                if (command != null) {
                    wanted.add(command);
                }
            }
        }
        c.resp.mapHeader(wanted.size());
        for (CommandSpec spec : wanted) {
            c.resp.bulk(spec.name());
            c.resp.mapHeader(2);
            c.resp.bulk("summary");
            c.resp.bulk(spec.name().toUpperCase(Locale.ROOT) + " as in Redis; see docs/PROTOCOL.md");
            c.resp.bulk("group");
            c.resp.bulk(spec.firstKey() > 0 ? "string" : "server");
        }
    }

    /** {@code COMMAND GETKEYS command [arg ...]}: the keys among these arguments. */
    static void getkeys(CommandContext c) {
        Command command = commandWithKeys(c);
        if (command == null) {
            return;
        }
        int count = command.keyCountOf(c.request, WORD_ARG);
        c.resp.arrayHeader(count);
        for (int key = 0; key < count; key++) {
            replyKey(c, command, key);
        }
    }

    /** {@code COMMAND GETKEYSANDFLAGS command [arg ...]}: the keys, and what the command does with each. */
    static void getkeysandflags(CommandContext c) {
        Command command = commandWithKeys(c);
        if (command == null) {
            return;
        }
        int count = command.keyCountOf(c.request, WORD_ARG);
        c.resp.arrayHeader(count);
        for (int key = 0; key < count; key++) {
            c.resp.arrayHeader(2);
            replyKey(c, command, key);
            KeyFlags.reply(c, command, key);
        }
    }

    private static void replyKey(CommandContext c, Command command, int key) {
        int arg = WORD_ARG + command.firstKeyArg() + key * command.keyStep();
        c.resp.bulk(c.bytes(), c.start(arg), c.length(arg));
    }

    /** The command whose word is argument {@link #WORD_ARG}, if it has keys there; else replies why not. */
    private static Command commandWithKeys(CommandContext c) {
        Command command = find(c, WORD_ARG);
        int argCount = c.argCount() - WORD_ARG;
        if (command != null && command.isContainer()) {
            command = (Command) command.subcommands.find(c.bytes(), c.start(WORD_ARG + 1), c.length(WORD_ARG + 1));
        }
        if (command == null) {
            c.error("ERR Invalid command specified");
        } else if (command.firstKeyArg() == 0) {
            c.error("ERR The command has no key arguments");
        } else if (!command.takes(argCount)) {
            c.error("ERR Invalid number of arguments specified for command");
        } else if (command.keyCountOf(c.request, WORD_ARG) == 0 && command.kind != Command.Kind.SCRIPT) {
            c.error("ERR Invalid arguments specified for command");
        } else {
            return command;
        }
        return null;
    }

    /** The command that this argument names, or null. */
    static Command find(CommandContext c, int arg) {
        return (Command) c.server.commands.resp.find(c.bytes(), c.start(arg), c.length(arg));
    }

    private static void describe(CommandContext c, Command command) {
        c.resp.arrayHeader(10);
        c.resp.bulk(command.fullName);
        c.resp.integer(command.arity());
        c.resp.setHeader(command.flags().size());
        for (CommandSpec.Flag flag : command.flags()) {
            c.resp.simple(flag.label());
        }
        c.resp.integer(command.firstKey());
        c.resp.integer(command.lastKey());
        c.resp.integer(command.firstKey() > 0 ? command.keyStep() : 0);
        c.resp.setHeader(command.categories.size());
        for (Category category : command.categories) {
            c.resp.simple("@" + category.label());
        }
        c.resp.arrayHeader(0); // tips
        c.resp.arrayHeader(0); // key specifications
        List<CommandSpec> subcommands = command.isContainer() ? command.subcommands.commands() : List.of();
        c.resp.arrayHeader(subcommands.size());
        for (CommandSpec sub : subcommands) {
            describe(c, (Command) sub);
        }
    }
}
