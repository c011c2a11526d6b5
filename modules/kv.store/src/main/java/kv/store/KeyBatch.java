package kv.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keys copied under a lock, to be reported when it is released. Confined to one thread; keeps its memory for the next use.
 *
 * <p>Each key is its length (4 bytes) and its bytes.
 */
final class KeyBatch implements ValueSink {
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 10).order(ByteOrder.nativeOrder());
    private int count;
    /** Takes what is read ahead of need, lest the compiler sees that nobody wants it. */
    int touched;

    void clear() {
        bytes.clear();
        count = 0;
    }

    void add(EntryMemory entries, int entry) {
        entries.copyKey(entry, this);
    }

    int count() {
        return count;
    }

    int sizeBytes() {
        return bytes.position();
    }

    @Override
    public void length(int keyBytes) {
        int needed = bytes.position() + Integer.BYTES + keyBytes;
        if (needed > bytes.capacity()) {
            int capacity = Math.max(needed, 2 * bytes.capacity());
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder()).put(bytes.flip());
        }
        bytes.putInt(keyBytes);
        count++;
    }

    @Override
    public ByteBuffer space(int remaining) {
        return bytes;
    }

    void report(KeySink sink) {
        int end = bytes.position();
        for (int start = 0; start < end; ) {
            start = report(start, sink);
        }
    }

    /** Reports one key only, counting from 0. */
    void reportOne(int number, KeySink sink) {
        assert number < count;
        int start = 0;
        for (int i = 0; i < number; i++) {
            start += Integer.BYTES + bytes.getInt(start);
        }
        report(start, sink);
    }

    private int report(int start, KeySink sink) {
        int length = bytes.getInt(start);
        sink.key(bytes, start + Integer.BYTES, length);
        return start + Integer.BYTES + length;
    }
}
