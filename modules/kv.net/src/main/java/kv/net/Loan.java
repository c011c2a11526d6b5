package kv.net;

import kv.memory.DirectMemory;

/**
 * A batch with the connections that its exchanges belong to: the side of it that workers do not see.
 *
 * <p>Owner: its event loop, all the time; only the batch in it is lent.
 */
final class Loan {
    private final BufferPool pool;
    private final DirectMemory memory;
    final Batch batch;
    final Connection[] connections = new Connection[Batch.EXCHANGES_MAX];
    int count;
    int bytes;
    int worker;

    private Loan(BufferPool pool, DirectMemory memory) {
        this.pool = pool;
        this.memory = memory;
        this.batch = new Batch(memory.buffer());
    }

    /** A new one; null if memory is short and it is not necessary. */
    static Loan make(BufferPool pool, boolean necessary) {
        DirectMemory memory = pool.allocateFixed(Batch.BYTES, necessary);
        return memory == null ? null : new Loan(pool, memory);
    }

    void add(Connection connection, int byteCount) {
        connections[count++] = connection;
        bytes += byteCount;
        batch.add(connection.exchange);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** @param bytesWanted received bytes with which it is to be handed over */
    boolean isFull(int bytesWanted) {
        return count == Batch.EXCHANGES_MAX || bytes >= bytesWanted || batch.input.position() >= Batch.FULL_BYTES;
    }

    /** Gives its memory back; it must not be used any more. */
    void free() {
        pool.freeFixed(memory);
    }

    void reset() {
        for (int i = 0; i < count; i++) {
            connections[i] = null;
        }
        count = 0;
        bytes = 0;
        batch.reset();
    }
}
