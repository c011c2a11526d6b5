package kv.commands;

import kv.protocol.Request;
import kv.store.Keys;

/** The values in a command's arguments, before its section opens. */
final class WrittenValues {
    /** Of a shorter value there is no whole page to be written before the key is locked. */
    private static final int PREPARED_BYTES_MIN = 32 << 10;

    private WrittenValues() {
    }

    /**
     * Long values are written before their keys are locked; for short ones there is room, and for whatever else there is in a
     * request whose command makes more of it.
     */
    static void prepare(CommandContext c, Keys keys, int from, int to, int valueBytesMax) {
        if (c.command.mayGrow) {
            announce(c);
            return;
        }
        Request request = c.request;
        int arg = c.command.firstValue;
        long shortBytes = 0;
        for (int key = from; key < to && arg < request.argCount(); key++, arg += c.command.keyStep()) {
            int length = request.length(arg);
            if (length > PREPARED_BYTES_MIN && length <= valueBytesMax) {
                c.session.prepare(keys, key, request.bytes(), request.start(arg), length);
            } else {
                shortBytes += length;
            }
        }
        c.session.announce(shortBytes);
    }

    private static void announce(CommandContext c) {
        long bytes = 0;
        for (int arg = c.command.firstKeyArg() + 1; arg < c.request.argCount(); arg++) {
            bytes += c.request.length(arg);
        }
        c.session.announce(bytes);
        c.session.announceMore();
    }
}
