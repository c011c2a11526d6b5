package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * A command as the protocols see it: its word, how many arguments it takes and which of them are keys. What it does is added
 * by a subclass elsewhere.
 *
 * <p>Immutable; any thread. Arguments are counted with the word itself, which is number 0.
 */
public class CommandSpec {

    /** What COMMAND tells clients about a command. */
    public enum Flag {
        /** May change the data. */
        WRITE,
        /** Only reads the data. */
        READONLY,
        /** Is refused when memory is short. */
        DENYOOM,
        /** For the operator. */
        ADMIN,
        /** Takes constant time. */
        FAST,
        /** Not from within scripts. */
        NOSCRIPT,
        /** May be used while data is being loaded. */
        LOADING,
        /** May be used on a replica without its primary. */
        STALE,
        /** Needs no authentication. */
        NO_AUTH,
        /** May be used while something runs too long. */
        ALLOW_BUSY,
        /** Not while data is being loaded beside serving. */
        NO_ASYNC_LOADING,
        /** Not within a transaction. */
        NO_MULTI,
        /** Its keys follow from its arguments, not from a fixed place. */
        MOVABLEKEYS,
        /** May be used without a key, although it can have some. */
        NO_MANDATORY_KEYS,
        /** Is not shown to those who watch: its parts are. */
        SKIP_MONITOR,
        /** Never stands in the slow log: its parts do. */
        SKIP_SLOWLOG;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word on the wire. */
        public String label() {
            return label;
        }
    }

    private final String name;
    private final byte[] upperName;
    private final int arity;
    private final Set<Flag> flags;
    private final int firstKey;
    private final int lastKey;
    private final int keyStep;
    private final TextOption textOption;

    /**
     * A command without a text option.
     *
     * @param name     its word in lower case
     * @param arity    if positive, the exact number of arguments; if negative, the least number, negated
     * @param flags    what COMMAND says about it
     * @param firstKey the first argument that is a key; 0 if none is
     * @param lastKey  the last one; negative: counted from the end, so that -1 is the last argument
     * @param keyStep  from one key to the next
     */
    public CommandSpec(String name, int arity, Set<Flag> flags, int firstKey, int lastKey, int keyStep) {
        this(name, arity, flags, firstKey, lastKey, keyStep, TextOption.NONE);
    }

    /**
     * A command whose text form may end with {@code textOption}. In the text protocol exactly {@code |arity|} arguments and
     * this option are taken, even where {@code arity} lets RESP take more.
     *
     * @throws IllegalArgumentException if the name is not lower case ASCII, or numbers contradict each other
     */
    public CommandSpec(String name, int arity, Set<Flag> flags, int firstKey, int lastKey, int keyStep,
            TextOption textOption) {
        if (!name.matches("[!-@\\[-~]+")) {
            throw new IllegalArgumentException("command name '" + name + "' is not a lower case ASCII word");
        }
        if (arity == 0 || firstKey < 0 || (firstKey > 0 && (keyStep < 1 || lastKey == 0))) {
            throw new IllegalArgumentException("command " + name + ": arity " + arity + ", keys " + firstKey + ".." + lastKey
                    + " step " + keyStep);
        }
        this.name = name;
        this.upperName = name.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        this.arity = arity;
        this.flags = Collections.unmodifiableSet(flags.isEmpty() ? EnumSet.noneOf(Flag.class) : EnumSet.copyOf(flags));
        this.firstKey = firstKey;
        this.lastKey = lastKey;
        this.keyStep = keyStep;
        this.textOption = textOption;
    }

    /** Its word in lower case. */
    public final String name() {
        return name;
    }

    /** Whether its word matches a pattern. */
    public final boolean nameMatches(Glob pattern) {
        return pattern.matches(ByteBuffer.wrap(upperName), 0, upperName.length);
    }

    /** If positive, the exact number of arguments; if negative, the least number, negated. */
    public final int arity() {
        return arity;
    }

    /** What COMMAND says about it; unmodifiable. */
    public final Set<Flag> flags() {
        return flags;
    }

    /** The first argument that is a key; 0 if none is. */
    public final int firstKey() {
        return firstKey;
    }

    /** The last argument that is a key; negative: counted from the end. */
    public final int lastKey() {
        return lastKey;
    }

    /** The last argument that is a key in a request of {@code argCount}; 0 if none is. */
    public final int lastKeyOf(int argCount) {
        return lastKey < 0 ? argCount + lastKey : lastKey;
    }

    /** From one key to the next. */
    public final int keyStep() {
        return keyStep;
    }

    /** Whether argument {@code arg} of a request of {@code argCount} is a key. */
    public final boolean isKey(int arg, int argCount) {
        return firstKey > 0 && arg >= firstKey && arg <= lastKeyOf(argCount) && (arg - firstKey) % keyStep == 0;
    }

    /** What its text form may end with. */
    public final TextOption textOption() {
        return textOption;
    }

    /** Whether RESP takes it with {@code argCount} arguments. */
    public final boolean takes(int argCount) {
        return arity > 0 ? argCount == arity : argCount >= -arity;
    }

    /** Whether the word at {@code start} is this command's from the ninth letter on, and as long. */
    final boolean endsLike(ByteBuffer in, int start, int length) {
        if (length != upperName.length) {
            return false;
        }
        for (int i = Long.BYTES; i < length; i++) {
            if (Ascii.upper(in.get(start + i)) != upperName[i]) {
                return false;
            }
        }
        return true;
    }

    final byte[] upperName() {
        return upperName;
    }

    @Override
    public final String toString() {
        return name;
    }
}
