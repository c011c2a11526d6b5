package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One connection, turned by hand. */
class ConnectionTest {
    private final BufferPool pool = new BufferPool(64 << 20);
    private final SignalQueue signals = new SignalQueue(() -> { });
    private Selector selector;
    private SocketChannel client;
    private Connection connection;
    private int received;
    private Runnable makeRoom = () -> { };
    private Hold hold;

    @BeforeEach
    void connect() throws IOException {
        selector = Selector.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel channel = listener.accept();
            channel.configureBlocking(false);
            connection = new Connection(channel, "state", signals, pool, new Budget(1 << 20), () -> makeRoom.run(), 1 << 20);
            connection.register(selector);
        }
    }

    @AfterEach
    void close() throws IOException {
        if (connection.isLent()) {
            connection.enter(Connection.State.READING);
        }
        connection.close();
        client.close();
        selector.close();
    }

    private int interest() {
        return selector.keys().iterator().next().interestOps();
    }

    @Test
    void enter_usualWayOfARequest_interestSetIsNotTouched() {
        for (Connection.State state : new Connection.State[] {Connection.State.LENT, Connection.State.RETURNED,
                Connection.State.READING, Connection.State.LENT, Connection.State.HELD, Connection.State.READING,
                Connection.State.LENT, Connection.State.RETURNED, Connection.State.QUEUED, Connection.State.LENT}) {
            connection.enter(state);
            assertEquals(SelectionKey.OP_READ, interest(), () -> "in " + state);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Connection.State.class, names = {"READING", "LENT", "SLOW", "RETURNED", "HELD", "QUEUED", "DEFERRED"})
    void enter_fromSending_writabilityIsForgotten(Connection.State next) {
        connection.enter(Connection.State.SENDING);
        assertEquals(SelectionKey.OP_WRITE, interest());
        connection.enter(next);
        assertEquals(next.interest, interest());
    }

    @Test
    void ignoreBytes_whileLent_selectorIsSilentUntilItReadsAgain() throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {1}));
        connection.enter(Connection.State.LENT);
        assertEquals(1, selector.select(10_000));
        connection.ignoreBytes();
        selector.selectedKeys().clear();
        assertEquals(0, selector.selectNow());
        connection.enter(Connection.State.READING);
        assertEquals(1, selector.select(10_000));
    }

    /** Once it was told so while its loop had it in hand, not yet held: it waited for ever, or an assertion ended the loop. */
    @Test
    void takeBack_releasedWhileRoomIsMadeForItsOutput_goesOnUntold() {
        SignalQueue elsewhere = new SignalQueue(() -> { });
        Account other = pool.newAccount(new Signal(elsewhere, "other"));
        Block first = pool.acquire(other, 1 << 20);
        while (pool.acquire(pool.newAccount(new Signal(elsewhere, "another")), 1 << 20) != null) {
            // until all memory is taken, by many who hold as much
        }
        int[] timesMade = new int[1];
        makeRoom = () -> {
            timesMade[0]++;
            hold.release();
            pool.release(other, first);
        };
        connection.exchange.offer(ByteBuffer.allocateDirect(10), 0, 0);
        connection.exchange.run(each -> {
            hold = each.hold();
            each.reserve(100).put(new byte[100]);
            return 1;
        }, null, ByteBuffer.allocateDirect(1000), false);
        connection.enter(Connection.State.LENT);
        connection.takeBack();
        assertEquals(1, timesMade[0]);
        assertEquals(Connection.State.RETURNED, connection.state());
        assertTrue(signals.isEmpty());
    }

    /** Room is made for it while it is read: what was posted must not be sent then, or it would be lent while it is SENDING. */
    @Test
    void signals_whileItIsInHand_waitUntilItIsNot() throws IOException {
        LoopCounters counters = new LoopCounters(new LoopCounters.Connections());
        ConnectionSet set = new ConnectionSet(selector, ServerTest.config(0, 1, 1, 10, 0, 64 << 20), new LineService(), signals,
                pool, new Budget(1 << 20), () -> { }, counters);
        Traffic traffic = new Traffic(set, null, null, signals, null, counters);
        connection.exchange.outbox().post(ByteBuffer.wrap(new byte[100]));
        set.takeInHand(connection);
        traffic.hearSignals();
        assertEquals(0, counters.bytesSent.get());
        assertFalse(signals.isEmpty());
        set.letGo();
        traffic.hearSignals();
        assertEquals(100, counters.bytesSent.get());
        assertTrue(signals.isEmpty());
    }

    @Test
    void waitedSince_byProgressOfEachKind_beginsAnew() throws IOException {
        Connection.Wait request = Connection.Wait.REQUEST;
        assertEquals(10, connection.waitedSince(request, 10));
        receive(1000);
        assertEquals(10, connection.waitedSince(request, 20), "a few bytes are no progress");
        receive(Timeouts.REQUEST_STEP_BYTES);
        assertEquals(30, connection.waitedSince(request, 30));
        assertEquals(30, connection.waitedSince(request, 40));
        connection.exchange.requests++;
        assertEquals(50, connection.waitedSince(request, 50));
        assertEquals(60, connection.waitedSince(Connection.Wait.IDLE, 60));
        assertEquals(60, connection.waitedSince(Connection.Wait.IDLE, 70));
        assertEquals(80, connection.waitedSince(Connection.Wait.NONE, 80));
        assertEquals(90, connection.waitedSince(Connection.Wait.IDLE, 90));
    }

    @Test
    void read_incompleteRequests_takeWhatCame() throws IOException {
        receive(23);
        assertEquals(256, connection.exchange.buffers.held);
        receive(1000);
        receive(30_000);
        assertTrue(connection.exchange.buffers.held < 10 * 31_023, () -> "" + connection.exchange.buffers.held);
        connection.input.offerUnread();
        assertEquals(31_023, connection.exchange.inputEnd);
        for (int i = 0; i < 31_023; i++) {
            assertEquals((byte) i, connection.exchange.input.get(i));
        }
    }


    /** So many bytes more, of a request that needs far more. */
    private void receive(int bytes) throws IOException {
        ByteBuffer sent = ByteBuffer.allocate(bytes);
        for (int i = 0; i < bytes; i++) {
            sent.put((byte) received++);
        }
        client.write(sent.flip());
        connection.exchange.need(1 << 20);
        ByteBuffer area = ByteBuffer.allocateDirect(Batch.BYTES);
        while (connection.input.unreadBytes() < received) {
            connection.input.read(area);
            assertEquals(0, area.position());
        }
    }

    @Test
    void close_inAnyState_givesAllBack() {
        connection.exchange.blocks.addLast(pool.acquire(connection.exchange.buffers, 100));
        connection.exchange.outbox().post(ByteBuffer.wrap(new byte[100]));
        connection.close();
        assertTrue(connection.isClosed());
        assertFalse(connection.channel.isOpen());
        assertTrue(connection.exchange.isCancelled());
        assertFalse(connection.exchange.outbox().post(ByteBuffer.wrap(new byte[100])));
    }
}
