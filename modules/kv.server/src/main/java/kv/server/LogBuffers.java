package kv.server;

import java.nio.ByteBuffer;
import kv.log.LogMemory;
import kv.memory.DirectBuffers;

/**
 * The log's buffers: those of long records come and go, and are freed at once. The ring is left to the garbage collector: a
 * worker that did not end in time may still write to it when the log is closed. Any thread.
 */
final class LogBuffers implements LogMemory {
    private final DirectBuffers buffers = new DirectBuffers();
    private final int ringBytes;

    LogBuffers(int ringBytes) {
        this.ringBytes = ringBytes;
    }

    @Override
    public ByteBuffer allocate(int bytes) {
        return bytes == ringBytes ? COLLECTED.allocate(bytes) : buffers.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer buffer) {
        if (buffer.capacity() != ringBytes) {
            buffers.free(buffer);
        }
    }
}
