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
            Keys keys = session.newKeys();
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
            work(session, keys, sink);
            long before = threads.getCurrentThreadAllocatedBytes();
            work(session, keys, sink);
            long perOperation = (threads.getCurrentThreadAllocatedBytes() - before) / (ROUNDS * KEYS * 5);
            assertTrue(perOperation == 0, perOperation + " bytes an operation");
        }
    }

    private void work(StoreSession session, Keys keys, ValueSink sink) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int key = 0; key < KEYS; key++) {
                source.putLong(0, key).putLong(8, 17L * key).putLong(16, key + 1).putLong(24, 17L * key + 17);
                keys.clear();
                keys.add(source, 0, 16);
                keys.add(source, 16, 16);
                session.prefetch(keys, 0, 2);
                session.open(keys, 0, 1, Access.EXCLUSIVE, 1);
                session.put(0, source, 100, (round + key) % 300, key % 10 == 0 ? 100_000 : Deadline.NONE);
                session.close();
                session.open(keys, 0, 1, Access.SHARED, 1);
                session.get(0, sink);
                session.read(0, 0, 1000, target.clear());
                session.close();
                session.open(keys, 0, 2, Access.EXCLUSIVE, 1);
                sum += session.deadlineMillis(1);
                session.append(1, source, 0, key % 20);
                if (key % 3 == 0) {
                    session.delete(0);
                }
                session.close();
            }
        }
    }
}
