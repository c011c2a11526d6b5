package kv.commands;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import kv.protocol.CommandSpec;
import kv.protocol.CommandTable;
import kv.protocol.Request;
import kv.protocol.TextOption;
import kv.store.Access;

/**
 * A command of ours: what the protocols must know of it, what is needed to execute it, and what it does. Immutable.
 *
 * <p>A container, such as CLIENT, has subcommands, which are commands themselves: argument 1 is their word.
 */
final class Command extends CommandSpec {

    /**
     * What a command does: reads its arguments from the context, works on its keys in the section that is open on them, writes
     * one reply. It takes no lock, reads no clock and hashes nothing.
     */
    interface Body {
        void run(CommandContext c);
    }

    /** How the keys of a command, if it has some, are worked on, and where it runs. */
    enum Kind {
        /** In one section. */
        USUAL,
        /** Replies the value of its one key: tried without a section first. */
        ONE_VALUE,
        /** A key is worked on as if it were alone: many of them may be several sections. */
        EACH_KEY,
        /** Grows with the number of all keys: on the slow lane. */
        ALL_KEYS,
        /** Runs a script on its keys: on the slow lane in a long section. */
        SCRIPT
    }

    private static final Set<String> GROWING = Set.of("append", "setrange", "setbit", "bitfield", "bitop", "restore", "copy",
            "move", "rename", "renamenx", "incrbyfloat", "increx"); // 1e308 has 309 digits

    /** As it is called in INFO and in errors: {@code client|list}. */
    final String fullName;
    final Body body;
    /** What it does with its keys. */
    final Access access;
    final Kind kind;
    /** The argument that becomes the first key's value, and so on with the others' in the keys' steps; 0 if none does. */
    final int firstValue;
    /** Whether it may write what it was not given: what other keys have, or zeros. What it was given is not prepared, then. */
    final boolean mayGrow;
    /** The argument that says how many keys follow it, in steps of {@link #keyStep}; 0 if none does. */
    final int keyCountArg;
    /** What it counts in; commands of the same full name share one. */
    final int metric;
    /** What users are allowed it by. */
    final Set<Category> categories;
    final int firstKeyUse;
    final int laterKeyUse;
    /** Whether who has not said yet who they are may use it; nobody can be forbidden it. */
    final boolean needsNoLogin;
    /** Whether it shows or changes all keys, whichever: who may not use all keys may not use it. */
    final boolean needsAllKeys;
    /** Whether argument 1 is the beginning of keys that it removes. */
    final boolean takesPrefix;
    /** Null if it is no container. */
    final CommandTable subcommands;

    Command(String name, String fullName, int arity, Set<Flag> flags, int firstKey, int lastKey, int keyStep,
            TextOption textOption, Access access, Kind kind, int firstValue, int keyCountArg, int metric, Body body,
            Collection<Category> rowCategories, List<Command> subcommands) {
        super(name, arity, flags, firstKey, lastKey, keyStep, textOption);
        this.fullName = fullName;
        this.access = access;
        this.kind = kind;
        this.firstValue = firstValue;
        this.mayGrow = access == Access.EXCLUSIVE && (kind == Kind.SCRIPT || GROWING.contains(fullName));
        this.keyCountArg = keyCountArg;
        this.metric = metric;
        this.body = body;
        this.categories = Category.of(rowCategories, flags);
        this.firstKeyUse = KeyUse.ofFirst(fullName, flags.contains(Flag.WRITE));
        this.laterKeyUse = KeyUse.ofLater(fullName, flags.contains(Flag.WRITE));
        this.needsAllKeys = KeyUse.isOfAllKeys(fullName);
        this.takesPrefix = fullName.equals("delprefix");
        this.needsNoLogin = flags.contains(Flag.NO_AUTH);
        this.subcommands = subcommands.isEmpty() ? null : new CommandTable(subcommands);
    }

    boolean isContainer() {
        return subcommands != null;
    }

    /** The argument that is the first key, if there is one; 0 if none ever is. */
    int firstKeyArg() {
        return keyCountArg > 0 ? keyCountArg + 1 : firstKey();
    }

    /**
     * How many keys a request has whose word is argument {@code word}; none as well where it has a number of keys that is wrong,
     * which the body then says. REQUIRES: as many arguments as the command takes.
     */
    int keyCountOf(Request request, int word) {
        int argCount = request.argCount() - word;
        int first = firstKeyArg();
        if (keyCountArg > 0) {
            long wanted = request.argLong(word + keyCountArg, 0);
            return wanted < 1 || wanted > (argCount - first) / keyStep() ? 0 : (int) wanted;
        }
        int last = Math.min(lastKeyOf(argCount), argCount - 1);
        return first == 0 || last < first ? 0 : (last - first) / keyStep() + 1;
    }

    /** Whether a request that found no better than this container is only going to be told what is wrong with it. */
    boolean refuses(Request request) {
        return subcommands != null && request.argCount() > 1;
    }

    /** The subcommand that a request of this container is for, or null. */
    Command subcommandOf(Request request) {
        return request.argCount() < 2 ? null
                : (Command) subcommands.find(request.bytes(), request.start(1), request.length(1));
    }
}
