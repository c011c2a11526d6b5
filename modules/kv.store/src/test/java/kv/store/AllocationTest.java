package kv.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Counts the bytes that the calling thread allocates on the heap: none per operation. */
class AllocationTest {
    private static final int KEYS = 1000;
    private static final int ROUNDS = 200;

    private final ByteBuffer source = ByteBuffer.allocateDirect(1 << 10).order(ByteOrder.nativeOrder());
    private final ByteBuffer target = ByteBuffer.allocateDirect(1 << 10);
    private long sum;

    @Test
    void session_steadyState_allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (KeyValueStore store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(64 << 20))) {
            StoreSession session = store.session();
            ValueSink sink = new ValueSink() {
                @Override
                public void length(int valueBytes) {
                    sum += valueBytes;
                }

                @Override
                public ByteBuffer space(int remaining) {
                    return target.clear();
                }
            };
            work(session, sink);
            long before = threads.getCurrentThreadAllocatedBytes();
            work(session, sink);
            long perOperation = (threads.getCurrentThreadAllocatedBytes() - before) / (ROUNDS * KEYS * 5);
            assertTrue(perOperation == 0, perOperation + " bytes an operation");
        }
    }

    private void work(StoreSession session, ValueSink sink) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int key = 0; key < KEYS; key++) {
                source.putLong(0, key).putLong(8, 17L * key);
                session.put(source, 0, 16, source, 100, (round + key) % 300, key % 10 == 0 ? 100_000 : StoreSession.NO_EXPIRY);
                session.get(source, 0, 16, sink);
                session.read(source, 0, 16, target.clear());
                session.include(source, 0, 16);
                session.lock();
                sum += session.ttlMillis(source, 0, 16);
                session.unlock();
                if (key % 3 == 0) {
                    session.delete(source, 0, 16);
                }
            }
        }
    }
}
