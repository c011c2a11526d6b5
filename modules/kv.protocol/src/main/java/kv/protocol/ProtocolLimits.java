package kv.protocol;

/**
 * How large parts of a request may be.
 *
 * @param keyBytesMax   longest key in bytes, 1 .. 65,535
 * @param valueBytesMax longest value, and longest other argument, in bytes, 1 .. 64 MiB; a worker's memory grows with it
 * @param elementsMax   most arguments of one RESP request, the command word included, 1 .. 1,048,576
 */
public record ProtocolLimits(int keyBytesMax, int valueBytesMax, int elementsMax) {

    /** The default and largest {@link #keyBytesMax}. */
    public static final int KEY_BYTES_MAX = 65_535;

    /** The default {@link #valueBytesMax}. */
    public static final int VALUE_BYTES_DEFAULT = 1 << 20;

    /** The largest {@link #valueBytesMax}. */
    public static final int VALUE_BYTES_MAX = 64 << 20;

    /** The default and largest {@link #elementsMax}. */
    public static final int ELEMENTS_MAX = 1 << 20;

    /** The longest RESP request in bytes, whatever it consists of: what one connection's input can grow to. */
    public static final int REQUEST_BYTES_MAX = 256 << 20;

    /** The longest inline line of a RESP connection in bytes, as in Redis. */
    public static final int INLINE_BYTES_MAX = 64 << 10;

    /** The most elements in a RESP request of a client that has not said who it is. */
    public static final int LOGIN_ELEMENTS_MAX = 10;

    /** The longest of them, and the longest line of the text protocol, in bytes. */
    public static final int LOGIN_ARG_BYTES_MAX = 16 << 10;

    // Words, option, seconds and single blanks of the longest command take 21 bytes; the rest is for generous blanks.
    private static final int LINE_EXTRA_BYTES = 256;

    /** @throws IllegalArgumentException if one is out of range */
    public ProtocolLimits {
        check("keyBytesMax", keyBytesMax, KEY_BYTES_MAX);
        check("valueBytesMax", valueBytesMax, VALUE_BYTES_MAX);
        check("elementsMax", elementsMax, ELEMENTS_MAX);
    }

    /** The limits that a server has unless told otherwise. */
    public static ProtocolLimits defaults() {
        return new ProtocolLimits(KEY_BYTES_MAX, VALUE_BYTES_DEFAULT, ELEMENTS_MAX);
    }

    /** The longest text line in bytes, without its line end: longest key and value, and 256 bytes for all else. */
    public int lineBytesMax() {
        return keyBytesMax + valueBytesMax + LINE_EXTRA_BYTES;
    }

    /** The longest single RESP argument in bytes. */
    public int argBytesMax() {
        return Math.max(keyBytesMax, valueBytesMax);
    }

    private static void check(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not within 1.." + max);
        }
    }
}
