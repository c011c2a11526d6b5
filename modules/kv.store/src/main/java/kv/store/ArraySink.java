package kv.store;

import java.nio.ByteBuffer;

/** Takes a value as an array of its own. */
final class ArraySink implements ValueSink {
    /** Null until there is one. */
    byte[] value;

    @Override
    public void length(int valueBytes) {
        value = new byte[valueBytes];
    }

    @Override
    public ByteBuffer space(int remaining) {
        return ByteBuffer.wrap(value, value.length - remaining, remaining);
    }
}
