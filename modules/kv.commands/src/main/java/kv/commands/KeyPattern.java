package kv.commands;

import kv.protocol.Glob;

/** Patterns of keys, as KEYS and SCAN take them, within the limit of their length. */
final class KeyPattern {
    private KeyPattern() {
    }

    /** The pattern in this argument, or null if it is too long, which is replied. */
    static Glob of(CommandContext c, int arg) {
        if (c.length(arg) > Glob.PATTERN_BYTES_MAX) {
            c.error("ERR pattern exceeds maximum allowed size (" + Glob.PATTERN_BYTES_MAX + " bytes)");
            return null;
        }
        return Glob.of(c.bytes(), c.start(arg), c.length(arg));
    }
}
