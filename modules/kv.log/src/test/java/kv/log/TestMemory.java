package kv.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Direct memory that is used again and again, by thousands of logs one after the other. Owner: one thread. */
final class TestMemory implements LogMemory {
    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private final List<ByteBuffer> given = new ArrayList<>();

    @Override
    public ByteBuffer allocate(int bytes) {
        ByteBuffer buffer = free.computeIfAbsent(bytes, size -> new ArrayDeque<>()).poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
        buffer.clear();
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0);
        }
        given.add(buffer);
        return buffer.clear();
    }

    /** A log is gone with all its buffers. */
    void takeAllBack() {
        for (ByteBuffer buffer : given) {
            free.get(buffer.capacity()).push(buffer);
        }
        given.clear();
    }
}
