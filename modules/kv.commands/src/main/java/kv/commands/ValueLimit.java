package kv.commands;

/** The longest value. RESP's parser lets each argument be as long as a key, where that is more. */
final class ValueLimit {
    private ValueLimit() {
    }

    /** Whether this argument is longer than a value may be, which is replied. */
    static boolean isExceeded(CommandContext c, int arg) {
        return isExceededBy(c, c.length(arg));
    }

    /** Whether this argument, or every second one behind it up to an end, is longer than a value may be, which is replied. */
    static boolean isExceededByAny(CommandContext c, int firstArg, int endArg) {
        for (int arg = firstArg; arg < endArg; arg += 2) {
            if (isExceeded(c, arg)) {
                return true;
            }
        }
        return false;
    }

    /** Whether no value may be so long, which is replied. */
    static boolean isExceededBy(CommandContext c, long valueBytes) {
        if (valueBytes <= c.server.limits.valueBytesMax()) {
            return false;
        }
        c.error("ERR string exceeds maximum allowed size (max-value-size)");
        return true;
    }
}
