package kv.lua;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string of a script: bytes, of no character set. Immutable, hence shared by threads.
 *
 * <p>Who makes one from bytes of a script charges {@link Quota} before.
 */
public final class LuaString {

    // The hash is that of Redis's Lua (every byte, seeded by the length): with it the order of `pairs`, and of the keys
    // that cjson.encode writes, is Redis's. It is computed at the first use as a key; 0 also means "not yet".

    static final LuaString EMPTY = new LuaString(new byte[0]);
    private static final LuaString[] SINGLE = new LuaString[256];

    static {
        for (int i = 0; i < 256; i++) {
            SINGLE[i] = new LuaString(new byte[] {(byte) i});
        }
    }

    final byte[] bytes;
    private int hash;
    /** As in {@link HeapObject}. */
    int mark;

    private LuaString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param bytes become this string's own: nobody may change them any more */
    public static LuaString of(byte[] bytes) {
        return new LuaString(bytes);
    }

    /** The UTF-8 bytes of {@code text}. */
    public static LuaString of(String text) {
        return new LuaString(text.getBytes(StandardCharsets.UTF_8));
    }

    static LuaString copyOf(byte[] source, int from, int to) {
        int length = to - from;
        if (length <= 1) {
            return length == 0 ? EMPTY : SINGLE[source[from] & 0xff];
        }
        return new LuaString(Arrays.copyOfRange(source, from, to));
    }

    public int length() {
        return bytes.length;
    }

    public byte byteAt(int index) {
        return bytes[index];
    }

    /** Copies {@code length} bytes from {@code from} on into {@code target}. */
    public void copyTo(int from, byte[] target, int targetStart, int length) {
        System.arraycopy(bytes, from, target, targetStart, length);
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    int at(int index) {
        return bytes[index] & 0xff;
    }

    int hash() {
        int h = hash;
        return h != 0 ? h : computeHash();
    }

    private int computeHash() {
        int h = bytes.length;
        for (int i = bytes.length - 1; i >= 0; i--) {
            h ^= (h << 5) + (h >>> 2) + (bytes[i] & 0xff);
        }
        hash = h;
        return h;
    }

    boolean sameAs(LuaString other) {
        return this == other || (hash() == other.hash() && Arrays.equals(bytes, other.bytes));
    }

    /** Byte by byte, unsigned, as {@code strcoll} does in the C locale. */
    int compareTo(LuaString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** Up to the first NUL, as C prints a string. */
    String untilNul() {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** Of a text whose characters are bytes (ISO 8859-1), as messages are made. */
    static LuaString ofLatin(String text) {
        return new LuaString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LuaString string && sameAs(string);
    }

    @Override
    public int hashCode() {
        return hash();
    }

    /** Each byte as the character of that number. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
