package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loans of one loop, without the loop. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerPoolTest {
    private final Semaphore rung = new Semaphore(0);
    private final LineService service = new LineService();
    private final BufferPool buffers = new BufferPool(64 << 20);
    private final WorkerPool workers = new WorkerPool(0, 0, 1, service, buffers, rung::release,
            death -> { }, Thread::new);
    private final SignalQueue signals = new SignalQueue(() -> { });

    WorkerPoolTest() {
        workers.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.gate.countDown();
        workers.stop(0);
    }

    private Loan loanWith(String text) {
        Loan loan = workers.take();
        Connection connection = new Connection(null, "state", signals, buffers, new Budget(1 << 20), () -> { }, 1 << 20);
        int start = loan.batch.input.position();
        loan.batch.input.put(text.getBytes());
        connection.exchange.offer(loan.batch.input, start, loan.batch.input.position());
        loan.add(connection, text.length());
        return loan;
    }

    @Test
    void submit_aRequest_comesBackAndIsReused() throws InterruptedException {
        Loan loan = loanWith("a\nb\n");
        workers.submit(loan);
        assertTrue(workers.hasQuick());
        rung.acquire();
        assertTrue(workers.hasDone());
        assertSame(loan, workers.pollDone());
        assertEquals(2, loan.batch.requests());
        assertFalse(workers.hasQuick());
        workers.release(loan);
        assertSame(loan, workers.take());
    }

    @Test
    void outlived_batchStillOut_isNotWaitedForAgainUntilItIsReused() throws InterruptedException {
        Loan slow = loanWith("block\n");
        workers.submit(slow);
        service.waiting.await();
        assertTrue(workers.hasQuick());
        workers.outlived();
        assertFalse(workers.hasQuick());
        Loan quick = loanWith("a\n");
        workers.submit(quick);
        assertTrue(workers.hasQuick());
        service.gate.countDown();
        rung.acquire(2);
        assertSame(slow, workers.pollDone());
        workers.release(slow);
        assertFalse(slow.batch.isLate());
    }

    @Test
    void take_allUnderWay_thereIsNoneLeft() {
        List<Loan> taken = new ArrayList<>();
        Loan loan;
        while ((loan = workers.take()) != null) {
            taken.add(loan);
        }
        assertEquals(buffers.bytes() / Batch.BYTES - 1, taken.size());
        assertTrue(buffers.bytes() <= (64 << 20) / 4 + 2 * Batch.BYTES);
        workers.release(taken.get(0));
        assertNotNull(workers.take());
        assertNull(workers.take());
    }
}
