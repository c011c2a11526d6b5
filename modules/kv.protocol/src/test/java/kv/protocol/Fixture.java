package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** What all tests share: a command table, small limits, and the ways to hold the same bytes. */
final class Fixture {

    /** Small enough for every limit to be met by hand: lines of 8 + 16 + 256 bytes. */
    static final ProtocolLimits SMALL = new ProtocolLimits(8, 16, 10);

    static final CommandTable TABLE = new CommandTable(List.of(
            new CommandSpec("get", 2, Set.of(CommandSpec.Flag.READONLY), 1, 1, 1),
            new CommandSpec("set", -3, Set.of(CommandSpec.Flag.WRITE, CommandSpec.Flag.DENYOOM), 1, 1, 1,
                    TextOption.EXPIRE_SECONDS),
            new CommandSpec("del", -2, Set.of(CommandSpec.Flag.WRITE), 1, -1, 1),
            new CommandSpec("mset", -3, Set.of(CommandSpec.Flag.WRITE), 1, -1, 2),
            new CommandSpec("mget", 2, Set.of(CommandSpec.Flag.READONLY), 1, -1, 1, TextOption.MANY),
            new CommandSpec("keys", 2, Set.of(), 0, 0, 0),
            new CommandSpec("stats", -1, Set.of(), 0, 0, 0, TextOption.FIGURES),
            new CommandSpec("ping", -1, Set.of(), 0, 0, 0),
            new CommandSpec("info", 1, Set.of(), 0, 0, 0, TextOption.ANY_WORD),
            new CommandSpec("expireat", -3, Set.of(), 1, 1, 1),
            new CommandSpec("expiretime", 2, Set.of(), 1, 1, 1),
            new CommandSpec("pexpireat", -3, Set.of(), 1, 1, 1),
            new CommandSpec("pexpiretime", 2, Set.of(), 1, 1, 1)));

    private Fixture() {
    }

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static ByteBuffer buffer(String latin1) {
        return ByteBuffer.wrap(bytes(latin1));
    }

    /** An empty buffer: heap or direct, of either byte order, as {@code kind} 0 .. 3 says. */
    static ByteBuffer allocate(int kind, int capacity) {
        ByteBuffer buffer = (kind & 1) == 0 ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        return buffer.order((kind & 2) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }
}
