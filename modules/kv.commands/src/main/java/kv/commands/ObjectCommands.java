package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Numbers;
import kv.store.Eviction;

/** OBJECT and MEMORY: how a value is kept. Their key is argument 2. */
final class ObjectCommands {
    /** The longest value that Redis keeps in one piece with its head. */
    private static final int EMBEDDED_BYTES_MAX = 44;
    private static final String NO_FREQUENCIES = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. "
            + "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";
    private static final String NO_TIMES = "ERR An LFU maxmemory policy is selected, idle time not tracked. "
            + "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

    private ObjectCommands() {
    }

    /** As Redis would tell: tools look at it, though here every value is bytes. */
    static void encoding(CommandContext c) {
        ByteBuffer value = c.scratch.withRoom(Numbers.LONG_BYTES_MAX);
        int length = c.session.read(c.key(0), 0, Numbers.LONG_BYTES_MAX, value);
        if (length < 0) {
            c.resp.nil();
            return;
        }
        boolean number = Numbers.parse(value, 0, length, 0) != 0 || Numbers.parse(value, 0, length, 1) == 0;
        c.resp.bulk(number ? "int" : length <= EMBEDDED_BYTES_MAX ? "embstr" : "raw");
    }

    static void refcount(CommandContext c) {
        if (c.exists(0)) {
            c.resp.integer(1);
        } else {
            c.resp.nil();
        }
    }

    /** What counts is how often a key was asked for of late: nobody knows when it was. */
    static void idletime(CommandContext c) {
        if (c.exists(0)) {
            c.error(countsFrequencies(c) ? NO_TIMES : "ERR access times are not tracked");
        } else {
            c.resp.nil();
        }
    }

    /** How often it was asked for of late, 15 at most; Redis has a logarithm of the count, 255 at most. */
    static void freq(CommandContext c) {
        int frequency = c.session.frequency(c.key(0));
        if (frequency < 0) {
            c.resp.nil();
        } else if (countsFrequencies(c)) {
            c.resp.integer(frequency);
        } else {
            c.error(NO_FREQUENCIES);
        }
    }

    private static boolean countsFrequencies(CommandContext c) {
        Eviction eviction = c.server.store.eviction();
        return eviction == Eviction.ALL || eviction == Eviction.VOLATILE;
    }

    /** {@code MEMORY USAGE key [SAMPLES n]}: there are no nested values, so the number of samples is only checked. */
    static void usage(CommandContext c) {
        for (int arg = 3; arg < c.argCount(); arg += 2) {
            if (!c.request.argEquals(arg, "SAMPLES") || arg + 1 == c.argCount()) {
                c.syntaxError();
                return;
            }
            if (!c.request.argIsLong(arg + 1)) {
                c.notAnInteger();
                return;
            }
            if (c.request.longValue() < 0) {
                c.syntaxError();
                return;
            }
        }
        long bytes = c.session.memoryBytes(c.key(0));
        if (bytes < 0) {
            c.resp.nil();
        } else {
            c.resp.integer(bytes);
        }
    }
}
