package kv.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appending, and waiting by a waiter that is there anyway, allocates nothing. */
class AllocationTest {
    private static final int RECORDS = 20_000;

    private static final class Counted extends DurabilityWaiter {
        private volatile int told;

        @Override
        protected void durable() {
            told++;
        }
    }

    @Test
    void append_steadyState_allocatesNothing(@TempDir Path folder) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer record = ByteBuffer.allocateDirect(100);
        Counted waiter = new Counted();
        try (Log log = Log.open(DiskStorage.open(folder.resolve("data")), LogConfig.defaults().withFsync(Fsync.NO),
                new Records(), false);
                Appender appender = log.appender()) {
            long allocated = 0;
            for (int round = 0; round < 3; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < RECORDS; i++) {
                    append(appender, record, i % 2 == 0);
                }
                int told = waiter.told;
                boolean waits = log.whenDurable(waiter, log.position());
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
                log.awaitDurable(log.position());
                assertTrue(waiter.told == told + (waits ? 1 : 0));
            }
            assertTrue(allocated < RECORDS, allocated + " bytes for " + RECORDS + " records");
        }
    }

    private static void append(Appender appender, ByteBuffer record, boolean group) {
        if ((group ? appender.takeGroup(100, true) : appender.take(100)) != Admission.TAKEN) {
            throw new AssertionError("no room");
        }
        if (group) {
            appender.beginGroup();
        } else {
            appender.begin(100);
        }
        appender.put(record, 0, 92);
        appender.putLong(7);
        appender.end();
    }
}
