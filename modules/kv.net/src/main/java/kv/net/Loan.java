package kv.net;

/**
 * A batch with the connections that its exchanges belong to: the side of it that workers do not see.
 *
 * <p>Owner: its event loop, all the time; only the batch in it is lent.
 */
final class Loan {
    final Batch batch = new Batch();
    final Connection[] connections = new Connection[Batch.EXCHANGES_MAX];
    int count;
    int bytes;
    int worker;

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

    void reset() {
        for (int i = 0; i < count; i++) connections[i] = null;
        count = 0;
        bytes = 0;
        batch.reset();
    }
}
