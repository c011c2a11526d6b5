package kv.lua;

import java.util.Arrays;

/** Bytes that a library function puts together, charged while they grow. To be closed. */
final class ByteSink implements AutoCloseable {

    private static final int START = 64;

    private final Quota quota;
    private byte[] bytes = new byte[START];
    private int length;
    private long held;

    ByteSink(Quota quota) {
        this.quota = quota;
    }

    private void ensure(long more) {
        long needed = length + more;
        if (needed > bytes.length) {
            long size = Math.max(needed, 2L * bytes.length);
            if (size > Integer.MAX_VALUE - 16) {
                size = needed;
            }
            quota.hold(size);
            held += size;
            if (size > Integer.MAX_VALUE - 16) {
                throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
            }
            quota.spend(length >>> 6);
            bytes = Arrays.copyOf(bytes, (int) size);
            if (held > size) {
                quota.release(held - size);
                held = size;
            }
        }
    }

    void add(int b) {
        if (length == bytes.length) {
            ensure(1);
        }
        bytes[length++] = (byte) b;
    }

    void add(byte[] source, int from, int to) {
        int count = to - from;
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        if (count > 64) {
            quota.spend(count >>> 6);
        }
    }

    void add(LuaString string) {
        add(string.bytes, 0, string.bytes.length);
    }

    void addText(String latin) {
        int count = latin.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) latin.charAt(i);
        }
    }

    int length() {
        return length;
    }

    LuaString toLuaString() {
        quota.chargeString(length);
        return LuaString.copyOf(bytes, 0, length);
    }

    @Override
    public void close() {
        quota.release(held);
        held = 0;
    }
}
