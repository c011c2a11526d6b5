package kv.commands;

import java.util.HashMap;
import java.util.Map;

/** What the commands do with their keys, in the words of COMMAND GETKEYSANDFLAGS. Immutable; any thread. */
final class KeyFlags {
    /** A line: flags of the first key, after a comma those of all others where they differ, and after a colon the commands. */
    private static final String TABLE = """
            RO access: get mget getrange substr ttl pttl expiretime pexpiretime bitcount bitpos getbit bitfield_ro lcs dump digest
            RO access: eval_ro evalsha_ro
            RO: watch strlen exists touch type object|encoding object|freq object|idletime object|refcount memory|usage
            OW update: set setex psetex mset msetex restore
            OW insert: setnx msetnx
            RW access update: move getset getex incr decr incrby decrby incrbyfloat increx setbit bitfield eval evalsha
            RW insert: append
            RW update: setrange expire pexpire expireat pexpireat persist
            RW access delete: getdel
            RW delete: delex delifeq
            RM delete: del unlink
            RW access delete, OW update: rename
            RW access delete, OW insert: renamenx
            RO access, OW update: copy
            OW update, RO access: bitop
            """;
    private static final Map<String, String[]> FLAGS = new HashMap<>();

    static {
        for (String line : TABLE.split("\n")) {
            String[] parts = line.split(": ");
            for (String name : parts[1].split(" ")) {
                FLAGS.put(name, parts[0].split(", "));
            }
        }
    }

    private KeyFlags() {
    }

    /** Whether it is said what this command does. */
    static boolean knows(Command command) {
        return FLAGS.containsKey(command.fullName);
    }

    /** Replies the flags of a key, numbered from 0, of the command that is asked about. */
    static void reply(CommandContext c, Command command, int key) {
        String[] each = FLAGS.get(command.fullName);
        String text = each[Math.min(key, each.length - 1)];
        if (command.name().equals("set") && isThere(c, 5, "GET")) {
            text = "RW access update";
        } else if (command.name().equals("bitfield") && !isThere(c, 4, "SET") && !isThere(c, 4, "INCRBY")) {
            text = "RO access";
        }
        String[] flags = text.split(" ");
        c.resp.setHeader(flags.length);
        for (String flag : flags) {
            c.resp.simple(flag);
        }
    }

    /** Whether one of the arguments from {@code from} on is this word. */
    private static boolean isThere(CommandContext c, int from, String word) {
        for (int arg = from; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, word)) {
                return true;
            }
        }
        return false;
    }
}
