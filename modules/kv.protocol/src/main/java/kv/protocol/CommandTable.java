package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The commands of a protocol, found by their word in any case. Immutable; any thread. */
public final class CommandTable {

    // Open addressing at no more than a quarter full, keyed by the first eight bytes of the word as one upper-cased number: most
    // words are no longer, so a look-up is a load, a multiplication and one comparison, and reads no string. The multiplier is
    // the golden ratio's (Fibonacci hashing); its high bits are the good ones.

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final List<CommandSpec> commands;
    private final long[] words;
    private final CommandSpec[] specs;
    private final int shift;

    /** @throws IllegalArgumentException if two commands have the same name */
    public CommandTable(List<? extends CommandSpec> commands) {
        this.commands = List.copyOf(commands);
        int slots = Integer.highestOneBit(Math.max(2, commands.size())) << 3;
        words = new long[slots];
        specs = new CommandSpec[slots];
        shift = Long.numberOfLeadingZeros(slots) + 1;
        for (CommandSpec spec : commands) {
            if (find(spec.name()) != null) {
                throw new IllegalArgumentException("two commands named " + spec.name());
            }
            long word = word(ByteBuffer.wrap(spec.upperName()), 0, spec.upperName().length);
            int slot = slot(word);
            while (specs[slot] != null) {
                slot = next(slot);
            }
            words[slot] = word;
            specs[slot] = spec;
        }
    }

    /** All of them, in the order they were given; unmodifiable. */
    public List<CommandSpec> commands() {
        return commands;
    }

    /** The command whose word stands at {@code start} (absolute), in any case, or null. Allocates nothing. */
    public CommandSpec find(ByteBuffer in, int start, int length) {
        long word = word(in, start, length);
        for (int slot = slot(word);; slot = next(slot)) {
            CommandSpec spec = specs[slot];
            if (spec == null || (words[slot] == word && spec.endsLike(in, start, length))) {
                return spec;
            }
        }
    }

    /** The command of that name, in any case, or null. */
    public CommandSpec find(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return find(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static long word(ByteBuffer in, int start, int length) {
        return Ascii.upper(Ascii.word(in, start, Math.min(length, Long.BYTES)));
    }

    private int slot(long word) {
        return (int) (word * MULTIPLIER >>> shift);
    }

    private int next(int slot) {
        return (slot + 1) & (specs.length - 1);
    }
}
