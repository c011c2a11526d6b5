package kv.net;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS between the bytes of a connection and its handler: the event loop moves what is encrypted, the worker that has the
 * connection opens and seals it here, and computes nothing that takes long.
 *
 * <pre>
 *   exchange.input ──▶ engine.unwrap ──▶ room.input, or unread ──▶ handler
 *   exchange's area and blocks ◀── engine.wrap ◀── room.output and blocks ◀──┘
 * </pre>
 *
 * <p>Owner: the worker that has the connection; between two loans its event loop, which only asks, and says goodbye. The lane
 * for handshakes uses the engine alone, while the connection is held.
 * <p>Invariant: records leave in the order in which they were sealed, for all that is sealed in a run is sent before the next.
 * So a reply that is held may be sealed before; what was posted is sealed in a run when nothing is held.
 * <p>Failure: what breaks the protocol is answered with an alert, and ends its connection.
 */
final class TlsSession {
    /**
     * What an engine takes of the heap, during its handshake and after it: 14 and 8 KB on JDK 17 after full collections, and as
     * much again for what is garbage soon.
     */
    static final int HANDSHAKE_HEAP_BYTES = 32 << 10;
    static final int HEAP_BYTES = 16 << 10;
    /**
     * Records that bring no data, in the life of a connection: those of the handshake, closing, new keys. One more is granted for
     * each mebibyte: a client that asks for new keys over and over makes us derive them.
     */
    private static final int BARE_RECORDS_MAX = 64;
    private static final int HEADER_BYTES = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    /** Room for the records of some blocks of output. */
    private static final int SEALED_BLOCK_BYTES = 80 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Tls tls;
    private final Exchange exchange;
    private final Unread unread;
    /** What is sealed and has no room in the batch's area. */
    private final BlockQueue sealed;
    private final long openedNanos = System.nanoTime();
    /** Null until something has come. */
    private SSLEngine engine;
    /** Whether what came first was no TLS: somebody has mistaken the port, or only asks whether it answers. */
    private boolean isPlain;
    private boolean isEstablished;
    /** Whether the handler may get further with what is unread. */
    private boolean isUnhandled;
    /** Unread plain bytes that the handler needs. */
    private int neededBytes;
    private int recordBytesMax;
    private long dataBytes;
    private int bareRecords;
    /** The lane, while the connection is held: the computation ended with this. */
    private Throwable failure;

    /* In a run only. */
    private TlsRoom room;
    private ByteBuffer area;
    private ByteBuffer filling;

    TlsSession(Tls tls, Exchange exchange, BufferPool pool, int requestBytesMax) {
        this.tls = tls;
        this.exchange = exchange;
        this.unread = new Unread(new WorkerBlocks(), requestBytesMax);
        this.sealed = new BlockQueue(pool, exchange.buffers);
    }

    boolean isEstablished() {
        return isEstablished;
    }

    /** When the connection was opened, by System.nanoTime. */
    long openedNanos() {
        return openedNanos;
    }

    /** It is being closed, for its handshake has taken longer than it may. */
    void overdue() {
        tls.overdue.increment();
    }

    /** Plain bytes that the handler has left. */
    Unread unread() {
        return unread;
    }

    /**
     * Loop: the connection is about to be closed, by us. What tells the client so, for else it cannot know whether somebody on
     * the way has cut it; null where that has been said, or cannot be: the handshake is not done, or a record before is not sent.
     */
    ByteBuffer farewell() throws SSLException {
        boolean isSent = exchange.next() != Next.FAIL && exchange.blocks.isEmpty() && !exchange.hasAreaOutput();
        if (!isEstablished || engine.isOutboundDone() || !isSent) {
            return null;
        }
        ByteBuffer record = ByteBuffer.allocate(recordBytesMax);
        engine.closeOutbound();
        engine.wrap(NOTHING, record);
        return record.flip();
    }

    /** The connection has gone. */
    void end() {
        unread.clear();
        sealed.clear();
    }

    /** Worker: opens what was received, has it handled, and seals the replies into the batch's area. @return requests executed */
    int run(RequestHandler handler, ByteBuffer outputArea) {
        ByteBuffer received = exchange.input;
        int end = exchange.inputEnd;
        received.limit(end).position(exchange.inputStart);
        int start = outputArea.position();
        room = tls.rooms.take();
        area = outputArea;
        int requests = 0;
        try {
            requests = serve(handler, received);
        } catch (SSLException fault) {
            refuse(fault);
        } finally {
            tls.rooms.give(room);
            room = null;
            area = null;
            filling = null;
            exchange.neededBytes = recordBytes(received);
            exchange.sealed(received, end, outputArea, start, sealed);
        }
        return requests;
    }

    private int serve(RequestHandler handler, ByteBuffer received) throws SSLException {
        if (failure != null) {
            throw new SSLException("the handshake could not be computed", failure);
        }
        int requests = 0;
        boolean goesOn;
        do {
            int before = received.position();
            boolean hadUnhandled = isUnhandled;
            room.input.clear();
            if (!unread.isLong()) {
                unread.copyTo(room.input);
            }
            if (!isUnhandled) {
                open(received);
            }
            requests += handle(handler);
            goesOn = exchange.next() == Next.CONTINUE && (hadUnhandled || received.position() > before);
        } while (goesOn);
        if (exchange.next() != Next.CLOSE && !exchange.holds().isTaken() && exchange.movePosted()) {
            sealBlocks();
        }
        if (exchange.next() == Next.CLOSE && engine != null) {
            engine.closeOutbound();
            sealNothing();
        }
        return requests;
    }

    /** Opens records, until there is no whole one, or something else must be done before the next. */
    private void open(ByteBuffer received) throws SSLException {
        if (engine == null) {
            if (!hasRecord(received)) {
                return; // who sends a beginning only, to keep us waiting, costs no engine
            }
            isPlain = received.get(received.position()) != HANDSHAKE;
            begin();
        }
        int unhandled = room.input.position();
        while (isReady() && hasRecord(received)) {
            boolean hasData = room.input.position() > unhandled;
            if (hasData && received.get(received.position()) != APPLICATION_DATA) {
                return; // perhaps it closes: what was asked before is answered before
            }
            SSLEngineResult result = engine.unwrap(received, room.input);
            if (result.getStatus() == Status.CLOSED) {
                exchange.close();
                return;
            }
            if (result.getStatus() != Status.OK) {
                assert hasData || result.getStatus() != Status.BUFFER_OVERFLOW;
                return;
            }
            count(result);
        }
    }

    private void begin() throws SSLException {
        if (!exchange.account().charge(HANDSHAKE_HEAP_BYTES)) {
            throw BufferExhaustedException.INSTANCE;
        }
        engine = tls.engines.get();
        engine.beginHandshake();
        recordBytesMax = engine.getSession().getPacketBufferSize();
    }

    /** Whether the engine can take a record: what it has to say before is sealed, and what it has to compute is begun. */
    private boolean isReady() throws SSLException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_WRAP) {
                if (seal(NOTHING).bytesProduced() == 0) {
                    return false;
                }
            } else if (status == HandshakeStatus.NEED_TASK) {
                compute();
                return false;
            } else {
                if (status == HandshakeStatus.NOT_HANDSHAKING && !isEstablished) {
                    establish();
                }
                return true;
            }
        }
    }

    private void compute() throws SSLException {
        if (isEstablished) {
            throw new SSLException("the client wants to negotiate anew");
        }
        exchange.pause();
        Hold hold = exchange.hold();
        tls.lane.submit(() -> {
            try {
                for (Runnable task; !exchange.isCancelled() && (task = engine.getDelegatedTask()) != null;) {
                    task.run();
                }
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError failed) {
                failure = failed;
            } finally {
                hold.release();
            }
        });
    }

    private void establish() throws SSLException {
        tls.service.secured(exchange.state(), engine.getSession());
        isEstablished = true;
        recordBytesMax = engine.getSession().getPacketBufferSize();
        exchange.account().release(HANDSHAKE_HEAP_BYTES - HEAP_BYTES);
        tls.done.increment();
    }

    private void count(SSLEngineResult result) throws SSLException {
        dataBytes += result.bytesProduced();
        if (result.bytesProduced() == 0 && ++bareRecords > BARE_RECORDS_MAX + (dataBytes >> 20)) {
            throw new SSLException("too many records without data");
        }
    }

    /** Has the handler read what is unread and what has come, and seals its replies. */
    private int handle(RequestHandler handler) throws SSLException {
        int before = unread.count();
        ByteBuffer input = room.input;
        if (unread.isLong()) {
            unread.append(input.flip(), neededBytes);
            input = unread.buffer();
        }
        int count = input.position();
        boolean hasNews = count > before && count >= neededBytes;
        if (!hasNews && !isUnhandled) {
            unread.keep(input, 0, count, neededBytes);
            return 0;
        }
        if (input == room.input) {
            unread.clear();
        }
        exchange.offer(input, 0, count);
        int requests = exchange.handle(handler, room.output.clear());
        neededBytes = exchange.neededBytes;
        unread.keep(input, exchange.inputStart, exchange.inputEnd, neededBytes);
        isUnhandled = unread.count() > 0 && exchange.next() != Next.CONTINUE;
        sealOutput();
        return requests;
    }

    private void sealOutput() throws SSLException {
        if (exchange.hasAreaOutput()) {
            sealAll(exchange.areaOutput());
        }
        sealBlocks();
    }

    private void sealBlocks() throws SSLException {
        while (!exchange.blocks.isEmpty()) {
            sealAll(exchange.blocks.first());
            exchange.blocks.dropFirst();
        }
    }

    private void sealAll(ByteBuffer plain) throws SSLException {
        while (plain.hasRemaining()) {
            if (seal(plain).getStatus() == Status.CLOSED) {
                throw new SSLException("the client takes no more");
            }
        }
    }

    /** What the engine itself has to say. */
    private void sealNothing() throws SSLException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && seal(NOTHING).bytesProduced() > 0) {
            // one record each
        }
    }

    private SSLEngineResult seal(ByteBuffer plain) throws SSLException {
        SSLEngineResult result = engine.wrap(plain, target());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            throw new IllegalStateException("a record of more than " + recordBytesMax + " bytes");
        }
        return result;
    }

    /** Where the next record goes: the area, as long as it has room and nothing lies behind it; then blocks. */
    private ByteBuffer target() {
        if (filling == null && area.remaining() >= recordBytesMax) {
            return area;
        }
        if (filling == null || filling.remaining() < recordBytesMax) {
            Block block = exchange.acquire(SEALED_BLOCK_BYTES);
            sealed.addLast(block);
            filling = block.buffer;
        }
        return filling;
    }

    /** Ends the connection, with the alert that the engine has made of it. */
    private void refuse(SSLException fault) {
        exchange.discard();
        exchange.close();
        if (isPlain) {
            tls.plain.increment();
        } else {
            (isEstablished ? tls.faults : tls.failed).increment();
            tls.service.refused(exchange.state(), fault);
        }
        try {
            if (engine != null) {
                engine.closeOutbound(); // where there is no alert to say why
                sealNothing();
            }
        } catch (SSLException again) {
            // it has nothing to say
        }
    }

    private static boolean hasRecord(ByteBuffer received) {
        return received.remaining() >= recordBytes(received);
    }

    /** As far as its header tells; that much is to come before the engine can go on. */
    private static int recordBytes(ByteBuffer received) {
        if (received.remaining() < HEADER_BYTES) {
            return HEADER_BYTES;
        }
        int at = received.position();
        int type = received.get(at);
        int length = (received.get(at + 3) & 0xFF) << 8 | received.get(at + 4) & 0xFF;
        return type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA ? HEADER_BYTES + length : HEADER_BYTES;
    }

    /** Blocks for the worker that has the connection, which may wait a moment for them. */
    private final class WorkerBlocks implements BlockSource {
        @Override
        public Block acquire(int bytesMin) {
            if (bytesMin > Input.ROOM_ON_LOOP_MAX) {
                exchange.late();
            }
            return exchange.acquire(bytesMin);
        }

        @Override
        public Block acquireIfThere(int bytesMin) {
            return acquire(bytesMin);
        }

        @Override
        public void release(Block block) {
            exchange.release(block);
        }
    }
}
