package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One request, as a view into the input buffer: where its arguments lie, and which command or error it is.
 *
 * <p>Owner: one worker, which reuses it for all its connections. Valid until the next parse into it, or until the buffer is
 * written, compacted or given back.
 * <p>Units: indexes of bytes are absolute in {@link #bytes()}; arguments are numbered from 0, which is the command's word.
 */
public final class Request {

    // Two int arrays that grow with what was really received, never with what a header announces. After a request with very
    // many arguments they go back to the small size, so that one MSET does not cost a worker megabytes for good.

    private static final int ARGS_INITIAL = 16;
    private static final int ARGS_RETAINED_MAX = 16_384;

    private ByteBuffer bytes;
    private int[] starts = new int[ARGS_INITIAL];
    private int[] lengths = new int[ARGS_INITIAL];
    private int argCount;
    private CommandSpec command;
    private ProtocolError error;
    private byte unexpectedByte;
    private long longValue;

    /** A request without arguments, to be filled by a parser. */
    public Request() {
    }

    /**
     * The buffer that holds the arguments: the input, or a copy where they had to be decoded. Position and limit are the parser's
     * business, not the arguments'.
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** The number of arguments, the word included; after an error perhaps fewer than the client sent. */
    public int argCount() {
        return argCount;
    }

    /** The index in {@link #bytes()} of the first byte of argument {@code arg}. */
    public int start(int arg) {
        assert arg < argCount : arg + " of " + argCount;
        return starts[arg];
    }

    /** The length of argument {@code arg} in bytes. */
    public int length(int arg) {
        assert arg < argCount : arg + " of " + argCount;
        return lengths[arg];
    }

    /** The command, or null if the word is unknown or was not reached. */
    public CommandSpec command() {
        return command;
    }

    /** What is wrong with it, or null. */
    public ProtocolError error() {
        return error;
    }

    /** Whether argument {@code arg} is {@code word} (ASCII), whatever the case of either. Only ASCII letters have a case. */
    public boolean argEquals(int arg, String word) {
        int length = length(arg);
        if (length != word.length()) {
            return false;
        }
        int start = start(arg);
        for (int i = 0; i < length; i++) {
            if (Ascii.upper(bytes.get(start + i)) != Ascii.upper((byte) word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether argument {@code arg} is a {@code long} in its one decimal form, see {@link Numbers#parse}; if so, {@link
     * #longValue()} is that number until this is called again.
     */
    public boolean argIsLong(int arg) {
        longValue = argLong(arg, Long.MIN_VALUE);
        return longValue != Long.MIN_VALUE || argLong(arg, 0) != 0;
    }

    /** The number that the last successful {@link #argIsLong} has found. */
    public long longValue() {
        return longValue;
    }

    /** Argument {@code arg} as a number, or {@code otherwise} where it is none; for callers with a value to spare. */
    public long argLong(int arg, long otherwise) {
        return Numbers.parse(bytes, start(arg), length(arg), otherwise);
    }

    /** Argument {@code arg} as UTF-8, for paths that may allocate. */
    public String toString(int arg) {
        byte[] copy = new byte[length(arg)];
        bytes.get(start(arg), copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    void begin(ByteBuffer in) {
        bytes = in;
        argCount = 0;
        command = null;
        error = null;
        if (starts.length > ARGS_RETAINED_MAX) {
            starts = new int[ARGS_INITIAL];
            lengths = new int[ARGS_INITIAL];
        }
    }

    /** The arguments lie in {@code copy} instead of the input. */
    void copyTo(ByteBuffer copy) {
        bytes = copy;
    }

    void addArg(int start, int length) {
        if (argCount == starts.length) {
            starts = Arrays.copyOf(starts, argCount * 2);
            lengths = Arrays.copyOf(lengths, argCount * 2);
        }
        starts[argCount] = start;
        lengths[argCount++] = length;
    }

    void setCommand(CommandSpec command) {
        this.command = command;
    }

    RequestParser.Outcome fail(ProtocolError error) {
        this.error = error;
        return RequestParser.Outcome.ERROR;
    }

    RequestParser.Outcome failForGood(ProtocolError error) {
        this.error = error;
        return RequestParser.Outcome.FATAL;
    }

    RequestParser.Outcome failForGood(ProtocolError error, byte unexpectedByte) {
        this.unexpectedByte = unexpectedByte;
        return failForGood(error);
    }

    /** The byte that stood where {@code EXPECTED_BULK} wanted another. */
    byte unexpectedByte() {
        return unexpectedByte;
    }

    /**
     * Whether a key is over {@code keyBytesMax}, if it is a request of {@code spec}. REQUIRES: as many arguments as that takes.
     */
    public boolean hasKeyOver(CommandSpec spec, int keyBytesMax) {
        int firstKey = spec.firstKey();
        if (firstKey == 0) {
            return false;
        }
        int last = Math.min(spec.lastKeyOf(argCount), argCount - 1);
        for (int arg = firstKey; arg <= last; arg += spec.keyStep()) {
            if (lengths[arg] > keyBytesMax) {
                return true;
            }
        }
        return false;
    }

    int argsCapacity() {
        return starts.length;
    }
}
