package kv.commands;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names that clients give to themselves: kept on the heap, so of bounded length. */
final class ClientNames {
    private static final int BYTES_MAX = 128;

    private ClientNames() {
    }

    /** The name in this argument, charged for what it replaces; null if it is no name or there is no memory, which is replied. */
    static String parseAndCharge(CommandContext c, int arg, String replaced) {
        String name = parse(c, arg);
        if (name != null && !c.out.charge(name.length() - replaced.length())) {
            c.outOfMemory();
            return null;
        }
        return name;
    }

    /** The name in this argument; null if it is too long, or has blanks or control characters, which is replied. */
    private static String parse(CommandContext c, int arg) {
        if (c.length(arg) > BYTES_MAX) {
            c.error("ERR Client names cannot be longer than " + BYTES_MAX + " bytes.");
            return null;
        }
        ByteBuffer bytes = c.bytes();
        byte[] name = new byte[c.length(arg)];
        bytes.get(c.start(arg), name);
        for (byte b : name) {
            if (b <= ' ' || b >= 0x7f) {
                c.error("ERR Client names cannot contain spaces, newlines or special characters.");
                return null;
            }
        }
        return new String(name, StandardCharsets.US_ASCII);
    }
}
