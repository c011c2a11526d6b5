package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a handler can do with an exchange, without a server. */
class ExchangeTest {
    private static final int AREA_BYTES = 5000;

    private final SignalQueue signals = new SignalQueue(() -> { });
    private final BufferPool pool = new BufferPool(16 << 20);
    private final Exchange exchange = new Exchange("state", new Signal(signals, "owner"), pool, new Budget(1 << 20));
    private final ByteBuffer area = ByteBuffer.allocateDirect(AREA_BYTES);

    private int run(Consumer<Exchange> handler) {
        exchange.offer(ByteBuffer.allocateDirect(100), 10, 60);
        return exchange.run(each -> {
            handler.accept(each);
            return 3;
        }, null, area, false);
    }

    private static void write(Exchange exchange, int bytes) {
        for (int i = 0; i < bytes; i++) {
            exchange.reserve(1).put((byte) i);
        }
    }

    /** The output, as the event loop sends it. */
    private byte[] output() throws IOException {
        Collector collector = new Collector();
        if (exchange.hasAreaOutput()) {
            collector.write(exchange.areaOutput());
        }
        while (!exchange.blocks.isEmpty()) {
            exchange.blocks.writeTo(collector);
        }
        collector.bytes.flip();
        byte[] bytes = new byte[collector.bytes.remaining()];
        collector.bytes.get(bytes);
        return bytes;
    }

    @Test
    void run_input_isWhatIsUnread() {
        assertEquals(3, run(each -> {
            assertEquals(50, each.input().remaining());
            each.input().position(30);
        }));
        assertEquals(30, exchange.inputStart);
        assertEquals(60, exchange.inputEnd);
        assertEquals(3, exchange.requests);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "4999", "5000", "5001", "7048", "7049", "100000"})
    void reserve_anyAmount_comesOutInOrder(int bytes) throws IOException {
        run(each -> write(each, bytes));
        byte[] output = output();
        assertEquals(bytes, output.length);
        for (int i = 0; i < bytes; i++) {
            assertEquals((byte) i, output[i]);
        }
        assertEquals(0, exchange.buffers.held);
    }

    @Test
    void discard_afterMuchAndLittle_onlyWhatFollowsIsSent() throws IOException {
        for (int bytes : new int[] {10, 50_000}) {
            area.clear();
            run(each -> {
                write(each, bytes);
                each.discard();
                assertEquals(0, exchange.buffers.held);
                write(each, 3);
            });
            assertEquals(3, output().length);
        }
    }

    @Test
    void dropFirst_gap_isNotSent() throws IOException {
        run(each -> {
            write(each, 10);
            each.dropFirst(4);
        });
        assertEquals(4, output()[0]);
    }

    @Test
    void outputIsFull_fromItsBoundOn_isTold() {
        run(each -> {
            write(each, (128 << 10) - 1);
            assertFalse(each.outputIsFull());
            write(each, 1);
            assertTrue(each.outputIsFull());
            each.discard();
            assertFalse(each.outputIsFull());
        });
    }

    @Test
    void wishes_severalOfThem_theLastInOrderCounts() {
        run(each -> { });
        assertSame(Next.CONTINUE, exchange.next());
        run(each -> {
            each.close();
            each.pause();
        });
        assertSame(Next.CLOSE, exchange.next());
        exchange.fail();
        assertSame(Next.FAIL, exchange.next());
    }

    @Test
    void pauseAndDefer_onceGranted_areForgotten() {
        run(Exchange::pause);
        assertSame(Next.PAUSE, exchange.next());
        exchange.granted();
        run(Exchange::defer);
        assertSame(Next.DEFER, exchange.next());
        exchange.granted();
        assertSame(Next.CONTINUE, exchange.next());
    }

    @Test
    void hold_tillReleased_gateIsShut() {
        run(each -> each.hold());
        assertFalse(exchange.holds().isOpen());
        assertTrue(signals.isEmpty());
        exchange.holds().release();
        assertEquals(Signal.RELEASED, signals.takeAll().take());
        exchange.holds().reopen();
        assertTrue(exchange.holds().isOpen());
        assertThrows(IllegalStateException.class, () -> exchange.holds().release());
    }

    @Test
    void end_withCharges_givesAllBack() {
        Account account = exchange.account();
        assertTrue(account.charge(1000));
        run(each -> write(each, 50_000));
        exchange.end();
        assertEquals(0, exchange.buffers.held);
        assertEquals(0, account.held);
        assertFalse(account.charge(1));
        assertTrue(exchange.isCancelled());
    }

    /** Takes up to 1000 bytes at once. */
    private static final class Collector implements GatheringByteChannel {
        private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20);

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            return write(sources[offset]);
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public int write(ByteBuffer source) {
            int count = source.isDirect() && source.capacity() == AREA_BYTES ? source.remaining()
                    : Math.min(1000, source.remaining());
            bytes.put(bytes.position(), source, source.position(), count).position(bytes.position() + count);
            source.position(source.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
