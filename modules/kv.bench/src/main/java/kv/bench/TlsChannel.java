package kv.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import kv.tls.TlsContexts;

/**
 * TLS over one socket of the load generator.
 *
 * <p>Owner: one load thread.
 * <p>Invariant: what is written and does not go out whole stays the caller's, and is offered again, first, as with OpenSSL's
 * SSL_write: {@code sealedFrom} bytes of it lie sealed here.
 */
final class TlsChannel implements ByteChannel {
    private static final int RECEIVED_BYTES = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ByteBuffer received = ByteBuffer.allocate(RECEIVED_BYTES);
    private final ByteBuffer sealed;
    private int sealedFrom;

    /** Shakes hands; waits for the server. @param socket blocking, and not to be used by anybody else from now on */
    TlsChannel(SocketChannel socket, SSLContext context) throws IOException {
        this.socket = socket;
        engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(TlsContexts.parameters(context)); // the same suites whoever the server is
        sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
        engine.beginHandshake();
        shakeHands();
    }

    private void shakeHands() throws IOException {
        ByteBuffer none = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> {
                    engine.wrap(NOTHING, sealed.clear());
                    sealed.flip();
                    while (sealed.hasRemaining()) {
                        socket.write(sealed);
                    }
                }
                case NEED_UNWRAP -> {
                    if (open(none).getStatus() == Status.BUFFER_UNDERFLOW && socket.read(received) < 0) {
                        throw new EOFException("closed during the handshake");
                    }
                }
                case NEED_TASK -> engine.getDelegatedTask().run();
                default -> {
                    return;
                }
            }
        }
    }

    /** Opens one record, if there is a whole one. */
    private SSLEngineResult open(ByteBuffer into) throws IOException {
        received.flip();
        try {
            return engine.unwrap(received, into);
        } finally {
            received.compact();
        }
    }

    /** @param into with room for all that one read from the socket may bring, 64 KiB */
    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        if (socket.read(received) < 0) {
            return -1;
        }
        received.flip();
        try {
            SSLEngineResult result;
            do {
                result = engine.unwrap(received, into);
            } while (result.getStatus() == Status.OK);
            if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
                return -1;
            }
        } finally {
            received.compact();
        }
        return into.position() - before;
    }

    /** Takes as many whole records as the socket does. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        int before = from.position();
        do {
            if (sealedFrom == 0) {
                sealedFrom = engine.wrap(from.duplicate(), sealed.clear()).bytesConsumed();
                sealed.flip();
            }
            socket.write(sealed);
            if (sealed.hasRemaining()) {
                break;
            }
            from.position(from.position() + sealedFrom);
            sealedFrom = 0;
        } while (from.hasRemaining());
        return from.position() - before;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
