package kv.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import kv.memory.DirectMemory;

/**
 * Where the plain bytes of a TLS connection lie while a worker has it: what it has sent, and what it is answered.
 *
 * <p>Owner: the worker that has taken it from its {@link Pool}, for one run.
 */
final class TlsRoom {
    /** As much as one run brings, and a short beginning of a request before it. */
    private static final int INPUT_BYTES = Batch.READ_BYTES_MAX + 3 * BufferPool.BLOCK_BYTES;
    /** Beyond it replies go into blocks. */
    private static final int OUTPUT_BYTES = 128 << 10;
    static final int BYTES = INPUT_BYTES + OUTPUT_BYTES;

    final ByteBuffer input;
    final ByteBuffer output;

    private TlsRoom(ByteBuffer memory) {
        input = memory.slice(0, INPUT_BYTES).order(ByteOrder.nativeOrder());
        output = memory.slice(INPUT_BYTES, OUTPUT_BYTES).order(ByteOrder.nativeOrder());
    }

    /** One for each worker that has a TLS connection in hand. Any thread; its lock is a leaf but for the buffer pool's. */
    static final class Pool {
        private final BufferPool buffers;
        private final ArrayDeque<TlsRoom> free = new ArrayDeque<>();
        private final List<DirectMemory> made = new ArrayList<>();

        Pool(BufferPool buffers) {
            this.buffers = buffers;
        }

        synchronized TlsRoom take() {
            TlsRoom room = free.pollLast();
            if (room == null) {
                DirectMemory memory = buffers.allocateFixed(BYTES, true);
                made.add(memory);
                room = new TlsRoom(memory.buffer());
            }
            return room;
        }

        synchronized void give(TlsRoom room) {
            free.addLast(room);
        }

        /** When all workers have ended. */
        synchronized void free() {
            made.forEach(buffers::freeFixed);
            made.clear();
            free.clear();
        }
    }
}
