package kv.commands;

/** The commands on the presence of keys, whatever their values. */
final class KeyCommands {
    private KeyCommands() {
    }

    /** DEL and UNLINK; in the text protocol always of one key. */
    static void del(CommandContext c) {
        for (int number = 0; number < c.keyCount(); number++) {
            if (c.session.delete(c.key(number))) {
                c.keysCounted++;
            }
        }
        if (c.isLastPiece) {
            c.replies.deleted(c.keysCounted);
        }
    }

    /** EXISTS and TOUCH: a key named twice counts twice. */
    static void exists(CommandContext c) {
        for (int number = 0; number < c.keyCount(); number++) {
            if (c.lookUp(number)) {
                c.keysCounted++;
            }
        }
        if (c.isLastPiece) {
            c.resp.integer(c.keysCounted);
        }
    }

    static void type(CommandContext c) {
        c.resp.simple(c.lookUp(0) ? "string" : "none");
    }
}
